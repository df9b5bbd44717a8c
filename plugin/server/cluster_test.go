package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

func wanted(session contract.Session) contract.Session {
	session.Post = contract.PostStateWanted
	return session
}

// boxesOf lists the posts that say they are the session's box.
func (n *node) boxesOf(id string) []contract.BoxProps {
	var found []contract.BoxProps
	for _, post := range n.server.Posts() {
		text, _ := post.GetProp("livestatus").(string)
		var props contract.BoxProps
		if json.Unmarshal([]byte(text), &props) == nil && props.ID == id {
			found = append(found, props)
		}
	}
	return found
}

// ids and seqs of a list, as a reader gets it.
func (n *node) reads() []string {
	var lines []string
	for _, session := range n.list(asAnn).Sessions {
		post := ""
		if session.PostID != nil {
			post = *session.PostID
		}
		lines = append(lines, fmt.Sprint(session.ID, " ", session.Seq, " ", session.Status, " ", post))
	}
	slices.Sort(lines)
	return lines
}

func TestTwoNodesAreOnePlugin(t *testing.T) {
	server := newServer()
	one, two := startNode(t, server), startNode(t, server)
	require.Equal(t, contract.ChangeStatusOk, one.send(asDaemon, snapshot(wanted(turn("t1", 10)))).Status)
	delta := contract.Delta{ID: "t1", BaseSeq: 10, Seq: 20, AsOfMs: 1500}
	require.Equal(t, contract.ChangeStatusOk, two.send(asDaemon, contract.Change{Delta: &delta}).Status, "a delta through the other node")
	require.Eventually(t, func() bool { return len(one.boxesOf("t1")) > 0 }, 10*time.Second, time.Millisecond)
	require.Eventually(t, func() bool { s := two.session("t1"); return s.PostID != nil }, 10*time.Second, time.Millisecond)
	require.Equal(t, contract.ChangeStatusOk, two.send(asDaemon, snapshot(wanted(ended(turn("t1", 0), 30)))).Status)
	require.Eventually(t, func() bool { boxes := one.boxesOf("t1"); return boxes[0].Status == contract.SessionStatusDone }, 10*time.Second, time.Millisecond)
	require.Len(t, one.boxesOf("t1"), 1)
	require.Equal(t, one.reads(), two.reads())
	require.Len(t, one.reads(), 1)
}

func TestABoxThatTwoNodesWantAtOnceIsMadeOnce(t *testing.T) {
	server := newServer()
	one, two := startNode(t, server), startNode(t, server)
	const turns = 40
	for i := range turns {
		id := fmt.Sprint("t", i)
		one.send(asDaemon, snapshot(turn(id, 10)))
		var both sync.WaitGroup // the daemon has sent it twice, to either node
		for _, n := range []*node{one, two} {
			both.Go(func() { n.send(asDaemon, snapshot(wanted(turn(id, 20)))) })
		}
		both.Wait()
	}
	require.Eventually(t, func() bool {
		for i := range turns {
			if len(one.boxesOf(fmt.Sprint("t", i))) == 0 {
				return false
			}
		}
		return true
	}, 20*time.Second, 10*time.Millisecond)
	require.NoError(t, one.plugin.OnDeactivate())
	require.NoError(t, two.plugin.OnDeactivate())
	for i := range turns {
		require.Len(t, one.boxesOf(fmt.Sprint("t", i)), 1)
	}
}

func TestARestartEndsNothingAndMakesNoSecondBox(t *testing.T) {
	server := newServer()
	n := startNode(t, server)
	n.send(asDaemon, snapshot(wanted(turn("t1", 10))))
	require.Eventually(t, func() bool { return len(n.boxesOf("t1")) == 1 }, 10*time.Second, time.Millisecond)
	n.stop()
	again := startNode(t, server)
	require.Equal(t, contract.SessionStatusActive, again.session("t1").Status)
	require.Equal(t, contract.ChangeStatusOk, again.send(asDaemon, snapshot(wanted(turn("t1", 20)))).Status)
	again.send(asDaemon, snapshot(wanted(ended(turn("t1", 0), 30))))
	require.Eventually(t, func() bool { return again.boxesOf("t1")[0].Status == contract.SessionStatusDone }, 10*time.Second, time.Millisecond)
	require.Len(t, again.boxesOf("t1"), 1)
}

