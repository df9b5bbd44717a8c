package delivery

import (
	"slices"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
)

// PostKnown notes which post is a session's box (outside seq, D2). The keeper of boxes calls it.
func (d *Delivery) PostKnown(sessionID, postID string) {
	news := nodes.Message{}
	d.Store.Change(sessionID, func(current *live.Entry) {
		if current == nil || (current.Session.PostID != nil && *current.Session.PostID == postID) {
			return
		}
		next := d.withPost(current, postID)
		if _, err := d.Records.Save(next, d.Now()); err != nil {
			// The box itself says whose it is: after a restart it is found again (P2).
			d.Log.Warn("A session's box cannot be stored", "session_id", sessionID, "err", err.Error())
		}
		post := contract.PostEntry{ID: sessionID, PostID: postID}
		d.Audience.Post(next.ChannelID(), post)
		news.Posts = append(news.Posts, post)
	})
	d.Peers.Publish(news)
	d.answerWaiting(sessionID, postID)
}

// withPost stores the box; only inside Change.
func (d *Delivery) withPost(current *live.Entry, postID string) *live.Entry {
	next := *current
	next.Session.PostID, next.PostCode = &postID, ""
	d.Store.Put(&next)
	d.tellLater(next.Owner(), contract.PostEntry{ID: next.Session.ID, PostID: postID})
	return &next
}

// PostFailed notes why a session's box cannot be written any more (P4); its next result says so, through whichever node.
func (d *Delivery) PostFailed(sessionID, code string) {
	if d.noteFailure(sessionID, code) {
		d.Peers.Publish(nodes.Message{Failed: []nodes.Failed{{ID: sessionID, Code: code}}})
	}
}

// noteFailure tells whether that is news.
func (d *Delivery) noteFailure(sessionID, code string) (isNew bool) {
	d.Store.Change(sessionID, func(current *live.Entry) {
		if current == nil || current.PostCode == code {
			return
		}
		next := *current
		next.PostCode, isNew = code, true
		d.Store.Put(&next)
	})
	d.answerWaiting(sessionID, "")
	return isNew
}

// awaitPost returns a channel that receives the session's box once, or an empty string if there will be none. Several may wait
// for one box; who waits no longer calls leave.
func (d *Delivery) awaitPost(sessionID string) (box <-chan string, leave func()) {
	answer := make(chan string, 1)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting[sessionID] = append(d.waiting[sessionID], answer)
	return answer, func() { d.leave(sessionID, answer) }
}

// leave takes out one that waits; the others go on waiting.
func (d *Delivery) leave(sessionID string, answer chan string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	left := slices.DeleteFunc(d.waiting[sessionID], func(waiting chan string) bool { return waiting == answer })
	if len(left) == 0 {
		delete(d.waiting, sessionID)
		return
	}
	d.waiting[sessionID] = left
}

func (d *Delivery) answerWaiting(sessionID, postID string) {
	d.mu.Lock()
	waiting := d.waiting[sessionID]
	delete(d.waiting, sessionID)
	d.mu.Unlock()
	for _, answer := range waiting {
		answer <- postID
	}
}
