package delivery

import (
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
)

const (
	// turnWait is how long a batch waits for an earlier one of the same stream.
	turnWait = 10 * time.Second
	// clockStep is how far a daemon's clock may be set back before its heartbeats count anew.
	clockStep = 5 * time.Minute
	// maxUntold bounds the boxes that a daemon is not told of because it does not ask; each change's result names its box too.
	maxUntold = contract.LimitLiveSessions
)

// stream is the sequence of batches of one owner, one at a time (D1).
type stream struct {
	// turn holds one token: who has it may work on the stream.
	turn chan struct{}
	// asOfMs is that of the newest batch, on the daemon's clock.
	asOfMs int64
	// untold are boxes that stand since the last answer.
	untold []contract.PostEntry
}

func (d *Delivery) stream(owner live.Owner) *stream {
	d.mu.Lock()
	defer d.mu.Unlock()
	known, ok := d.streams[owner]
	if !ok {
		known = &stream{turn: make(chan struct{}, 1)}
		d.streams[owner] = known
	}
	return known
}

// isNewest tells whether a batch is not older than one that was seen already. A batch that was on its way for long, behind one
// that was sent again, lists what was active then: its heartbeat must not count.
func (s *stream) isNewest(asOfMs int64) bool {
	if asOfMs < s.asOfMs && s.asOfMs-asOfMs < clockStep.Milliseconds() {
		return false
	}
	s.asOfMs = asOfMs
	return true
}

// tellLater notes a box for the next answer to the owner.
func (d *Delivery) tellLater(owner live.Owner, post contract.PostEntry) {
	known := d.stream(owner)
	d.mu.Lock()
	defer d.mu.Unlock()
	known.untold = append(known.untold, post)
	if surplus := len(known.untold) - maxUntold; surplus > 0 {
		known.untold = known.untold[surplus:]
	}
}

func (d *Delivery) untold(s *stream) []contract.PostEntry {
	d.mu.Lock()
	defer d.mu.Unlock()
	posts := s.untold
	s.untold = nil
	return posts
}

// forgetStreams of owners that were not heard for long.
func (d *Delivery) forgetStreams() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for owner, known := range d.streams {
		if len(known.turn) == 0 && !d.Leases.IsKnown(owner) {
			delete(d.streams, owner)
		}
	}
}
