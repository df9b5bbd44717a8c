package mmtest

import (
	"maps"
	"slices"

	"github.com/mattermost/mattermost/server/public/model"
)

// CreatePost stores a post of a member, or of the plugin in a public channel.
func (n *Node) CreatePost(post *model.Post) (*model.Post, *model.AppError) {
	throughRPC(map[string]any(post.GetProps()))
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	created := post.Clone()
	created.Id = model.NewId()
	created.CreateAt = n.server.tick()
	created.UpdateAt = created.CreateAt
	n.server.posts[created.Id] = created
	return created.Clone(), nil
}

// UpdatePost replaces a post.
func (n *Node) UpdatePost(post *model.Post) (*model.Post, *model.AppError) {
	throughRPC(map[string]any(post.GetProps()))
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	if old, ok := n.server.posts[post.Id]; !ok || old.DeleteAt != 0 {
		return nil, missing("UpdatePost")
	}
	updated := post.Clone()
	updated.UpdateAt = n.server.tick()
	n.server.posts[post.Id] = updated
	return updated.Clone(), nil
}

// DeletePost marks a post as deleted.
func (n *Node) DeletePost(postID string) *model.AppError {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	post, ok := n.server.posts[postID]
	if !ok {
		return missing("DeletePost")
	}
	post.DeleteAt = n.server.tick()
	return nil
}

// GetPost finds a post that is not deleted.
func (n *Node) GetPost(postID string) (*model.Post, *model.AppError) {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	if post, ok := n.server.posts[postID]; ok && post.DeleteAt == 0 {
		return post.Clone(), nil
	}
	return nil, missing("GetPost")
}

// GetPostThread gives the root and its answers.
func (n *Node) GetPostThread(postID string) (*model.PostList, *model.AppError) {
	return n.postList(func(post *model.Post) bool { return post.Id == postID || post.RootId == postID }), nil
}

// GetPostsSince gives what was written after a time.
func (n *Node) GetPostsSince(channelID string, time int64) (*model.PostList, *model.AppError) {
	return n.postList(func(post *model.Post) bool { return post.ChannelId == channelID && post.UpdateAt > time }), nil
}

// GetPostsForChannel gives a page of a channel.
func (n *Node) GetPostsForChannel(channelID string, page, perPage int) (*model.PostList, *model.AppError) {
	list := n.postList(func(post *model.Post) bool { return post.ChannelId == channelID })
	from := min(page*perPage, len(list.Order))
	list.Order = list.Order[from:min(from+perPage, len(list.Order))]
	return list, nil
}

func (n *Node) postList(isWanted func(*model.Post) bool) *model.PostList {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	list := model.NewPostList()
	for _, id := range slices.Sorted(maps.Keys(n.server.posts)) {
		if post := n.server.posts[id]; post.DeleteAt == 0 && isWanted(post) {
			list.AddPost(post.Clone())
			list.AddOrder(id)
		}
	}
	return list
}
