package broadcast

import (
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
)

// maxPayload in bytes of one event; more is sent as several. The host passes events on to other nodes and keeps them in
// queues, so none should be huge.
const maxPayload = 200_000

type heldSession struct {
	session  contract.Session
	received time.Time
}

type heldDelta struct {
	delta    contract.Delta
	received time.Time
}

// pending is what one channel has not been told yet.
type pending struct {
	sessions map[string]heldSession
	deltas   []heldDelta
	daemons  map[string]bool
	posts    map[string]string
	removed  map[string]bool
	// isLifecycle asks for the reliable way between nodes.
	isLifecycle bool
}

func (p *pending) isEmpty() bool {
	return len(p.sessions)+len(p.deltas)+len(p.daemons)+len(p.posts)+len(p.removed) == 0
}

// session replaces whatever was pending of it.
func (p *pending) session(session contract.Session, received time.Time) {
	p.dropDeltas(session.ID)
	delete(p.removed, session.ID)
	put(&p.sessions, session.ID, heldSession{session, received})
	p.isLifecycle = true
}

// delta joins a pending snapshot, or is passed on as it is.
func (p *pending) delta(delta contract.Delta, received time.Time) {
	if _, isPending := p.sessions[delta.ID]; isPending {
		known := p.sessions[delta.ID].session
		p.sessions[delta.ID] = heldSession{contract.Apply(known, delta), received}
		return
	}
	p.deltas = append(p.deltas, heldDelta{delta, received})
}

func (p *pending) remove(id string) {
	p.dropDeltas(id)
	delete(p.sessions, id)
	put(&p.removed, id, true)
	p.isLifecycle = true
}

func (p *pending) dropDeltas(id string) {
	kept := p.deltas[:0]
	for _, held := range p.deltas {
		if held.delta.ID != id {
			kept = append(kept, held)
		}
	}
	p.deltas = kept
}

func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// update as of now: every time is moved by how long it was held here.
func (p *pending) update(channelID string, now time.Time) contract.ChannelUpdate {
	update := contract.ChannelUpdate{V: 1, ChannelID: channelID}
	for _, held := range p.sessions {
		held.session.AsOfMs += live.HeldMs(held.received, now)
		update.Sessions = append(update.Sessions, held.session)
	}
	for _, held := range p.deltas {
		held.delta.AsOfMs += live.HeldMs(held.received, now)
		update.Deltas = append(update.Deltas, held.delta)
	}
	for daemonID, offline := range p.daemons {
		update.Daemons = append(update.Daemons, contract.DaemonState{DaemonID: daemonID, Offline: offline})
	}
	for id, postID := range p.posts {
		update.Posts = append(update.Posts, contract.PostEntry{ID: id, PostID: postID})
	}
	for id := range p.removed {
		update.Removed = append(update.Removed, id)
	}
	return update
}

// split halves an update that is too large; false if there is nothing to split.
func split(update contract.ChannelUpdate) (first, second contract.ChannelUpdate, ok bool) {
	first, second = update, contract.ChannelUpdate{V: update.V, ChannelID: update.ChannelID}
	switch {
	case len(update.Sessions) > 1:
		half := len(update.Sessions) / 2
		first.Sessions, second.Sessions = update.Sessions[:half], update.Sessions[half:]
		first.Deltas, second.Deltas = nil, update.Deltas
	case len(update.Deltas) > 1:
		half := len(update.Deltas) / 2
		first.Deltas, second.Deltas = update.Deltas[:half], update.Deltas[half:]
	case len(update.Sessions) == 1 && len(update.Deltas) == 1:
		first.Deltas, second.Deltas = nil, update.Deltas
	default:
		return update, second, false
	}
	return first, second, true
}