func TestP1ATurnThatWasSeenActiveBeforeARestartStillGetsItsBox(t *testing.T) {
	server := newServer()
	first := startNode(t, server)
	require.Equal(t, contract.ChangeStatusOk, first.send(asDaemon, snapshot(turn("t1", 10))).Status)
	first.stop() // the process may also die between storing the turn and claiming its box
	second := startNode(t, server)
	require.Equal(t, contract.ChangeStatusOk, second.send(asDaemon, snapshot(wanted(ended(turn("t1", 0), 20)))).Status)
	require.Eventually(t, func() bool { return len(second.boxesOf("t1")) == 1 }, 10*time.Second, time.Millisecond)
}

func TestTheFirstReleasesClientGetsItsPost(t *testing.T) {
	n := startNode(t, newServer())
	body := `{"session_key":"agent:main:x","channel_id":"public-channel","agent_id":"main"}`
	session := as[contract.Session](t, n.do("POST", "/sessions", asSecret, body), 201)
	require.NotNil(t, session.PostID)
	again := as[contract.Session](t, n.do("POST", "/sessions", asSecret, body), 200)
	require.Equal(t, session.ID, again.ID)
	done := as[contract.Session](t, n.do("PUT", "/sessions/"+session.ID, asSecret, `{"status":"done"}`), 200)
	require.Greater(t, done.Seq, session.Seq)
	require.Eventually(t, func() bool { return n.boxesOf(session.ID)[0].Status == contract.SessionStatusDone }, 10*time.Second, time.Millisecond)
	require.Equal(t, 204, n.do("DELETE", "/sessions/"+session.ID+"?post=true", asSecret, nil).status)
	require.Empty(t, n.boxesOf(session.ID))
	require.Equal(t, contract.CodeSessionNotFound, n.do("DELETE", "/sessions/"+session.ID, asSecret, nil).code(t))
}

func TestAWithdrawnTurnsBoxSaysThatNoReplyWasNeeded(t *testing.T) {
	n := startNode(t, newServer())
	n.send(asDaemon, snapshot(wanted(turn("t1", 10))))
	require.Eventually(t, func() bool { return len(n.boxesOf("t1")) == 1 }, 10*time.Second, time.Millisecond)
	require.Equal(t, 204, n.do("DELETE", "/sessions/t1", asDaemon, nil).status)
	require.Eventually(t, func() bool { return n.server.Posts()[0].Message == "**No reply needed**" }, 10*time.Second, time.Millisecond)
	require.Empty(t, n.reads())
	n.updates(func(updates []contract.ChannelUpdate) bool {
		return slices.ContainsFunc(updates, func(u contract.ChannelUpdate) bool { return slices.Contains(u.Removed, "t1") })
	})
}

func TestEventsOfAnotherPluginVersionAndGarbageAreIgnored(t *testing.T) {
	n := startNode(t, newServer())
	for _, data := range []string{"", "{", `{"v":99,"removed":["t1"]}`, `{"changes":[{"change":null}]}`, `{"v":1,"want":["x"],"changes":[{"change":{"id":"d","base_seq":1}}]}`} {
		n.plugin.OnPluginClusterEvent(nil, clusterEvent("livestatus", data))
	}
	n.send(asDaemon, snapshot(turn("t1", 10)))
	n.plugin.OnPluginClusterEvent(nil, clusterEvent("other", `{"v":1,"removed":["t1"]}`))
	n.plugin.OnPluginClusterEvent(nil, clusterEvent("livestatus", `{"v":99,"removed":["t1"]}`))
	require.Len(t, n.reads(), 1)
}
