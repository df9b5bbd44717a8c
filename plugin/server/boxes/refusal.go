package boxes

import (
	"net/http"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// Ids of Mattermost's errors that tell more than their status does.
const (
	errEditTimeLimit = "api.post.update_post.permissions_time_limit.app_error"
	errForeignRoot   = "api.post.create_post.channel_root_id.app_error"
)

// whyNotCreated gives a refusal if trying again is of no use; nil if the answer leaves open what happened.
func (t *task) whyNotCreated(appErr *model.AppError) error {
	switch {
	case appErr == nil:
		return nil
	case appErr.Id == errForeignRoot:
		return refusal{contract.CodePostRefused}
	case passes(appErr):
		return nil
	}
	if err := t.checkRoot(); err != nil {
		return err
	}
	return t.refused(appErr)
}

// whyNotUpdated is whyNotCreated for an edit.
func (t *task) whyNotUpdated(appErr *model.AppError) error {
	switch {
	case appErr == nil:
		return nil
	case appErr.Id == errEditTimeLimit:
		return refusal{contract.CodePostEditExpired}
	case passes(appErr):
		return nil
	case isMissing(appErr):
		return t.whyGone()
	}
	return t.refused(appErr)
}

// whyGone tells a box that somebody deleted from one that went with its thread.
func (t *task) whyGone() error {
	if err := t.checkRoot(); err != nil {
		return err
	}
	return refusal{contract.CodePostDeleted}
}

func (t *task) refused(appErr *model.AppError) error {
	if appErr.StatusCode == http.StatusForbidden {
		return refusal{contract.CodePostForbidden}
	}
	t.Log.Warn("Mattermost refused a status box", "session_id", t.want.session.ID, "error", appErr.Error())
	return refusal{contract.CodePostRefused}
}

// passes: the server's own trouble, or too much at once.
func passes(appErr *model.AppError) bool {
	switch appErr.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusConflict:
		return true
	default:
		return appErr.StatusCode < 400 || appErr.StatusCode >= 500
	}
}
