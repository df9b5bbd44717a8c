package boxes

import (
	"strings"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// searchPosts is how far back a channel is searched where no time is known.
const searchPosts = 200

// search looks for a post of the bot that says that it is the box: in the thread, else in the channel since the request, else
// among its last posts. Nil if there is none. A deleted one counts: it is not to be created again.
func (t *task) search() (*model.Post, error) {
	posts, err := t.candidates()
	if err != nil {
		return nil, err
	}
	var found *model.Post
	for _, post := range posts.Posts {
		if t.isOurs(post) && (found == nil || isBetter(post, found)) {
			found = post
		}
	}
	return found, nil
}

// isBetter orders what is found: standing before deleted, then the oldest, so that all nodes take the same one.
func isBetter(post, than *model.Post) bool {
	if (post.DeleteAt > 0) != (than.DeleteAt > 0) {
		return post.DeleteAt == 0
	}
	if post.CreateAt != than.CreateAt {
		return post.CreateAt < than.CreateAt
	}
	return strings.Compare(post.Id, than.Id) < 0
}

func (t *task) candidates() (*model.PostList, error) {
	session := t.want.session
	if session.RootID != nil {
		posts, appErr := t.API.GetPostThread(*session.RootID)
		if isMissing(appErr) {
			return nil, refusal{contract.CodePostRootDeleted}
		}
		return listed(posts, appErr)
	}
	if since, err := t.requestedAt(); err != nil {
		return nil, err
	} else if since > 0 {
		return listed(t.API.GetPostsSince(*session.ChannelID, since-1))
	}
	return listed(t.API.GetPostsForChannel(*session.ChannelID, 0, searchPosts))
}

// requestedAt is when the request was posted, on the server's clock; 0 if that is not known.
func (t *task) requestedAt() (int64, error) {
	if t.want.session.RequestPostID == nil {
		return 0, nil
	}
	request, appErr := t.API.GetPost(*t.want.session.RequestPostID)
	switch {
	case appErr != nil && appErr.StatusCode < 500:
		return 0, nil
	case appErr != nil || request == nil:
		return 0, failure("get request", appErr)
	}
	return request.CreateAt, nil
}

// listed refuses a list that is none: "nothing found" must be certain.
func listed(posts *model.PostList, appErr *model.AppError) (*model.PostList, error) {
	if appErr != nil || posts == nil {
		return nil, failure("search posts", appErr)
	}
	return posts, nil
}
