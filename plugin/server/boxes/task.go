package boxes

import (
	"errors"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// task brings one box from what it is to what is wanted. It lives for one turn of the queue.
type task struct {
	Deps
	turns *turns
	box   *box
	want  want
}

// refusal is a failure that will not pass (P4).
type refusal struct{ code string }

func (r refusal) Error() string { return r.code }

// sync does what is due and tells when to look again; 0 = not before the next change.
func (t *task) sync() time.Duration {
	if wait := time.Until(t.box.notBefore); wait > 0 {
		return wait
	}
	again, err := t.step()
	var refused refusal
	switch {
	case err == nil:
		t.recovered()
		return again
	case errors.As(err, &refused):
		return t.giveUp(refused.code)
	default:
		if t.box.failures == 0 {
			t.Log.Warn("a status box cannot be written now; trying again", "session_id", t.want.session.ID, "error", err.Error())
		}
		return max(again, t.box.backOff())
	}
}

func (t *task) step() (time.Duration, error) {
	if t.want.session.ChannelID == nil || t.box.state == givenUp {
		return 0, nil
	}
	if t.box.state == unknown {
		if again, err := t.locate(); err != nil || t.box.state != standing {
			return again, err
		}
	}
	again, err := t.keepUp()
	if err != nil {
		return again, err
	}
	return sooner(again, t.tellAsker()), nil
}

// sooner of two times to look again; 0 = not before the next change.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

func (t *task) recovered() {
	if t.box.failures > 0 {
		t.Log.Info("a status box can be written again", "session_id", t.want.session.ID)
	}
	t.box.failures, t.box.notBefore = 0, time.Time{}
}

// giveUp stops posting for the session and remembers why for all nodes (P4). The box stays as it is.
func (t *task) giveUp(code string) time.Duration {
	t.box.state, t.box.code = givenUp, code
	if err := t.rememberCode(code); err != nil {
		t.Log.Warn("why a status box was given up is not remembered", "session_id", t.want.session.ID, "error", err.Error())
	}
	t.Log.Warn("a status box is given up", "session_id", t.want.session.ID, "post_id", t.box.postID, "code", code)
	t.OnFailure(t.want.session.ID, code)
	return 0
}

// rememberCode writes the code into the claim, whoever has it: nobody is to create the box any more.
func (t *task) rememberCode(code string) error {
	for range 3 {
		old, err := loadClaim(t.API, t.want.session.ID)
		if err != nil {
			return err
		}
		now := claim{AtMs: time.Now().UnixMilli(), PostID: t.box.postID}
		if old != nil {
			now = old.claim
		}
		if now.Code != "" {
			return nil
		}
		now.Code = code
		if stored, err := storeClaim(t.API, t.want.session.ID, old, now); err != nil || stored != nil {
			return err
		}
	}
	return errNoAnswer
}

// stand takes a post for the box; it is not read yet.
func (t *task) stand(postID string) {
	t.box.state, t.box.postID = standing, postID
	t.OnPost(t.want.session.ID, postID)
}

// tellAgain repeats what was told of the box before.
func (t *task) tellAgain() {
	switch t.box.state {
	case standing:
		t.OnPost(t.want.session.ID, t.box.postID)
	case givenUp:
		t.OnFailure(t.want.session.ID, t.box.code)
	case unknown: // it will be told when it is found
	}
}

// isOurs tells whether a post is this session's box by this bot: author, channel and props (P2). Anyone can write the props.
func (t *task) isOurs(post *model.Post) bool {
	if post == nil || post.UserId != t.want.botID || post.ChannelId != *t.want.session.ChannelID {
		return false
	}
	props, isBox := decodeProps(post)
	return isBox && props.ID == t.want.session.ID
}

// checkRoot tells whether the thread is gone.
func (t *task) checkRoot() error {
	if t.want.session.RootID == nil {
		return nil
	}
	root, appErr := t.API.GetPost(*t.want.session.RootID)
	switch {
	case isMissing(appErr):
		return refusal{contract.CodePostRootDeleted}
	case appErr != nil || root == nil:
		return failure("get root", appErr)
	case root.DeleteAt > 0:
		return refusal{contract.CodePostRootDeleted}
	}
	return nil
}

func isMissing(appErr *model.AppError) bool { return appErr != nil && appErr.StatusCode == 404 }
