package delivery

import (
	"slices"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
)

const (
	silentAfter = contract.LimitSilentInterruptMs * time.Millisecond
	keepEnded   = contract.LimitEndedKeepMs * time.Millisecond
	// settled is when nothing more is to be expected of an ended session: details come within seconds.
	settled = 5 * time.Minute
	// dropGrace is two rounds of the clean-up.
	dropGrace = 10 * time.Minute
)

// Sweep ends what has been silent for 30 minutes and forgets what ended more than an hour ago, or before so many others of its
// channel: memory and what a page loads grow with the channels, not with how busy they are. Posts stay.
func (d *Delivery) Sweep() {
	d.adoptRecords()
	news := &nodes.Message{}
	now := d.Now()
	for _, entry := range d.Store.All() {
		switch {
		case entry.IsActive() && now.Sub(entry.Heard) > silentAfter:
			d.interrupt(entry, contract.SessionCodeSilent, knownUntilMs(entry), news)
		case !entry.IsActive() && now.Sub(entry.Received) > keepEnded:
			d.forget(entry, news)
		}
	}
	for _, entry := range d.surplus(now) {
		d.forget(entry, news)
	}
	d.Peers.Publish(*news)
}

// surplus is what ended first in channels where more has ended than is kept.
func (d *Delivery) surplus(now time.Time) []*live.Entry {
	byChannel := map[string][]*live.Entry{}
	for _, entry := range d.Store.All() {
		if !entry.IsActive() {
			byChannel[entry.ChannelID()] = append(byChannel[entry.ChannelID()], entry)
		}
	}
	var surplus []*live.Entry
	for _, ended := range byChannel {
		if len(ended) <= contract.LimitEndedKeepPerChannel {
			continue
		}
		slices.SortFunc(ended, func(a, b *live.Entry) int { return b.Received.Compare(a.Received) })
		surplus = append(surplus, ended[contract.LimitEndedKeepPerChannel:]...)
	}
	return slices.DeleteFunc(surplus, func(entry *live.Entry) bool { return now.Sub(entry.Received) <= settled })
}

// DropEnded drops from this node's memory what the clean-up has forgotten long ago, should it have missed that.
func (d *Delivery) DropEnded() {
	d.forgetStreams()
	now := d.Now()
	for _, seen := range d.Store.All() {
		if seen.IsActive() || now.Sub(seen.Received) <= keepEnded+dropGrace {
			continue
		}
		d.Store.Change(seen.Session.ID, func(current *live.Entry) {
			if current == seen {
				d.Store.Remove(seen.Session.ID)
			}
		})
	}
}

// adoptRecords takes in what is stored but not known here, so that no record stays for ever, and deletes what this release
// cannot read: entries of the first release have the same prefix.
func (d *Delivery) adoptRecords() {
	ids, err := d.Records.IDs()
	if err != nil {
		d.Log.Error("The stored sessions cannot be listed", "err", err.Error())
		return
	}
	for _, id := range ids {
		d.Store.Change(id, func(current *live.Entry) {
			if current == nil {
				d.adoptRecord(id)
			}
		})
	}
}

// adoptRecord is called inside Change.
func (d *Delivery) adoptRecord(id string) {
	stored, err := d.Records.Load(id, d.Now())
	switch {
	case err != nil:
		d.Log.Error("A stored session cannot be read", "session_id", id, "err", err.Error())
	case stored != nil:
		d.Store.Put(stored)
	default:
		if err := d.Records.Delete(id); err != nil {
			d.Log.Error("A session cannot be deleted", "session_id", id, "err", err.Error())
		}
	}
}

// knownUntilMs is the last moment for which somebody vouched for the session, on the daemon's clock.
func knownUntilMs(entry *live.Entry) int64 {
	return entry.At(entry.Heard).AsOfMs
}

// forget removes an ended session everywhere but in its post.
func (d *Delivery) forget(seen *live.Entry, news *nodes.Message) {
	d.Store.Change(seen.Session.ID, func(current *live.Entry) {
		if current == nil || current.Session.Seq != seen.Session.Seq {
			return
		}
		d.remove(current, news)
	})
}

// remove is called inside Change. An entry that cannot be deleted from the store stays, so that it is tried again.
func (d *Delivery) remove(current *live.Entry, news *nodes.Message) *contract.CodedError {
	id := current.Session.ID
	if err := d.Records.Delete(id); err != nil {
		d.Log.Error("A session cannot be deleted", "session_id", id, "err", err.Error())
		return &contract.CodedError{Code: contract.CodeStoreFailed, Message: "Mattermost could not delete the session.", Cause: err}
	}
	d.Store.Remove(id)
	d.Audience.Removed(current.ChannelID(), id)
	news.Removed = append(news.Removed, id)
	return nil
}

// makeRoom forgets the session that ended first, if there are as many as there may be and this snapshot would be one more. It
// is not called inside Change.
func (r *request) makeRoom(snapshot *contract.Session) {
	if snapshot == nil || r.Store.Len() < contract.LimitLiveSessions || r.Store.Get(snapshot.ID) != nil {
		return
	}
	if planned := *snapshot; r.route(&planned) != nil {
		return
	}
	ended := slices.DeleteFunc(r.Store.All(), (*live.Entry).IsActive)
	if len(ended) > 0 {
		r.forget(slices.MinFunc(ended, func(a, b *live.Entry) int { return a.Received.Compare(b.Received) }), r.news)
	}
}
