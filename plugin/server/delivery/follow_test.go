package delivery_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// follower is a browser that gets every event of one channel and applies them as D3 says.
type follower struct {
	channelID string
	sessions  map[string]contract.Session
	misfits   []string
}

func (f *follower) Session(channelID string, session contract.Session, _ time.Time) {
	if channelID != f.channelID {
		return
	}
	if known, ok := f.sessions[session.ID]; ok && known.Seq > session.Seq {
		f.misfits = append(f.misfits, session.ID)
		return
	}
	f.sessions[session.ID] = session
}

func (f *follower) Changed(channelID string, before, after contract.Session, _ time.Time, _ bool) {
	if channelID != f.channelID {
		return
	}
	if known, ok := f.sessions[after.ID]; !ok || known.Seq != before.Seq {
		f.misfits = append(f.misfits, after.ID)
		return
	}
	f.sessions[after.ID] = after
}

func (f *follower) Daemon(string, contract.DaemonState) {}
func (f *follower) Post(string, contract.PostEntry)     {}
func (f *follower) Removed(channelID, id string) {
	if channelID == f.channelID {
		delete(f.sessions, id)
	}
}

// TestD6ABrowserThatMissesNoEventHasWhatTheServerHas: every change that is broadcast has its base in what was broadcast before.
func TestD6ABrowserThatMissesNoEventHasWhatTheServerHas(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld()
		browser := &follower{channelID: room, sessions: map[string]contract.Session{}}
		n := w.startWith(t, browser)
		seq := int64(10)
		id := func() string { return fmt.Sprint("t", rapid.IntRange(1, 3).Draw(r, "id")) }
		r.Repeat(map[string]func(*rapid.T){
			"": func(r *rapid.T) {
				seq++
				w.pass(time.Millisecond)
				require.Empty(t, browser.misfits)
				var inRoom int
				for _, entry := range n.store.All() {
					if entry.ChannelID() != room {
						continue
					}
					inRoom++
					known := browser.sessions[entry.Session.ID]
					if known.Seq != entry.Session.Seq || known.Status != entry.Session.Status || known.ToolCalls != entry.Session.ToolCalls {
						r.Fatalf("%s: the browser has seq %d %s, the server seq %d %s", entry.Session.ID, known.Seq, known.Status, entry.Session.Seq, entry.Session.Status)
					}
				}
				if inRoom != len(browser.sessions) {
					r.Fatalf("the browser has %d sessions, the server %d", len(browser.sessions), inRoom)
				}
			},
			"snapshot": func(r *rapid.T) {
				session := turn(id(), w.Now().UnixMilli())
				if rapid.Bool().Draw(r, "elsewhere") {
					session.ChannelID = ptr(archive)
				}
				if rapid.Bool().Draw(r, "over") {
					session = ended(session)
				}
				n.send(session)
			},
			"delta": func(r *rapid.T) {
				if entry := n.store.Get(id()); entry != nil {
					change := delta(entry.Session.ID, entry.Session.Seq, max(entry.Session.Seq+1, w.Now().UnixMilli()))
					if rapid.Bool().Draw(r, "moves") {
						change.Set.ChannelID.Set(archive)
					}
					n.send(change)
				}
			},
			"put": func(*rapid.T) {
				_, _ = n.delivery.Update(clawClient, id(), contract.SessionInput{ToolCalls: ptr(int(seq))})
			},
			"lost": func(*rapid.T) { n.batch(sent{held: []contract.Held{}, complete: true}) },
			"taken over": func(*rapid.T) {
				w.pass(2 * time.Minute)
				n.batch(sent{daemonID: daemonB, changes: []any{byDaemonB(turn(id(), w.Now().UnixMilli()))}})
			},
			"removed": func(*rapid.T) { _ = n.delivery.Remove(t.Context(), clawClient, id(), false) },
			"swept":   func(*rapid.T) { w.pass(40 * time.Minute); n.delivery.Sweep() },
		})
	})
}
