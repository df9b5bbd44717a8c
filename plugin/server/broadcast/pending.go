package broadcast

import (
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
)

// maxPayload in bytes of one event; more is sent as several. The host passes events on to other nodes and keeps them in
// queues, so none should be huge.
const maxPayload = 200_000

// held is a session as it shall be told.
type held struct {
	session contract.Session
	// base is what browsers have, so that they need only the difference; nil: they are told the whole.
	base     *contract.Session
	received time.Time
}

// pending is what one channel has not been told yet.
type pending struct {
	sessions map[string]held
	daemons  map[string]bool
	posts    map[string]string
	removed  map[string]bool
	// isLifecycle asks for the reliable way between nodes.
	isLifecycle bool
}

func (p *pending) isEmpty() bool {
	return len(p.sessions)+len(p.daemons)+len(p.posts)+len(p.removed) == 0
}

// session replaces whatever was pending of it.
func (p *pending) session(session contract.Session, received time.Time) {
	delete(p.removed, session.ID)
	put(&p.sessions, session.ID, held{session: session, received: received})
	p.isLifecycle = true
}

// change joins what is pending of the session: however many changes there were, browsers are told one. Where the state before is
// not the one that is pending, some other node has told of what was in between: the whole makes it right in any order.
func (p *pending) change(before, after contract.Session, received time.Time) {
	base := &before
	if known, isPending := p.sessions[after.ID]; isPending {
		base = known.base
		if known.session.Seq != before.Seq {
			base = nil
		}
	}
	if p.removed[after.ID] {
		base = nil
		delete(p.removed, after.ID)
	}
	put(&p.sessions, after.ID, held{session: after, base: base, received: received})
}

func (p *pending) remove(id string) {
	delete(p.sessions, id)
	put(&p.removed, id, true)
	p.isLifecycle = true
}

func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// update as of now: every time is moved by how long it was held here.
func (p *pending) update(now time.Time) contract.ChannelUpdate {
	var update contract.ChannelUpdate
	for _, held := range p.sessions {
		held.session.AsOfMs += live.HeldMs(held.received, now)
		if held.base == nil {
			update.Sessions = append(update.Sessions, held.session)
		} else {
			update.Patches = append(update.Patches, contract.PatchBetween(*held.base, held.session))
		}
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
	first = update
	switch {
	case len(update.Sessions) > 1:
		half := len(update.Sessions) / 2
		first.Sessions, second.Sessions = update.Sessions[:half], update.Sessions[half:]
		first.Patches, second.Patches = nil, update.Patches
	case len(update.Patches) > 1:
		half := len(update.Patches) / 2
		first.Patches, second.Patches = update.Patches[:half], update.Patches[half:]
	case len(update.Sessions) == 1 && len(update.Patches) == 1:
		first.Patches, second.Patches = nil, update.Patches
	default:
		return update, second, false
	}
	return first, second, true
}
