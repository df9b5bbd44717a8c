package delivery_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/delivery"
)

// modelDaemon does what D5 says: deltas only against what was acknowledged, else a snapshot above the server's seq.
type modelDaemon struct {
	id    string
	turns map[string]*modelTurn
	made  int
	// sentBefore are batches that may come a second time.
	sentBefore []delivery.Batch
}

type modelTurn struct {
	session contract.Session
	// acked is the seq that the server is known to have; 0 = a snapshot is needed.
	acked int64
	// done: the server has acknowledged the end.
	done bool
}

func (m *modelDaemon) begin() {
	m.made++
	session := turn(fmt.Sprintf("%s-%d", m.id, m.made), 0)
	session.DaemonID = m.id
	m.turns[session.ID] = &modelTurn{session: session}
}

func (m *modelDaemon) active() []*modelTurn {
	var active []*modelTurn
	for i := 1; i <= m.made; i++ {
		if one := m.turns[fmt.Sprintf("%s-%d", m.id, i)]; one.session.Status == contract.SessionStatusActive {
			active = append(active, one)
		}
	}
	return active
}

// batch has everything that the server is not known to have, and the heartbeat.
func (m *modelDaemon) batch(t testing.TB, now time.Time) (delivery.Batch, map[string]int64) {
	batch := delivery.Batch{DaemonID: m.id, AsOfMs: now.UnixMilli(), Held: []contract.Held{}, Complete: true}
	sent := map[string]int64{}
	for i := 1; i <= m.made; i++ {
		one := m.turns[fmt.Sprintf("%s-%d", m.id, i)]
		isActive := one.session.Status == contract.SessionStatusActive
		if isActive {
			batch.Held = append(batch.Held, contract.Held{ID: one.session.ID, Seq: one.session.Seq})
		}
		switch {
		case one.done, one.acked == one.session.Seq:
			continue
		case one.acked == 0 || !isActive:
			batch.Changes = append(batch.Changes, raw(t, one.session))
		default:
			step := delta(one.session.ID, one.acked, one.session.Seq)
			step.Set.ToolCalls = &one.session.ToolCalls
			batch.Changes = append(batch.Changes, raw(t, step))
		}
		sent[one.session.ID] = one.session.Seq
	}
	return batch, sent
}

func (m *modelDaemon) change(one *modelTurn, now time.Time) {
	one.session.Seq = max(one.session.Seq+1, now.UnixMilli())
	one.session.ToolCalls++
}

// lost: nobody knows what the server has now.
func (m *modelDaemon) lost(sent map[string]int64) {
	for id := range sent {
		m.turns[id].acked = 0
	}
}

func (m *modelDaemon) take(answer contract.BatchAnswer, sent map[string]int64, now time.Time) {
	for _, result := range answer.Results {
		one := m.turns[result.ID]
		switch result.Status {
		case contract.ChangeStatusOk:
			one.acked = sent[result.ID]
			one.done = one.session.Status != contract.SessionStatusActive
		default:
			m.above(one, *result.Seq, now)
		}
	}
	for _, entry := range answer.Resync {
		if one := m.turns[entry.ID]; !one.done {
			m.above(one, entry.Seq, now)
		}
	}
}

func (m *modelDaemon) above(one *modelTurn, serverSeq int64, now time.Time) {
	one.acked = 0
	one.session.Seq = max(one.session.Seq, serverSeq+1, now.UnixMilli())
}

// TestD7 plays random life: two daemons, two nodes that share a database, lost requests, lost answers, batches that come twice
// and late, nodes that miss each other's messages, restarts from the database. Soon after all is well again, every node says
// what the daemons say.
func TestD7AnyTwoAgreeWithinOneHeartbeatAfterWhateverFailedIsBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld()
		w.start(t)
		w.start(t)
		daemons := []*modelDaemon{{id: daemonA, turns: map[string]*modelTurn{}}, {id: daemonB, turns: map[string]*modelTurn{}}}
		anyNode := func() *node { return w.nodes[rapid.IntRange(0, 1).Draw(r, "node")] }
		anyDaemon := func() *modelDaemon { return daemons[rapid.IntRange(0, 1).Draw(r, "daemon")] }
		exchange := func(m *modelDaemon, n *node, fate string) {
			batch, sent := m.batch(t, w.Now())
			m.sentBefore = append(m.sentBefore, batch)
			if fate == "request lost" {
				m.lost(sent)
				return
			}
			answer, err := n.delivery.Batch(t.Context(), claw, batch)
			if err != nil {
				r.Fatal(err)
			}
			if fate == "answer lost" {
				m.lost(sent)
				return
			}
			m.take(answer, sent, w.Now())
		}
		r.Repeat(map[string]func(*rapid.T){
			"":      func(*rapid.T) { w.pass(2 * time.Millisecond) }, // nothing takes no time: seqs are milliseconds (D2)
			"begin": func(*rapid.T) { anyDaemon().begin() },
			"progress": func(r *rapid.T) {
				m := anyDaemon()
				if active := m.active(); len(active) > 0 {
					m.change(rapid.SampledFrom(active).Draw(r, "turn"), w.Now())
				}
			},
			"end": func(r *rapid.T) {
				m := anyDaemon()
				if active := m.active(); len(active) > 0 {
					one := rapid.SampledFrom(active).Draw(r, "turn")
					m.change(one, w.Now())
					one.session = ended(one.session)
				}
			},
			"exchange": func(r *rapid.T) {
				exchange(anyDaemon(), anyNode(), rapid.SampledFrom([]string{"well", "well", "request lost", "answer lost"}).Draw(r, "fate"))
			},
			"again": func(r *rapid.T) {
				if m := anyDaemon(); len(m.sentBefore) > 0 {
					_, _ = anyNode().delivery.Batch(t.Context(), claw, rapid.SampledFrom(m.sentBefore).Draw(r, "batch"))
				}
			},
			"cut":  func(*rapid.T) { n := anyNode(); n.isCut = !n.isCut },
			"pass": func(r *rapid.T) { w.pass(time.Duration(rapid.IntRange(1, 40_000).Draw(r, "ms")) * time.Millisecond) },
			"restart": func(*rapid.T) {
				gone := anyNode()
				w.stop(gone)
				w.start(t)
			},
			"tick": func(*rapid.T) { n := anyNode(); n.delivery.ReportSilent(); n.delivery.DropEnded() },
		})
		for _, n := range w.nodes {
			n.isCut = false
		}
		// What a heartbeat asks for comes at once after it. A node that has missed its peers learns from the first heartbeat what
		// they know, and asks with the next.
		for range 3 {
			w.pass(20 * time.Second)
			for _, m := range daemons {
				exchange(m, anyNode(), "well")
			}
		}
		agree(r, w, daemons)
	})
}

func agree(r *rapid.T, w *world, daemons []*modelDaemon) {
	for i, n := range w.nodes {
		for _, m := range daemons {
			for id, one := range m.turns {
				entry := n.store.Get(id)
				isActive := one.session.Status == contract.SessionStatusActive
				switch {
				case isActive && entry == nil:
					r.Fatalf("node %d does not have %s", i, id)
				case entry == nil:
				case entry.Session.Status != one.session.Status, isActive && entry.Session.ToolCalls != one.session.ToolCalls,
					isActive && entry.Session.Seq != one.session.Seq:
					r.Fatalf("node %d has %s as %s seq %d tools %d; the daemon says %s seq %d tools %d", i, id, entry.Session.Status, entry.Session.Seq,
						entry.Session.ToolCalls, one.session.Status, one.session.Seq, one.session.ToolCalls)
				}
			}
		}
	}
}
