package delivery_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

func TestD4WhatADaemonHoldsAndTheServerDoesNotIsAskedFor(t *testing.T) {
	n := newWorld().start(t)
	n.ok(turn("same", 10))
	n.ok(turn("older", 10))
	answer := n.batch(sent{held: []contract.Held{{ID: "same", Seq: 10}, {ID: "older", Seq: 20}, {ID: "unknown", Seq: 5}}})
	require.Equal(t, []contract.ResyncEntry{{ID: "older", Seq: 10}, {ID: "unknown"}}, answer.Resync)
	require.Equal(t, contract.SessionStatusActive, n.stored("older").Status)
}

func TestD4TheCheckComesAfterTheChangesOfTheSameBatch(t *testing.T) {
	n := newWorld().start(t)
	answer := n.batch(sent{changes: []any{turn("t1", 10), delta("t1", 10, 20)}, held: []contract.Held{{ID: "t1", Seq: 20}}, complete: true})
	require.Empty(t, answer.Resync)
	require.Equal(t, contract.SessionStatusActive, n.stored("t1").Status)
}

func TestD4WhatACompleteHeartbeatDoesNotHoldIsLost(t *testing.T) {
	n := newWorld().start(t)
	lost := turn("lost", 10)
	lost.Activity, lost.Stalled = ptr(contract.ActivityTool), ptr(true)
	lost.Waiting = &contract.Waiting{For: contract.WaitingForAgents, SinceMs: 5}
	lost.Steps = []contract.Step{
		{ID: "1", Kind: contract.StepKindTool, Label: "a", Status: contract.StepStatusDone, StartedMs: 1},
		{ID: "2", Kind: contract.StepKindTool, Label: "b", Status: contract.StepStatusRunning, StartedMs: 1},
		{ID: "3", Kind: contract.StepKindTool, Label: "c", Status: contract.StepStatusBackground, StartedMs: 1},
	}
	n.ok(lost)
	n.ok(turn("held", 10))
	n.ok(ended(turn("over", 10)))
	n.batch(sent{daemonID: daemonB, changes: []any{byDaemonB(turn("foreign", 10))}})
	n.audience.take()
	n.batch(sent{held: []contract.Held{{ID: "held", Seq: 10}}, asOfMs: 7000})
	require.Equal(t, contract.SessionStatusActive, n.stored("lost").Status, "the heartbeat was not complete")
	n.batch(sent{changes: nil, complete: true, asOfMs: 7100})
	require.Equal(t, contract.SessionStatusActive, n.stored("lost").Status, "there was no heartbeat")
	n.batch(sent{held: []contract.Held{{ID: "held", Seq: 10}}, complete: true, asOfMs: 8000})

	after := n.stored("lost")
	require.Equal(t, contract.SessionStatusInterrupted, after.Status)
	require.Equal(t, contract.SessionCodeLost, after.Error.Code)
	require.EqualValues(t, 8000, *after.EndedMs, "on the daemon's clock")
	require.GreaterOrEqual(t, after.Seq, n.world.Now().UnixMilli(), "D2")
	require.Nil(t, after.Activity)
	require.Nil(t, after.Waiting)
	require.Nil(t, after.Stalled)
	require.Equal(t, contract.StepStatusDone, after.Steps[0].Status)
	require.Equal(t, contract.StepStatusCancelled, after.Steps[1].Status)
	require.Equal(t, contract.StepStatusBackground, after.Steps[2].Status)
	require.Equal(t, contract.StepStatusRunning, lost.Steps[1].Status)
	for _, id := range []string{"held", "foreign"} {
		require.Equal(t, contract.SessionStatusActive, n.stored(id).Status, id)
	}
	require.Equal(t, contract.SessionStatusDone, n.stored("over").Status)
	require.Equal(t, []string{"room-channel: session lost interrupted"}, n.audience.take())
	require.Equal(t, contract.SessionStatusInterrupted, n.boxes.last().Status)
	require.Contains(t, string(n.world.server.Key("ls_session_lost")), `"interrupted"`)

	result := n.send(turn("lost", 11))
	require.Equal(t, contract.ChangeStatusResync, result.Status)
	n.ok(turn("lost", *result.Seq+1)) // evidence that comes later corrects the state
	require.Equal(t, contract.SessionStatusActive, n.stored("lost").Status)
}

func TestD4AnOldBatchThatComesLateEndsNothing(t *testing.T) {
	n := newWorld().start(t)
	n.batch(sent{asOfMs: 9000, changes: []any{turn("t1", 10)}})
	late := n.batch(sent{asOfMs: 8999, held: []contract.Held{{ID: "gone", Seq: 1}}, complete: true})
	require.Equal(t, contract.SessionStatusActive, n.stored("t1").Status)
	require.Empty(t, late.Resync)
	setBack := int64(9000) - (6 * time.Minute).Milliseconds()
	n.batch(sent{asOfMs: 10_000_000})
	n.batch(sent{asOfMs: 10_000_000 + setBack - 9000, held: []contract.Held{}, complete: true})
	require.Equal(t, contract.SessionStatusInterrupted, n.stored("t1").Status, "a clock that was set back is believed again")
}

