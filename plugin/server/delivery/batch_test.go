package delivery_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/delivery"
)

func TestD1EveryChangeHasItsResultInOrderWhateverTheOthersAre(t *testing.T) {
	n := newWorld().start(t)
	n.ok(turn("known", 10))
	elsewhere := turn("elsewhere", 10)
	channelID := "no-such-channel"
	elsewhere.ChannelID = &channelID
	foreign := turn("foreign", 10)
	foreign.DaemonID = daemonB
	noEnd := turn("no-end", 10)
	noEnd.Status = contract.SessionStatusDone
	long := turn("long", 10)
	long.Steps = make([]contract.Step, contract.LimitStepsPerSession+1)
	answer := n.batch(sent{changes: []any{
		turn("new", 10), delta("known", 10, 20), delta("known", 15, 30), delta("unknown", 1, 2), `{"id":"odd","seq":"ten"}`, `[]`,
		`null`, turn("", 10), elsewhere, foreign, noEnd, long, delta("known", 20, 40),
	}})
	var got []string
	for _, result := range answer.Results {
		seq := int64(-1)
		if result.Seq != nil {
			seq = *result.Seq
		}
		got = append(got, fmt.Sprint(result.ID, " ", result.Status, " ", seq, " ", codeOf(result)))
	}
	require.Equal(t, []string{
		"new ok 10 ", "known ok 20 ", "known resync 20 ", "unknown resync 0 ", "odd error -1 invalid_field", " error -1 invalid_field",
		" error -1 invalid_field", " error -1 missing_field", "elsewhere error -1 channel_forbidden", "foreign error -1 invalid_field",
		"no-end error -1 missing_field", "long error -1 too_many_items", "known ok 40 ",
	}, got)
	require.Equal(t, 40, n.stored("known").ToolCalls)
}

func TestD1WhatSurroundsTheChangesIsChecked(t *testing.T) {
	n := newWorld().start(t)
	for name, row := range map[string]struct {
		sent sent
		code string
	}{
		"too many changes":    {sent{changes: make([]any, contract.LimitBatchMaxItems+1)}, contract.CodeTooManyItems},
		"too many held":       {sent{held: make([]contract.Held, contract.LimitBatchMaxItems+1)}, contract.CodeTooManyItems},
		"odd daemon":          {sent{daemonID: "a b"}, contract.CodeInvalidField},
		"legacy daemon":       {sent{daemonID: "legacy:" + claw}, contract.CodeInvalidField},
		"time before 1970":    {sent{asOfMs: -1}, contract.CodeInvalidField},
		"odd held":            {sent{held: []contract.Held{{ID: "a b", Seq: 1}}}, contract.CodeInvalidField},
		"held without a name": {sent{held: []contract.Held{{Seq: 1}}}, contract.CodeMissingField},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := n.tryBatch(row.sent)
			requireCode(t, err, row.code)
		})
	}
	_, err := n.delivery.Batch(context.Background(), claw, delivery.Batch{AsOfMs: 1})
	requireCode(t, err, contract.CodeMissingField)
}

