package boxes

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

const (
	// NoticeKey is the prop of a notice: the id of its session. A notice is no box: it may notify.
	NoticeKey = "livestatus_wait"
	// noticeAfter a wait began somebody is called: who is there has answered by then.
	noticeAfter = 3 * time.Second
	// noticePrefix of what is remembered of a session's last notice, for all nodes and restarts.
	noticePrefix = "ls_wait_"
)

// notice is what is remembered of the last wait for a person of which the asker was told (P7).
type notice struct {
	// Wait names the wait.
	Wait string `json:"wait"`
	// PostID of the notice; empty if it was never created: then it never is.
	PostID string `json:"post_id,omitempty"`
	// Over: the post says that it is over.
	Over bool `json:"over,omitempty"`
}

// noticeState is what one keeper knows of it.
type noticeState struct {
	// seen is the wait that is going on, since when by this node's clock.
	seen  string
	since time.Time
	// handled is the wait of which nothing is left to be done; known says that it was looked up at all.
	handled string
	known   bool
}

// tellAsker calls the asker once a wait for a person has lasted a moment, once for each wait, and takes the call back when it is
// over. It gives the time until it has something to do; 0 = not before the next change.
func (t *task) tellAsker() time.Duration {
	state := &t.box.notice
	wait := t.currentWait()
	if wait == "" && t.isUnseen() || state.known && state.handled == wait {
		return 0
	}
	if wait != state.seen {
		state.seen, state.since = wait, time.Now()
	}
	if left := time.Until(state.since.Add(noticeAfter)); wait != "" && left > 0 {
		return left
	}
	if err := t.settleNotice(wait); err != nil {
		t.Log.Warn("the asker of a waiting agent cannot be told", "session_id", t.want.session.ID, "error", err.Error())
	}
	state.known, state.handled = true, wait
	return 0
}

// isUnseen: nobody knows whether it still waits.
func (t *task) isUnseen() bool {
	session := t.want.session
	return t.want.isActive() && (isSet(session.Offline) || activity(session) == contract.ActivityUnobserved)
}

// currentWait names the wait for a person, the same after a restart of whomever; empty if there is none, or if nobody is to be
// told.
func (t *task) currentWait() string {
	waiting := waitsForPerson(t.want.session)
	switch {
	case waiting == nil, t.want.withdrawn, t.want.session.RequestedBy == nil, !t.Settings().NotifyWaiting:
		return ""
	case waiting.ApprovalID != nil:
		return "approval " + *waiting.ApprovalID
	case waiting.StepID != nil:
		return string(waiting.For) + " " + *waiting.StepID
	}
	return string(waiting.For) + " " + strconv.FormatInt(waiting.SinceMs, 10)
}

// settleNotice makes the notice of this wait, unless somebody has; an older one is over.
func (t *task) settleNotice(wait string) error {
	raw, last, err := t.loadNotice()
	if err != nil || last.Wait == wait {
		return err
	}
	if last.PostID != "" && !last.Over {
		if err := t.noticeIsOver(last.PostID); err != nil {
			return err
		}
		last.Over = true
		if raw, err = t.storeNotice(raw, last); err != nil || raw == nil {
			return err
		}
	}
	if wait == "" {
		return nil
	}
	// First the claim: whoever dies after it has told nobody, which is better than telling twice.
	raw, err = t.storeNotice(raw, notice{Wait: wait})
	if err != nil || raw == nil {
		return err
	}
	postID, err := t.createNotice()
	if err != nil || postID == "" {
		return err
	}
	_, err = t.storeNotice(raw, notice{Wait: wait, PostID: postID})
	return err
}

func (t *task) loadNotice() ([]byte, notice, error) {
	var last notice
	raw, appErr := t.API.KVGet(noticePrefix + t.want.session.ID)
	if appErr != nil {
		return nil, last, failure("load notice", appErr)
	}
	if len(raw) == 0 {
		return nil, last, nil
	}
	if err := json.Unmarshal(raw, &last); err != nil {
		return nil, last, fmt.Errorf("decode notice: %w", err)
	}
	return raw, last, nil
}

// storeNotice gives what is stored now; nil if another node was faster: then it is its business.
func (t *task) storeNotice(old []byte, next notice) ([]byte, error) {
	raw, err := json.Marshal(next)
	if err != nil {
		return nil, fmt.Errorf("encode notice: %w", err)
	}
	options := model.PluginKVSetOptions{Atomic: true, OldValue: old, ExpireInSeconds: int64(claimLife / time.Second)}
	won, appErr := t.API.KVSetWithOptions(noticePrefix+t.want.session.ID, raw, options)
	switch {
	case appErr != nil:
		return nil, failure("store notice", appErr)
	case !won:
		return nil, nil
	}
	return raw, nil
}

// createNotice posts it, as the box's bot beside the box; empty if there is nobody to be told. A typed post starts no agent.
func (t *task) createNotice() (string, error) {
	asker, appErr := t.API.GetUser(*t.want.session.RequestedBy)
	if appErr != nil || asker == nil {
		return "", failure("get asker", appErr)
	}
	bot, appErr := t.API.GetUser(t.want.botID)
	if appErr != nil || bot == nil {
		return "", failure("get bot", appErr)
	}
	if asker.IsBot || asker.DeleteAt > 0 {
		return "", nil
	}
	if err := t.mayWrite(); err != nil {
		return "", err
	}
	post := &model.Post{
		UserId: t.want.botID, ChannelId: *t.want.session.ChannelID, Type: PostType,
		Message:       noticeMessage(t.want.session, asker.Username, bot.Username),
		PendingPostId: t.want.botID + ":" + t.want.session.ID + ":" + t.currentWait(),
	}
	if t.want.session.RootID != nil {
		post.RootId = *t.want.session.RootID
	}
	post.AddProp(NoticeKey, t.want.session.ID)
	created, appErr := t.API.CreatePost(post)
	if appErr != nil || created == nil {
		return "", failure("create notice", appErr)
	}
	return created.Id, nil
}

// noticeIsOver makes a call to somebody a record.
func (t *task) noticeIsOver(postID string) error {
	post, appErr := t.API.GetPost(postID)
	if isMissing(appErr) || post != nil && post.DeleteAt > 0 {
		return nil // whoever deleted it does not want it
	}
	if appErr != nil || post == nil {
		return failure("get notice", appErr)
	}
	if post.UserId != t.want.botID || post.GetProp(NoticeKey) != t.want.session.ID {
		return nil
	}
	changed := post.Clone()
	changed.Message = noticeOverMessage(post.Message)
	if _, appErr = t.API.UpdatePost(changed); appErr != nil {
		return failure("update notice", appErr)
	}
	return nil
}
