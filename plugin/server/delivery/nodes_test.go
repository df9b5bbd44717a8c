package delivery_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// view is what a node would answer, without the server's own times.
func (n *node) view() map[string]string {
	view := map[string]string{}
	for _, entry := range n.store.All() {
		post := "-"
		if entry.Session.PostID != nil {
			post = *entry.Session.PostID
		}
		session := entry.Session
		view[session.ID] = fmt.Sprint(session.Status, " seq ", session.Seq, " tools ", session.ToolCalls, " by ", session.DaemonID, " ", entry.BotID, " box ", post)
	}
	return view
}

func TestTwoNodesHaveTheSameSessions(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.ok(turn("t1", 10))
	two.ok(delta("t1", 10, 20)) // a delta through the other node
	one.ok(delta("t1", 20, 30))
	two.delivery.PostKnown("t1", "post-1")
	two.ok(turn("t2", 10))
	answer := one.batch(sent{changes: []any{ended(turn("t2", 20))}})
	require.Equal(t, []contract.PostEntry{{ID: "t1", PostID: "post-1"}}, answer.Posts, "the box that another node made")
	require.Equal(t, one.view(), two.view())
	require.Len(t, one.view(), 2)
	require.NoError(t, one.delivery.Remove(t.Context(), clawClient, "t2", false))
	require.Equal(t, one.view(), two.view())
	require.Len(t, two.view(), 1)
}

func TestOnlyTheNodeThatAcceptsAChangeTellsBrowsersAndBoxes(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.ok(turn("t1", 10))
	one.ok(delta("t1", 10, 20))
	one.delivery.PostKnown("t1", "post-1")
	require.Len(t, one.audience.take(), 3)
	require.Empty(t, two.audience.take())
	require.Len(t, one.boxes.changed, 2)
	require.Empty(t, two.boxes.changed)
}

func TestANodeWithoutTheBaseAnswersResyncOrAsksItsPeers(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.isCut = true
	one.ok(turn("t1", 10))
	require.Equal(t, contract.ChangeStatusResync, two.send(delta("t1", 10, 20)).Status)
	one.isCut = false
	one.ok(delta("t1", 10, 20)) // two lacks the base: it asks, and gets the snapshot
	require.Equal(t, one.view(), two.view())
	require.EqualValues(t, 20, two.stored("t1").Seq)
}

func TestANodeThatStartsLateHasWhatTheOthersHave(t *testing.T) {
	w := newWorld()
	one := w.start(t)
	one.ok(turn("t1", 10))
	one.ok(delta("t1", 10, 20))
	one.ok(turn("t2", 10))
	two := w.start(t)
	require.Equal(t, one.view(), two.view())
}

func TestLeasesAndHeartbeatsCountOnEveryNode(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.ok(turn("t1", 10))
	w.pass(50 * time.Second)
	one.batch(sent{held: []contract.Held{{ID: "t1", Seq: 10}}})
	w.pass(50 * time.Second)
	two.delivery.ReportSilent()
	require.Empty(t, two.audience.take())
	require.Equal(t, contract.ChangeStatusNotOwner, two.batch(sent{daemonID: daemonB, changes: []any{byDaemonB(turn("t1", 20))}}).Results[0].Status)
	for range 20 {
		w.pass(2 * time.Minute)
		one.batch(sent{held: []contract.Held{{ID: "t1", Seq: 10}}})
	}
	two.delivery.Sweep() // the job runs on any node
	require.Equal(t, contract.SessionStatusActive, two.stored("t1").Status)
}

func TestSilenceIsReportedByOneNode(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.ok(turn("t1", 10))
	one.audience.take()
	w.pass(61 * time.Second)
	two.delivery.ReportSilent()
	one.delivery.ReportSilent()
	w.pass(20 * time.Second)
	two.delivery.ReportSilent()
	require.Equal(t, []string{"room-channel: daemon daemon-a offline=true"}, one.audience.take())
	require.Empty(t, two.audience.take())
	two.batch(sent{})
	require.Equal(t, []string{"room-channel: daemon daemon-a offline=false"}, two.audience.take(), "it is back, through the other node")
	require.Empty(t, one.audience.take())

	w.stop(two) // the node that it talks to dies
	w.pass(61 * time.Second)
	one.delivery.ReportSilent()
	require.Empty(t, one.audience.take())
	w.pass(10 * time.Second)
	one.delivery.ReportSilent()
	require.Equal(t, []string{"room-channel: daemon daemon-a offline=true"}, one.audience.take())
}

func TestACleanUpOnOneNodeCountsOnAll(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.ok(turn("silent", 10))
	one.ok(ended(turn("over", 10)))
	w.pass(61 * time.Minute)
	two.delivery.Sweep()
	require.Equal(t, one.view(), two.view())
	require.Equal(t, contract.SessionStatusInterrupted, one.stored("silent").Status)
	require.Len(t, one.view(), 1)
}