func TestD4AnEndThatAnotherNodeAcceptedIsNotTakenForALoss(t *testing.T) {
	w := newWorld()
	n, peer := w.start(t), w.start(t)
	n.ok(turn("t1", 10))
	n.isCut = true // the news does not arrive
	n.ok(ended(turn("t1", 20)))
	peer.batch(sent{held: []contract.Held{}, complete: true})
	require.Equal(t, contract.SessionStatusDone, peer.stored("t1").Status)
	require.Equal(t, contract.SessionStatusDone, n.stored("t1").Status)
}

func TestD4ALossThatCannotBeStoredIsTriedAgain(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	w.server.SetDown(true)
	n.batch(sent{held: []contract.Held{}, complete: true})
	require.Equal(t, contract.SessionStatusActive, n.stored("t1").Status)
	w.server.SetDown(false)
	n.batch(sent{held: []contract.Held{}, complete: true})
	require.Equal(t, contract.SessionStatusInterrupted, n.stored("t1").Status)
}

func TestD5AFinalStateThatIsSentAgainAfterItsDeletionComesAndGoes(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(ended(turn("t1", 10)))
	w.pass(61 * time.Minute)
	n.delivery.Sweep()
	require.Nil(t, n.store.Get("t1"))
	require.Nil(t, w.server.Key("ls_session_t1"))
	n.ok(ended(turn("t1", 10)))
	require.Equal(t, contract.SessionStatusDone, n.stored("t1").Status)
	w.pass(61 * time.Minute)
	n.delivery.Sweep()
	require.Nil(t, n.store.Get("t1"))
}

func TestSilenceIsReportedOnceAndSoIsTheReturn(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	n.ok(turn("t2", 10))
	over := ended(turn("over", 10))
	over.ChannelID = ptr(archive)
	n.ok(over)
	n.audience.take()
	w.pass(59 * time.Second)
	n.delivery.ReportSilent()
	require.Empty(t, n.audience.take())
	w.pass(2 * time.Second)
	n.delivery.ReportSilent()
	n.delivery.ReportSilent()
	require.Equal(t, []string{"room-channel: daemon daemon-a offline=true"}, n.audience.take())
	require.True(t, *n.boxes.last().Offline)
	require.Equal(t, contract.SessionStatusActive, n.stored("t1").Status, "it ends nothing")
	n.batch(sent{})
	require.Equal(t, []string{"room-channel: daemon daemon-a offline=false"}, n.audience.take())
	require.Nil(t, n.boxes.last().Offline)
	require.EqualValues(t, 10, n.stored("t1").Seq, "offline is outside seq (D2)")
}

func TestADaemonIsGoneWhenNoneOfItsBotsIsHeard(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	n.batch(sent{botID: other})
	w.pass(40 * time.Second)
	n.batch(sent{botID: other})
	n.audience.take()
	w.pass(30 * time.Second)
	n.delivery.ReportSilent()
	require.Empty(t, n.audience.take())
	w.pass(40 * time.Second)
	n.delivery.ReportSilent()
	require.Equal(t, []string{"room-channel: daemon daemon-a offline=true"}, n.audience.take())
}

func TestASeqThatServerAndDaemonChoseForDifferentStatesIsResolved(t *testing.T) {
	n := newWorld().start(t)
	n.ok(turn("t1", 10))
	n.batch(sent{held: []contract.Held{}, complete: true})
	seq := n.stored("t1").Seq
	for _, change := range []any{ended(turn("t1", seq)), turn("t1", seq), delta("t1", 10, seq)} {
		result := n.send(change)
		require.Equal(t, contract.ChangeStatusResync, result.Status)
		require.Equal(t, seq, *result.Seq)
	}
	n.ok(ended(turn("t1", seq+1)))
	n.ok(ended(turn("t1", seq+1))) // the same once more
	n.ok(turn("t2", 10))
	n.ok(delta("t2", 10, 20))
	n.ok(delta("t2", 10, 20))
}

func TestD4AHeartbeatTellsNothingOfChannelsWhereTheBotMayNotWrite(t *testing.T) {
	n := newWorld().start(t)
	n.ok(turn("t1", 10))
	answer := n.batch(sent{botID: other, held: []contract.Held{{ID: "t1", Seq: 10}, {ID: "t2", Seq: 5}}})
	require.Equal(t, []contract.ResyncEntry{{ID: "t1"}, {ID: "t2"}}, answer.Resync, "as if there were none")
}

func TestATurnNeverEndsBeforeItBegan(t *testing.T) {
	n := newWorld().start(t)
	n.ok(turn("t1", 10))
	n.batch(sent{held: []contract.Held{}, complete: true, asOfMs: 500}) // the daemon's clock was set back
	require.EqualValues(t, 1000, *n.stored("t1").EndedMs)
}
