package broadcast

import (
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
)

// maxPayload in bytes of one event; more is sent as several. The host passes events on to other nodes and keeps them in
// queues, so none should be huge.
const maxPayload = 200_000

// maxStates that one patch leads on from; after more changes the whole is not much longer.
const maxStates = 16

// held is a session as it shall be told.
type held struct {
	session contract.Session
	// since are the states that browsers may have, in order: what they were last told, and those that a list may have told some of
	// them meanwhile. They need only the difference. Nil: they are told the whole.
	since    []contract.Session
	received time.Time
}

func (h held) patch() (patch contract.SessionPatch, ok bool) {
	if h.since == nil {
		return patch, false
	}
	return contract.PatchSince(h.since, h.session)
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
	since := []contract.Session{before}
	if known, isPending := p.sessions[after.ID]; isPending {
		if known.since == nil || known.session.Seq != before.Seq || len(known.since) == maxStates {
			since = nil
		} else {
			since = append(known.since, before)
		}
	}
	if p.removed[after.ID] {
		since = nil
		delete(p.removed, after.ID)
	}
	put(&p.sessions, after.ID, held{session: after, since: since, received: received})
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
		if patch, ok := held.patch(); ok {
			update.Patches = append(update.Patches, patch)
		} else {
			update.Sessions = append(update.Sessions, held.session)
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
