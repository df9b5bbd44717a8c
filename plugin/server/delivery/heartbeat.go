package delivery

import (
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
)

// heartbeat compares what a daemon holds with what is stored (D4), after the changes of the same batch.
func (d *Delivery) heartbeat(r *request, batch Batch) []contract.ResyncEntry {
	var resync []contract.ResyncEntry
	held := make(map[string]bool, len(batch.Held))
	heard := nodes.Heard{Owner: nodes.Owner(r.owner), Complete: batch.Complete}
	for _, entry := range batch.Held {
		held[entry.ID] = true
		stored := d.Store.Get(entry.ID)
		switch {
		case stored == nil || stored.Owner() != r.owner && r.needsWrite(stored.ChannelID()) != nil:
			// What stands where the daemon's bot may not write does not exist for it.
			resync = append(resync, contract.ResyncEntry{ID: entry.ID})
		case stored.Session.Seq != entry.Seq:
			resync = append(resync, contract.ResyncEntry{ID: entry.ID, Seq: stored.Session.Seq})
		case stored.Owner() == r.owner:
			d.Store.Hold(entry.ID, d.Now())
			heard.Held = append(heard.Held, entry)
		}
	}
	r.news.Heard = append(r.news.Heard, heard)
	if batch.Complete {
		d.endLost(r, held, batch.AsOfMs)
	}
	return resync
}

// endLost interrupts the sessions of the owner that it does not know any more.
func (d *Delivery) endLost(r *request, held map[string]bool, asOfMs int64) {
	for _, entry := range d.Store.All() {
		switch {
		case entry.Owner() != r.owner || held[entry.Session.ID]:
		case entry.IsActive():
			d.interrupt(entry, contract.SessionCodeLost, asOfMs, r.news)
		case isEndedByServer(entry):
			d.reread(entry) // another node may know better
		}
	}
}

// isEndedByServer: a server said how it ended, not the daemon.
func isEndedByServer(entry *live.Entry) bool {
	failure := entry.Session.Error
	return failure != nil && (failure.Code == contract.SessionCodeLost || failure.Code == contract.SessionCodeSilent)
}

// interrupt ends a session that nobody speaks for any more, unless it has changed meanwhile. endedMs is on the daemon's clock.
func (d *Delivery) interrupt(seen *live.Entry, code string, endedMs int64, news *nodes.Message) {
	d.Store.Change(seen.Session.ID, func(current *live.Entry) {
		if current == nil || current.Session.Seq != seen.Session.Seq || !current.IsActive() {
			return
		}
		now := d.Now()
		// Another node may have accepted the end already; it stored it before it acknowledged it.
		stored, err := d.Records.Load(current.Session.ID, now)
		if err == nil && stored != nil && stored.Session.Seq > current.Session.Seq {
			d.Store.Put(stored)
			return
		}
		next := *current
		next.Session = interrupted(current.Session, code, endedMs, now.UnixMilli())
		next.Received, next.Heard = now, now
		if refusal := d.save(current, &next); refusal != nil {
			return // it has not changed, or the next heartbeat or clean-up tries again
		}
		d.Store.Put(&next)
		d.Audience.Session(next.ChannelID(), next.Session, now)
		news.Changes = append(news.Changes, d.snapshotForPeers(&next, now))
		d.Boxes.Changed(next.Session, next.BotID)
	})
}
