package delivery_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

func TestWhatIsSilentForHalfAnHourIsInterruptedAndWhatIsHeardIsNot(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("silent", 10))
	n.ok(turn("held", 10))
	for range 31 {
		w.pass(time.Minute)
		n.batch(sent{held: []contract.Held{{ID: "held", Seq: 10}}})
	}
	n.delivery.Sweep()
	silent := n.stored("silent")
	require.Equal(t, contract.SessionStatusInterrupted, silent.Status)
	require.Equal(t, contract.SessionCodeSilent, silent.Error.Code)
	require.EqualValues(t, 2000, *silent.EndedMs, "the last moment that is known")
	require.Equal(t, contract.SessionStatusActive, n.stored("held").Status)
}

func TestASilentSessionEndsAtItsLastHeartbeat(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	w.pass(20 * time.Second)
	n.batch(sent{held: []contract.Held{{ID: "t1", Seq: 10}}})
	w.pass(31 * time.Minute)
	n.delivery.Sweep()
	require.EqualValues(t, 2000+20_000, *n.stored("t1").EndedMs)
}

func TestAnEndedSessionIsForgottenAfterAnHour(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(ended(turn("t1", 10)))
	n.audience.take()
	w.pass(59 * time.Minute)
	n.delivery.Sweep()
	require.NotNil(t, n.store.Get("t1"))
	w.stop(n)
	w.pass(2 * time.Minute)
	n = w.start(t) // the hour goes on over a restart
	n.delivery.Sweep()
	require.Nil(t, n.store.Get("t1"))
	require.Nil(t, w.server.Key("ls_session_t1"))
	require.Equal(t, []string{"room-channel: removed t1"}, n.audience.take())
	require.Empty(t, n.boxes.deleted, "the post stays")
}

func TestASessionThatCannotBeDeletedStaysUntilItCan(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(ended(turn("t1", 10)))
	w.pass(61 * time.Minute)
	w.server.SetDown(true)
	n.delivery.Sweep()
	require.NotNil(t, n.store.Get("t1"))
	w.server.SetDown(false)
	n.delivery.Sweep()
	require.Nil(t, n.store.Get("t1"))
}

func TestEntriesOfTheFirstReleaseAreRemovedAndForgottenRecordsAdopted(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	w.server.SetKey("ls_session_old1", []byte(`{"SessionKey":"agent:main:x","status":"active","LastUpdateMs":5}`))
	w.server.SetKey("ls_session_old2", []byte(`not JSON`))
	w.server.SetKey("somebody", []byte(`else`))
	n.ok(turn("t1", 10))
	record := w.server.Key("ls_session_t1")
	n.delivery.Sweep()
	require.Nil(t, w.server.Key("ls_session_old1"))
	require.Nil(t, w.server.Key("ls_session_old2"))
	require.NotNil(t, w.server.Key("somebody"))
	w.server.SetKey("ls_session_t1", nil)
	fresh := w.start(t)
	w.server.SetKey("ls_session_t1", record)
	fresh.isCut = true
	fresh.delivery.Sweep()
	require.EqualValues(t, 10, fresh.stored("t1").Seq)
}

func TestKeysArePagedAsTheyAreAndFilteredAfterwards(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	for i := range 1500 {
		w.server.SetKey(fmt.Sprintf("cron_%04d", i), []byte("x")) // a whole page without a session comes first
	}
	for i := range 700 {
		n.ok(turn(fmt.Sprintf("t%d", i), 10))
	}
	n.ok(ended(turn("t0", 20)))
	all, err := n.records.ListAllSessions(w.Now())
	require.NoError(t, err)
	require.Len(t, all, 700)
	active, err := n.records.ListActiveSessions(w.Now())
	require.NoError(t, err)
	require.Len(t, active, 699)
	w.stop(n)
	require.Equal(t, 700, w.start(t).store.Len())
	w.server.SetDown(true)
	_, err = n.records.ListActiveSessions(w.Now())
	require.Error(t, err)
}

func TestTheTimeOfASessionGoesOnWhileItIsHeldAndOverARestart(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	n.ok(turn("t1", 10))
	w.pass(5 * time.Second)
	require.EqualValues(t, 7000, n.store.Get("t1").At(w.Now()).AsOfMs)
	w.stop(n)
	w.pass(10 * time.Second)
	require.EqualValues(t, 17_000, w.start(t).store.Get("t1").At(w.Now()).AsOfMs)
}

func TestABusyChannelKeepsTheEndsThatCameLastAndOthersKeepTheirs(t *testing.T) {
	w := newWorld()
	n := w.start(t)
	quiet := ended(turn("quiet", 10))
	quiet.ChannelID = ptr(lobby)
	n.ok(quiet)
	const surplus = 3
	for i := range contract.LimitEndedKeepPerChannel + surplus {
		w.pass(time.Second)
		n.ok(ended(turn(fmt.Sprintf("busy-%02d", i), 10)))
	}
	n.delivery.Sweep()
	require.NotNil(t, n.store.Get("busy-00"), "it has just ended: what is still to be said of it may be on its way")

	n.audience.take()
	w.pass(10 * time.Minute)
	n.delivery.Sweep()
	require.Nil(t, n.store.Get("busy-00"))
	require.Nil(t, n.store.Get("busy-02"))
	require.NotNil(t, n.store.Get("busy-03"))
	require.NotNil(t, n.store.Get("quiet"))
	require.Nil(t, w.server.Key("ls_session_busy-00"))
	require.Len(t, n.audience.take(), surplus)
	require.Empty(t, n.boxes.deleted, "the posts stay")
}
