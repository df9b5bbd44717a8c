package delivery

import (
	"fmt"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
)

// AllRecords reads everything that outlived the last process.
type AllRecords interface {
	ListAllSessions(now time.Time) ([]*live.Entry, error)
}

// Start fills the empty store from what outlived the last process, and asks the other nodes for what is newer. Every owner gets the
// time of a lease to say that it is alive: nobody can take its sessions over before.
func (d *Delivery) Start(records AllRecords) error {
	now := d.Now()
	entries, err := records.ListAllSessions(now)
	if err != nil {
		return fmt.Errorf("reading the stored sessions: %w", err)
	}
	hello := nodes.Hello{}
	for _, entry := range entries {
		d.Store.Change(entry.Session.ID, func(*live.Entry) { d.Store.Put(entry) })
		if entry.IsActive() {
			d.Leases.Known(entry.Owner(), now)
			d.Boxes.Changed(entry.Session, entry.BotID) // that it was active before it ends: it may still get its box (P1)
		}
		hello.Have = append(hello.Have, contract.Held{ID: entry.Session.ID, Seq: entry.Session.Seq})
	}
	d.Peers.Publish(nodes.Message{Hello: &hello})
	return nil
}
