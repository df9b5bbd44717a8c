package delivery

import (
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
)

// keep stores an accepted session, where it must outlive the process before anything else, and tells everybody.
func (r *request) keep(current, next *live.Entry, change contract.SnapshotOrDelta, sentPost *string) *contract.CodedError {
	now := r.Now()
	next.Received, next.Heard = now, now
	isLifecycle := isLifecycle(current, next)
	if isLifecycle {
		if refusal := r.save(current, next); refusal != nil {
			return refusal
		}
	}
	r.Store.Put(next)
	r.tellBrowsers(current, next, change, isLifecycle)
	r.news.Changes = append(r.news.Changes, r.forPeers(next, change))
	r.tellBoxes(current, next, sentPost)
	return nil
}

// save is called inside Change. If another node has stored a newer state, this one has missed that: it takes it over and
// refuses its own with stale_seq.
func (d *Delivery) save(current, next *live.Entry) *contract.CodedError {
	write := d.Records.Save
	if current == nil {
		write = d.Records.Create
	}
	newer, err := write(next, d.Now())
	if err != nil {
		d.Log.Error("A session cannot be stored", "session_id", next.Session.ID, "err", err.Error())
		return &contract.CodedError{Code: contract.CodeStoreFailed, Message: "Mattermost could not store the session.", Cause: err}
	}
	if newer != nil {
		d.Store.Put(newer)
		return staleSeq(newer.Session.Seq)
	}
	return nil
}

func staleSeq(stored int64) *contract.CodedError {
	refusal := contract.Refuse(contract.CodeStaleSeq, "")
	refusal.Seq = &stored
	return refusal
}

// isLifecycle tells whether a change must be stored before it is acknowledged: what a restart may not forget.
func isLifecycle(current, next *live.Entry) bool {
	if current == nil {
		return true
	}
	before, after := &current.Session, &next.Session
	return before.Status != after.Status || before.DaemonID != after.DaemonID ||
		current.BotID != next.BotID || current.ChannelID() != next.ChannelID()
}

// tellBrowsers tells of a delta what it changed, and the whole where the daemon sent the whole: browsers, too, may have missed
// what came before.
func (d *Delivery) tellBrowsers(current, next *live.Entry, change contract.SnapshotOrDelta, isLifecycle bool) {
	channelID := next.ChannelID()
	if current != nil && current.ChannelID() != channelID {
		d.Audience.Removed(current.ChannelID(), next.Session.ID)
	}
	if change.Delta != nil && current != nil && current.ChannelID() == channelID {
		d.Audience.Changed(channelID, current.Session, next.Session, next.Received, isLifecycle)
		return
	}
	d.Audience.Session(channelID, next.Session, next.Received)
}

// clearsChannel: the server has put the channel of a direct message back; browsers would not.
func clearsChannel(delta contract.Delta) bool {
	return delta.Set.ChannelID.IsNull()
}

func (d *Delivery) forPeers(next *live.Entry, change contract.SnapshotOrDelta) nodes.Change {
	if change.Delta != nil && !clearsChannel(*change.Delta) {
		return nodes.Change{Change: change, BotID: next.BotID}
	}
	return d.snapshotForPeers(next, next.Received)
}

func (d *Delivery) snapshotForPeers(entry *live.Entry, now time.Time) nodes.Change {
	session := entry.At(now)
	return nodes.Change{Change: contract.SnapshotOrDelta{Snapshot: &session}, BotID: entry.BotID, PostCode: entry.PostCode}
}

func (d *Delivery) tellBoxes(current, next *live.Entry, sentPost *string) {
	session := next.Session
	if session.PostID == nil {
		session.PostID = sentPost
	}
	if current == nil {
		d.Boxes.Begun(session, next.BotID)
		return
	}
	if current.IsActive() && !next.IsActive() {
		// A keeper that began after the turn did has not seen it active, and would give it no box (P1).
		d.Boxes.Changed(current.Session, next.BotID)
	}
	d.Boxes.Changed(session, next.BotID)
}
