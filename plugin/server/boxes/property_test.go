package boxes

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// action is one thing that happens, and what goes wrong from then on.
type action struct {
	kind  string
	node  int
	pause time.Duration
}

var actions = []string{"work", "work", "work", "end", "fail", "reopen", "offline", "online", "restart", "trouble", "trouble", "calm"}

func anyActions(t *rapid.T) []action {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) action {
		return action{
			kind: rapid.SampledFrom(actions).Draw(t, "kind"),
			node: rapid.IntRange(0, 1).Draw(t, "node"),
			pause: rapid.SampledFrom([]time.Duration{
				0, time.Millisecond, 300 * time.Millisecond, 5 * time.Second, 16 * time.Second, 40 * time.Second, 3 * time.Minute,
			}).Draw(t, "pause"),
		}
	}), 1, 25).Draw(t, "actions")
}

// troubled gives wrong answers to a third of all calls, of every kind: late, lost after success, nil and nil. Creations may
// take longer than anybody waits.
func troubled(seed uint64) func(string) *fault {
	random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test that can be played again
	return func(method string) *fault {
		if random.IntN(3) > 0 || method == "HasPermissionToChannel" {
			return nil // a "no" that comes again and again is believed: see P4
		}
		wrong := &fault{done: random.IntN(2) == 0, silent: random.IntN(2) == 0}
		switch random.IntN(4) {
		case 0:
			wrong.after = time.Duration(random.IntN(2_000)) * time.Millisecond
		case 1:
			wrong.done, wrong.after, wrong.silent = true, time.Duration(random.IntN(50))*time.Millisecond, false
		case 2:
			if method == "CreatePost" {
				wrong.after = time.Duration(random.IntN(40)) * time.Second
			}
		}
		return wrong
	}
}

// play lets the actions happen on two nodes that share posts and KV, then lets all be calm, and tells what is wrong.
func play(t *testing.T, script []action, seed uint64) (wrong string) {
	synctest.Test(t, func(t *testing.T) {
		server := newMattermost()
		trouble := troubled(seed)
		var mu sync.Mutex
		oneByOne := func(method string) *fault {
			mu.Lock()
			defer mu.Unlock()
			return trouble(method)
		}
		nodes := [2]*rig{newRig(t, server), newRig(t, server)}
		for _, node := range nodes {
			node.deps.Log = quietLog{}
		}
		session := sessionAt(1)
		nodes[0].Changed(session, byBot)
		for _, one := range script {
			synctest.Wait()
			act(t, nodes[:], server, oneByOne, &session, one)
			synctest.Wait()
			time.Sleep(one.pause)
		}
		server.set(func() { server.faultOf = nil })
		// The daemon's next heartbeat finds what a node has forgotten: both hear of the session as it is.
		for _, node := range nodes {
			node.Changed(session, byBot)
		}
		later(20 * time.Minute)
		wrong = verdict(nodes[:], server, session)
		for _, node := range nodes {
			node.stop(t)
		}
	})
	return wrong
}

func act(t *testing.T, nodes []*rig, server *mattermost, trouble func(string) *fault, session *contract.Session, one action) {
	change := func(changes ...func(*contract.Session)) {
		*session = sessionAt(session.Seq+1, changes...)
		nodes[one.node].Changed(*session, byBot)
	}
	switch one.kind {
	case "work", "reopen":
		change()
	case "end":
		change(ended("done"))
	case "fail":
		change(ended("error"))
	case "offline", "online":
		if session.Status == contract.SessionStatusActive {
			again := sessionAt(session.Seq)
			again.Offline = pointer(one.kind == "offline")
			*session = again
			nodes[0].Changed(again, byBot)
			nodes[1].Changed(again, byBot)
		}
	case "restart": // kill -9: what runs goes on to run in the server, nobody hears its answer
		old := nodes[one.node]
		nodes[one.node] = newRig(t, server)
		nodes[one.node].deps.Log = quietLog{}
		old.abandon()
	case "trouble":
		server.set(func() { server.faultOf = trouble })
	case "calm":
		server.set(func() { server.faultOf = nil })
	}
}

// abandon is the death of the plugin's process: nothing more is begun.
func (r *rig) abandon() {
	r.queue.mu.Lock()
	defer r.queue.mu.Unlock()
	r.queue.closed = true
	r.queue.ready = nil
	for _, e := range r.queue.entries {
		e.stopTimer()
	}
}

func verdict(nodes []*rig, server *mattermost, session contract.Session) string {
	standing := 0
	for _, post := range server.boxes("s1") {
		if post.DeleteAt > 0 {
			continue
		}
		standing++
		props, _ := decodeProps(post)
		if props.Seq != session.Seq && session.Status != contract.SessionStatusActive {
			return fmt.Sprintf("the box shows seq %d, the final state is %d", props.Seq, session.Seq)
		}
		if props.Status != session.Status || isSet(props.Offline) != isSet(session.Offline) && props.Seq == session.Seq {
			return fmt.Sprintf("the box shows %+v, wanted is %s of seq %d", props, session.Status, session.Seq)
		}
		for _, node := range nodes {
			if got := node.postOf("s1"); got != "" && got != post.Id {
				return fmt.Sprintf("told of post %s, the box is %s", got, post.Id)
			}
		}
	}
	if standing != 1 {
		return fmt.Sprintf("%d boxes stand", standing)
	}
	if failures := append(nodes[0].failed("s1"), nodes[1].failed("s1")...); len(failures) > 0 {
		return fmt.Sprintf("given up: %v", failures)
	}
	return ""
}

func TestP2NeverTwoBoxesAndTheLastOneShowsTheFinalState(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		script, seed := anyActions(rt), rapid.Uint64().Draw(rt, "seed")
		if wrong := play(t, script, seed); wrong != "" {
			rt.Fatal(wrong)
		}
	})
}