func TestP4WhyABoxCannotBeWrittenIsKnownToEveryNode(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.ok(turn("t1", 10))
	one.delivery.PostFailed("t1", contract.CodePostDeleted)
	require.Equal(t, contract.CodePostDeleted, codeOf(two.send(turn("t1", 20))), "through the node that did not try")
	require.Equal(t, contract.CodePostDeleted, codeOf(one.send(turn("t1", 30))))
	three := w.start(t)
	require.Equal(t, contract.CodePostDeleted, codeOf(three.send(turn("t1", 40))), "and one that started later")

	two.delivery.PostKnown("t1", "p1")
	require.Empty(t, codeOf(three.send(turn("t1", 50))), "it stands after all")
}

func TestP4ACreationOnAnotherNodeDoesNotWaitForABoxThatIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		one, two := w.start(t), w.start(t)
		answers := two.startCreating(t, 1, `{"id":"t1","session_key":"k","channel_id":"room-channel"}`)
		synctest.Wait()
		one.delivery.PostFailed("t1", contract.CodePostDeleted)
		synctest.Wait()
		require.Len(t, answers, 1)
		require.Nil(t, (<-answers).PostID)
	})
}

func TestAHeartbeatMendsWhatANodeHasMissed(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.ok(turn("goes-on", 10))
	one.ok(turn("ends", 10))
	one.ok(turn("removed", 10))
	two.isCut = true
	one.ok(delta("goes-on", 10, 20))
	one.ok(ended(turn("ends", 20)))
	require.NoError(t, one.delivery.Remove(t.Context(), clawClient, "removed", false))
	one.ok(turn("new", 10))
	two.isCut = false
	one.batch(sent{held: []contract.Held{{ID: "goes-on", Seq: 20}, {ID: "new", Seq: 10}}, complete: true})
	require.Equal(t, one.view(), two.view())
	require.Len(t, two.view(), 3)
}

func TestANodeThatMissedTheCleanUpDropsWhatIsLongOver(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.ok(ended(turn("over", 10)))
	one.ok(turn("active", 10))
	two.isCut = true
	w.pass(61 * time.Minute)
	one.delivery.Sweep()
	two.delivery.DropEnded()
	require.NotNil(t, two.store.Get("over"))
	w.pass(10 * time.Minute)
	two.delivery.DropEnded()
	require.Nil(t, two.store.Get("over"))
	require.NotNil(t, two.store.Get("active"))
}

func TestANodeThatMissedANewerStateDoesNotAcknowledgeAnOlderOne(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.ok(turn("t1", 10))
	two.isCut = true
	one.ok(ended(turn("t1", 30)))
	result := two.send(ended(turn("t1", 20)))
	require.Equal(t, contract.ChangeStatusResync, result.Status)
	require.EqualValues(t, 30, *result.Seq)
	require.Equal(t, one.view(), two.view())
}

func TestADirectMessageHasItsChannelOnEveryNode(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	session := turn("t1", 10)
	session.ChannelID, session.UserID = nil, ptr(ann)
	one.ok(session)
	one.ok(`{"id":"t1","base_seq":10,"seq":20,"as_of_ms":5,"set":{"channel_id":null},"steps":[],"removed_steps":[],"steps_dropped":0}`)
	require.Equal(t, *one.stored("t1").ChannelID, *two.stored("t1").ChannelID)
}

func TestAHeartbeatTellsANodeThatAnotherHasANewerState(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.ok(turn("t1", 10))
	one.isCut = true
	two.batch(sent{held: []contract.Held{}, complete: true}) // a batch that came late: a false loss
	one.isCut = false
	one.batch(sent{held: []contract.Held{{ID: "t1", Seq: 10}}, complete: true})
	require.Equal(t, contract.SessionStatusInterrupted, one.stored("t1").Status)
	answer := one.batch(sent{held: []contract.Held{{ID: "t1", Seq: 10}}, complete: true})
	require.Equal(t, one.stored("t1").Seq, answer.Resync[0].Seq, "so that the daemon can correct it")
}

func TestAHeartbeatMendsAFalseLossWhoseCorrectionANodeHasMissed(t *testing.T) {
	for _, through := range []string{"the node that is right", "the node that is wrong"} {
		t.Run(through, func(t *testing.T) {
			w := newWorld()
			one, two := w.start(t), w.start(t)
			one.ok(turn("t1", 10))
			two.batch(sent{held: []contract.Held{}, complete: true})
			two.isCut = true
			w.pass(time.Second)
			one.ok(ended(turn("t1", w.Now().UnixMilli())))
			two.isCut = false
			require.Equal(t, contract.SessionStatusInterrupted, two.stored("t1").Status)
			heard := one
			if through != "the node that is right" {
				heard = two
			}
			heard.batch(sent{held: []contract.Held{}, complete: true})
			require.Equal(t, contract.SessionStatusDone, two.stored("t1").Status)
			require.Equal(t, one.view(), two.view())
		})
	}
}

func TestWhyABoxCannotBeWrittenIsNotForgottenUntilItCan(t *testing.T) {
	w := newWorld()
	one, two := w.start(t), w.start(t)
	one.ok(turn("t1", 10))
	one.delivery.PostFailed("t1", contract.CodePostForbidden)
	two.ok(delta("t1", 10, 20))
	require.Equal(t, contract.CodePostForbidden, codeOf(one.send(delta("t1", 20, 30))))
	one.delivery.PostKnown("t1", "post-1")
	require.Empty(t, codeOf(one.send(delta("t1", 30, 40))))
}
