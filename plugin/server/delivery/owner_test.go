package delivery_test

import (
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

func byDaemonB(session contract.Session) contract.Session {
	session.DaemonID = daemonB
	return session
}

func TestD3AnotherDaemonIsRefusedWhileTheOwnerIsAliveAndTakesOverBySnapshotWhenItIsNot(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	fromB := func(change any) contract.ChangeResult {
		return n.batch(sent{daemonID: daemonB, changes: []any{change}}).Results[0]
	}
	w.pass(60 * time.Second)
	result := fromB(byDaemonB(turn("t1", 20)))
	require.Equal(t, contract.ChangeStatusNotOwner, result.Status)
	require.EqualValues(t, 10, *result.Seq)
	w.pass(time.Millisecond)
	require.Equal(t, contract.ChangeStatusResync, fromB(delta("t1", 10, 20)).Status)
	require.Equal(t, contract.ChangeStatusResync, fromB(byDaemonB(turn("t1", 9))).Status)
	require.Equal(t, contract.ChangeStatusOk, fromB(byDaemonB(turn("t1", 20))).Status)
	require.Equal(t, daemonB, n.stored("t1").DaemonID)
	require.Equal(t, contract.ChangeStatusNotOwner, n.send(turn("t1", 30)).Status, "the first owner comes back too late")
}

func TestD3TheSameDaemonWithAnotherBotIsAnotherOwner(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	session := turn("t1", 10)
	session.ChannelID = ptr(lobby)
	n.ok(session)
	session.Seq = 20
	steal := sent{botID: other, changes: []any{session, delta("t1", 10, 30)}}
	for _, result := range n.batch(steal).Results {
		require.Equal(t, contract.ChangeStatusNotOwner, result.Status)
	}
	w.pass(2 * time.Minute)
	require.Equal(t, contract.ChangeStatusOk, n.batch(steal).Results[0].Status)
	require.Equal(t, other, n.store.Get("t1").BotID)
}

func TestD3AfterARestartNobodyTakesOverBeforeTheOwnerHadTheTimeOfALease(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	w.stop(n)
	n = w.start(t)
	take := sent{daemonID: daemonB, changes: []any{byDaemonB(turn("t1", 20))}}
	require.Equal(t, contract.ChangeStatusNotOwner, n.batch(take).Results[0].Status)
	w.pass(61 * time.Second)
	require.Equal(t, contract.ChangeStatusOk, n.batch(take).Results[0].Status)
}

func TestABotWritesOnlyWhereItMayPost(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	n.audience.take()
	intruder := func(change any) contract.ChangeResult {
		return n.batch(sent{botID: other, changes: []any{change}}).Results[0]
	}
	moved := turn("t1", 99)
	moved.ChannelID = ptr(lobby)
	for name, change := range map[string]any{"new here": turn("t2", 10), "another's": turn("t1", 99), "another's, moved out": moved, "its steps": delta("t1", 10, 20)} {
		result := intruder(change)
		require.Equal(t, contract.CodeChannelForbidden, codeOf(result), name)
		require.Nil(t, result.Seq, name)
	}
	mine := turn("t3", 10)
	mine.ChannelID = ptr(lobby)
	require.Equal(t, contract.ChangeStatusOk, intruder(mine).Status)
	n.audience.take()
	mine.ChannelID, mine.Seq = ptr(room), 20
	require.Equal(t, contract.CodeChannelForbidden, codeOf(intruder(mine)), "moved in")

	w.server.Leave(room, claw)
	require.Equal(t, contract.CodeChannelForbidden, codeOf(n.send(delta("t1", 10, 20))), "removed from the channel")
	require.Empty(t, n.audience.take())
	n.batch(sent{held: []contract.Held{}, complete: true})
	require.Equal(t, contract.SessionStatusInterrupted, n.stored("t1").Status, "nothing is active for ever")
}

func TestThePluginsOwnBotWritesInPublicChannelsAndWhereItIsAMember(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	session := turn("t1", 10)
	session.ChannelID = ptr(lobby)
	require.Equal(t, contract.ChangeStatusOk, n.batch(sent{botID: ownBot, changes: []any{session}}).Results[0].Status)
	in := sent{botID: ownBot, changes: []any{turn("t2", 10)}}
	require.Equal(t, contract.CodeChannelForbidden, codeOf(n.batch(in).Results[0]))
	w.server.Join(room, ownBot)
	require.Equal(t, contract.ChangeStatusOk, n.batch(in).Results[0].Status)
}

func TestADirectMessageIsShownInItsChannel(t *testing.T) {
	n := newWorld().start(t)
	session := turn("t1", 10)
	session.ChannelID, session.UserID = nil, ptr(ann)
	n.ok(session)
	direct := "ann-claw-bot"
	require.Equal(t, direct, *n.stored("t1").ChannelID)
	require.Equal(t, []string{direct + ": session t1 active"}, n.audience.take())
	session.Seq = 20
	n.ok(session)
	require.Equal(t, direct, *n.stored("t1").ChannelID, "a snapshot without the channel moves nothing")
	n.ok(`{"id":"t1","base_seq":20,"seq":30,"as_of_ms":5,"set":{"channel_id":null},"steps":[],"removed_steps":[],"steps_dropped":0}`)
	require.Equal(t, direct, *n.stored("t1").ChannelID)
	require.Equal(t, []string{direct + ": session t1 active", direct + ": changed t1 20 -> 30 lifecycle=false"}, n.audience.take())

	session.ID, session.UserID = "t2", ptr("nobody")
	require.Equal(t, contract.CodeChannelForbidden, codeOf(n.send(session)))
	session.UserID = nil
	require.Equal(t, contract.CodeMissingField, codeOf(n.send(session)))
}

func TestASessionThatMovesLeavesItsOldChannel(t *testing.T) {
	n := newWorld().start(t)
	n.ok(turn("t1", 10))
	moved := turn("t1", 20)
	moved.ChannelID = ptr(archive)
	n.ok(moved)
	require.Equal(t, []string{"room-channel: session t1 active", "room-channel: removed t1", "archive-channel: session t1 active"}, n.audience.take())
}

func TestTheNumberOfSessionsIsBounded(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(ended(turn("older", 10)))
	w.pass(time.Second)
	n.ok(ended(turn("old", 10)))
	var changes []any
	for range contract.LimitLiveSessions - 2 {
		changes = append(changes, turn(model.NewId(), 10))
	}
	n.batch(sent{changes: changes})
	require.Equal(t, contract.LimitLiveSessions, n.store.Len())
	require.Equal(t, contract.CodeChannelForbidden, codeOf(n.batch(sent{botID: other, changes: []any{turn("no", 10)}}).Results[0]))
	require.Equal(t, contract.LimitLiveSessions, n.store.Len(), "who may not write drives nobody out")
	n.ok(turn("one-more", 10))
	require.Nil(t, n.store.Get("older"))
	require.NotNil(t, n.store.Get("old"))
	n.ok(turn("and-another", 10))
	require.Nil(t, n.store.Get("old"))
	require.Nil(t, w.server.Key("ls_session_old"))
	require.Equal(t, contract.CodeTooManySessions, codeOf(n.send(turn("too-many", 10))))
	require.Equal(t, contract.LimitLiveSessions, n.store.Len())
	n.ok(delta("one-more", 10, 20))
}

func ptr[T any](value T) *T { return &value }
