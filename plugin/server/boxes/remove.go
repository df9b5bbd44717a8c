package boxes

import (
	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// remove deletes the session's box, and sees to it that none is created any more.
func (t *task) remove() error {
	if t.want.session.ChannelID == nil {
		return nil
	}
	claimed, err := loadClaim(t.API, t.want.session.ID)
	if err != nil {
		return err
	}
	post, err := t.standingPost(claimed)
	if err != nil {
		return err
	}
	if post != nil {
		if appErr := t.API.DeletePost(post.Id); appErr != nil && !isMissing(appErr) {
			return failure("delete post", appErr)
		}
	}
	t.box.state, t.box.code = givenUp, contract.CodePostDeleted
	return t.rememberCode(contract.CodePostDeleted)
}

// standingPost is the session's box, nil if there is none.
func (t *task) standingPost(claimed *storedClaim) (*model.Post, error) {
	postID := t.knowledge().postID
	switch {
	case claimed != nil && claimed.PostID != "":
		postID = claimed.PostID
	case claimed != nil && claimed.Code == "":
		found, err := t.search()
		if err != nil || found == nil || found.DeleteAt > 0 {
			return nil, err
		}
		return found, nil
	}
	if postID == "" {
		return nil, nil
	}
	post, appErr := t.API.GetPost(postID)
	switch {
	case isMissing(appErr), post != nil && (post.DeleteAt > 0 || !t.isOurs(post)):
		return nil, nil
	case appErr != nil || post == nil:
		return nil, failure("get post", appErr)
	}
	return post, nil
}