func TestD1BatchesOfAStreamAreWorkedOnOneAtATime(t *testing.T) {
	n := newWorld().start(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	blocked := make(chan struct{})
	go func() {
		defer close(blocked)
		n.store.Change("t1", func(_ *entry) { close(entered); <-leave })
	}()
	<-entered
	first := make(chan error, 1)
	go func() {
		_, err := n.tryBatch(sent{changes: []any{turn("t1", 10)}}) // waits for t1
		first <- err
	}()
	require.Eventually(t, func() bool { return n.leases.IsAlive(ownerA, n.world.Now()) }, 5*time.Second, time.Millisecond)
	impatient, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := n.delivery.Batch(impatient, claw, delivery.Batch{DaemonID: daemonA, AsOfMs: 5})
	requireCode(t, err, contract.CodeRateLimited)
	_, err = n.delivery.Batch(context.Background(), other, delivery.Batch{DaemonID: daemonA, AsOfMs: 5}) // another bot, another stream
	require.NoError(t, err)
	close(leave)
	<-blocked
	require.NoError(t, <-first)
}

func TestD1ABoxIsToldOnceAndStandsInEveryLaterResult(t *testing.T) {
	n := newWorld().start(t)
	n.ok(turn("t1", 10))
	n.delivery.PostKnown("t1", "post-1")
	n.delivery.PostKnown("t1", "post-1")
	answer := n.batch(sent{changes: []any{delta("t1", 10, 20)}})
	require.Equal(t, []contract.PostEntry{{ID: "t1", PostID: "post-1"}}, answer.Posts)
	require.Equal(t, "post-1", *answer.Results[0].PostID)
	require.Empty(t, n.batch(sent{}).Posts)
	require.Equal(t, "post-1", *n.send(turn("t1", 30)).PostID)
	require.Equal(t, []string{
		"room-channel: session t1 active", "room-channel: post t1 post-1", "room-channel: changed t1 10 -> 20 lifecycle=false", "room-channel: session t1 active",
	}, n.audience.take())
}

func TestD1AResultTellsWhyABoxCannotBeWritten(t *testing.T) {
	n := newWorld().start(t)
	n.ok(turn("t1", 10))
	n.delivery.PostFailed("t1", contract.CodePostChannelArchived)
	result := n.send(delta("t1", 10, 20))
	require.Equal(t, contract.ChangeStatusOk, result.Status)
	require.Equal(t, contract.CodePostChannelArchived, codeOf(result))
	n.delivery.PostFailed("unknown", contract.CodePostDeleted)
	n.delivery.PostKnown("unknown", "post-9")
}

func TestD5AnEntryThatComesBackAfterItsDeletionLearnsOfItsBoxAgain(t *testing.T) {
	n := newWorld().start(t)
	n.ok(turn("t1", 10))
	n.ok(turn("t1", 20))
	n.ok(ended(turn("t1", 30)))
	require.Equal(t, []string{"t1"}, n.boxes.begun)
	require.NoError(t, n.delivery.Remove(t.Context(), clawClient, "t1", false))
	n.ok(ended(turn("t1", 40)))
	require.Equal(t, []string{"t1", "t1"}, n.boxes.begun)
}

func TestP1ATurnThatEndsRightAfterARestartWasSeenActive(t *testing.T) {
	w := newWorld()
	one := w.start(t)
	wanted := turn("t1", 10)
	wanted.Post = contract.PostStateWanted
	one.ok(wanted)
	w.stop(one)
	two := w.start(t)
	two.ok(wanted)
	two.ok(ended(at(wanted, 20)))
	var told []contract.SessionStatus
	for _, session := range two.boxes.changed {
		told = append(told, session.Status)
	}
	require.Equal(t, contract.SessionStatusActive, told[0])
	require.Equal(t, contract.SessionStatusDone, told[len(told)-1])
}

func TestWhatOnlyTheDaemonsPageShowsGoesNoFurther(t *testing.T) {
	n := newWorld().start(t)
	session := turn("t1", 10)
	session.Routing = &contract.Routing{State: contract.RoutingStateNoBox, Code: "x", Reason: "x"}
	n.ok(session)
	require.Nil(t, n.stored("t1").Routing)
	n.ok(`{"id":"t1","base_seq":10,"seq":20,"as_of_ms":5,"set":{"routing":{"state":"no_box","code":"x","reason":"x"}},"steps":[],"removed_steps":[],"steps_dropped":0}`)
	require.Nil(t, n.stored("t1").Routing)
}

func TestD2WhatOnlyTheServerKnowsIsNotTakenFromTheDaemon(t *testing.T) {
	n := newWorld().start(t)
	claimed, offline := "somebody-elses-post", true
	session := turn("t1", 10)
	session.PostID, session.Offline = &claimed, &offline
	n.ok(session)
	require.Nil(t, n.stored("t1").PostID)
	require.Nil(t, n.stored("t1").Offline)
	require.Equal(t, claimed, *n.boxes.last().PostID, "the keeper looks whether it is our box (P2)")
	n.delivery.PostKnown("t1", "post-1")
	n.ok(`{"id":"t1","base_seq":10,"seq":20,"as_of_ms":5,"set":{"post_id":null,"offline":true},"steps":[],"removed_steps":[],"steps_dropped":0}`)
	require.Equal(t, "post-1", *n.stored("t1").PostID)
	require.Nil(t, n.stored("t1").Offline)
	n.ok(turn("t1", 30))
	require.Equal(t, "post-1", *n.stored("t1").PostID)
}

func TestD2TheBoxIsStoredWithTheSessionAndNeverForgotten(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	n.delivery.PostKnown("t1", "post-1")
	w.stop(n)
	again := w.start(t)
	require.Equal(t, "post-1", *again.stored("t1").PostID)
	again.ok(ended(turn("t1", 20)))
	require.Contains(t, string(w.server.Key("ls_session_t1")), `"post_id":"post-1"`)
}

func TestASessionIsStoredBeforeItIsAcknowledged(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	w.server.SetDown(true)
	result := n.send(turn("t1", 10))
	require.Equal(t, contract.ChangeStatusError, result.Status)
	require.Equal(t, contract.CodeStoreFailed, codeOf(result))
	require.Nil(t, n.store.Get("t1"))
	require.Empty(t, n.audience.take())
	w.server.SetDown(false)
	n.ok(turn("t1", 10))
	w.server.SetDown(true)
	require.Equal(t, contract.CodeStoreFailed, codeOf(n.send(ended(turn("t1", 20)))))
	require.Equal(t, contract.SessionStatusActive, n.stored("t1").Status)
	n.ok(delta("t1", 10, 15)) // running steps are not stored
}

func TestATurnIsStoredThreeTimesWhateverHappensInIt(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	for seq := int64(10); seq < 60; seq++ {
		n.ok(delta("t1", seq, seq+1))
	}
	wanted := turn("t1", 70)
	wanted.Post = contract.PostStateWanted // comes again with the next heartbeat
	n.ok(wanted)
	n.delivery.PostKnown("t1", "post-1")
	n.batch(sent{held: []contract.Held{{ID: "t1", Seq: 70}}, complete: true})
	n.ok(ended(turn("t1", 100)))
	require.Equal(t, 3, w.server.Saves("ls_session_t1"))
}

func TestTextsOfRunsAndSecretsAreNotLogged(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	w.server.SetDown(true)
	session := turn("t1", 10)
	title := "the-title-of-a-run"
	session.Title = &title
	n.send(session)
	w.server.SetDown(false)
	n.send(strings.Replace(string(raw(t, session)), `"active"`, `"odd"`, 1))
	require.Contains(t, n.api.Logs.Text(), "A session cannot be stored")
	require.NotContains(t, n.api.Logs.Text(), title)
}

func TestADeltaThatMakesSomethingInvalidIsRefused(t *testing.T) {
	n := newWorld().start(t)
	session := turn("t1", 10)
	for i := range contract.LimitStepsPerSession {
		session.Steps = append(session.Steps, contract.Step{ID: fmt.Sprint(i), Kind: contract.StepKindTool, Label: "x", Status: contract.StepStatusDone})
	}
	n.ok(session)
	more := delta("t1", 10, 20)
	more.Steps = []contract.Step{{ID: "one-more", Kind: contract.StepKindTool, Label: "x", Status: contract.StepStatusDone}}
	require.Equal(t, contract.CodeTooManyItems, codeOf(n.send(more)))
	more.RemovedSteps = []string{"0"}
	n.ok(more)
	noEnd := delta("t1", 20, 30)
	noEnd.Set.Status = ptr(contract.SessionStatusDone)
	require.Equal(t, contract.CodeMissingField, codeOf(n.send(noEnd)))
	require.EqualValues(t, 20, n.stored("t1").Seq)
}

func TestWhoTookASessionOverOutlivesARestart(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	w.pass(2 * time.Minute)
	n.batch(sent{daemonID: daemonB, changes: []any{byDaemonB(turn("t1", 30))}})
	require.Contains(t, string(w.server.Key("ls_session_t1")), `"daemon_id":"daemon-b"`)
	w.pass(2 * time.Minute)
	again := turn("t1", 40)
	w.server.Join(room, other)
	n.batch(sent{botID: other, daemonID: daemonB, changes: []any{byDaemonB(again)}})
	require.Contains(t, string(w.server.Key("ls_session_t1")), `"bot_id":"other-bot"`)
}

// at is the session with another seq.
func at(session contract.Session, seq int64) contract.Session {
	session.Seq = seq
	return session
}
