package boxes

import (
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// create makes the box; the claim is ours, and the bot may write.
func (t *task) create(claimed *storedClaim) (time.Duration, error) {
	post, err := t.newPost()
	if err != nil {
		return 0, err
	}
	created, appErr := t.API.CreatePost(post)
	if appErr == nil && created != nil && created.Id != "" {
		again, err := t.settle(claimed, created.Id)
		if t.box.postID == created.Id {
			t.box.read(created) // the server may have given an earlier post back
			t.box.checks = checksFrom(time.Now())
		}
		return again, err
	}
	if err := t.whyNotCreated(appErr); err != nil {
		return 0, err
	}
	return t.lostAnswer(claimed, failure("create post", appErr))
}

// lostAnswer: the post may or may not have been created. If it is not there now, it is looked for again once the claim is
// older than any answer takes.
func (t *task) lostAnswer(claimed *storedClaim, cause error) (time.Duration, error) {
	if found, err := t.search(); err == nil && found != nil {
		return t.adopt(claimed, found)
	}
	return max(lookAgain, claimed.patienceLeft(time.Now())), cause
}

func (t *task) newPost() (*model.Post, error) {
	props, err := encodeProps(propsOf(t.want.session, t.want.withdrawn))
	if err != nil {
		return nil, err
	}
	post := &model.Post{
		UserId:    t.want.botID,
		ChannelId: *t.want.session.ChannelID,
		Type:      PostType,
		Message:   t.message(),
		// The server gives the same post back if the same one is created twice within half a minute.
		PendingPostId: t.want.botID + ":" + t.want.session.ID,
	}
	if t.want.session.RootID != nil {
		post.RootId = *t.want.session.RootID
	}
	post.AddProp(PropsKey, props)
	return post, nil
}

func (t *task) message() string {
	return boxMessage(t.want.session, t.want.withdrawn, t.Settings().MaxLines)
}

// written: the post shows now what is wanted.
func (t *task) written() {
	shown := propsOf(t.want.session, t.want.withdrawn)
	shown.Session = nil
	now := time.Now()
	t.box.shown, t.box.writtenAt, t.box.edited, t.box.checks = &shown, now, true, checksFrom(now)
	t.box.turn = time.Time{}
}

// keepUp writes the box if that is due (P3) and tells when it will be.
func (t *task) keepUp() (time.Duration, error) {
	for {
		now := time.Now()
		wait, due := t.box.dueIn(t.want, t.Settings(), now)
		if check, checking := t.box.nextCheck(now); checking && (!due || check < wait) {
			wait, due = check, true
			if check == 0 {
				t.box.checks, t.box.shown = t.box.checks[1:], nil
			}
		}
		if due && wait == 0 && t.box.isRoutine(t.want) {
			wait = t.turnIn(now)
		}
		if !due || wait > 0 {
			return wait, nil
		}
		if err := t.rewrite(); err != nil {
			return 0, err
		}
	}
}

// turnIn tells when a routine edit that is due may be written.
func (t *task) turnIn(now time.Time) time.Duration {
	if t.box.turn.IsZero() {
		t.box.turn = t.turns.reserve(now)
	}
	return max(0, t.box.turn.Sub(now))
}

// rewrite reads the post and, unless it shows something newer, changes its message and props and nothing else.
func (t *task) rewrite() error {
	post, appErr := t.API.GetPost(t.box.postID)
	switch {
	case isMissing(appErr), post != nil && post.DeleteAt > 0:
		return t.whyGone()
	case appErr != nil || post == nil:
		return failure("get post", appErr)
	case post.UserId != t.want.botID || post.ChannelId != *t.want.session.ChannelID:
		return refusal{contract.CodePostForbidden}
	}
	t.box.read(post)
	now := time.Now()
	if wait, due := t.box.dueIn(t.want, t.Settings(), now); !due || wait > 0 || t.box.isRoutine(t.want) && t.turnIn(now) > 0 {
		return nil
	}
	if err := t.mayWrite(); err != nil {
		return err
	}
	return t.update(post)
}

func (t *task) update(post *model.Post) error {
	props, err := encodeProps(propsOf(t.want.session, t.want.withdrawn))
	if err != nil {
		return err
	}
	changed := post.Clone()
	changed.Message = t.message()
	changed.AddProp(PropsKey, props)
	updated, appErr := t.API.UpdatePost(changed)
	if appErr == nil && updated != nil {
		t.written()
		return nil
	}
	t.box.shown = nil // perhaps it was written: read it before the next try
	if err := t.whyNotUpdated(appErr); err != nil {
		return err
	}
	return failure("update post", appErr)
}
