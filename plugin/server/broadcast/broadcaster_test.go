package broadcast

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

type sentEvent struct {
	at        time.Duration
	update    contract.ChannelUpdate
	broadcast model.WebsocketBroadcast
}

// socket keeps what is published, and when.
type socket struct {
	t      *testing.T
	start  time.Time
	events []sentEvent
}

func (s *socket) PublishWebSocketEvent(name string, payload map[string]any, broadcast *model.WebsocketBroadcast) {
	require.Equal(s.t, "update", name)
	require.Len(s.t, payload, 1)
	var update contract.ChannelUpdate
	require.NoError(s.t, json.Unmarshal([]byte(payload["payload"].(string)), &update))
	require.NotEmpty(s.t, broadcast.ChannelId)
	require.Equal(s.t, update.ChannelID, broadcast.ChannelId)
	require.Empty(s.t, broadcast.UserId, "it would override the channel")
	s.events = append(s.events, sentEvent{time.Since(s.start), update, *broadcast})
}

type noLog struct{}

func (noLog) Error(string, ...any) {}

// play runs a broadcaster on a fake clock.
func play(t *testing.T, run func(b *Broadcaster)) []sentEvent {
	t.Helper()
	var events []sentEvent
	synctest.Test(t, func(t *testing.T) {
		out := &socket{t: t, start: time.Now()}
		b := New(out, noLog{})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); b.Run(ctx) }()
		run(b)
		synctest.Wait()
		stop()
		<-done
		events = out.events
	})
	return events
}

func session(id string, seq int64) contract.Session {
	return contract.Session{ID: id, Seq: seq, AsOfMs: 1000, Status: contract.SessionStatusActive}
}

func delta(id string, base, seq int64) contract.Delta {
	return contract.Delta{ID: id, BaseSeq: base, Seq: seq, AsOfMs: 1000}
}

func TestTheFirstChangeGoesOutAtOnceAndTheOthersTogether(t *testing.T) {
	events := play(t, func(b *Broadcaster) {
		b.Session("c", session("s", 1), time.Now())
		synctest.Wait()
		for seq := int64(1); seq < 20; seq++ {
			time.Sleep(10 * time.Millisecond)
			b.Delta("c", delta("s", seq, seq+1), time.Now(), false)
		}
		time.Sleep(time.Second)
		b.Delta("c", delta("s", 20, 21), time.Now(), true)
	})
	require.Len(t, events, 3)
	require.Zero(t, events[0].at)
	require.Equal(t, 250*time.Millisecond, events[1].at)
	require.Len(t, events[1].update.Deltas, 19)
	require.Equal(t, 1190*time.Millisecond, events[2].at)
	require.Equal(t, []bool{true, false, true}, []bool{
		events[0].broadcast.ReliableClusterSend, events[1].broadcast.ReliableClusterSend, events[2].broadcast.ReliableClusterSend,
	}, "lifecycle is reliable")
}

func TestTimesAreMovedByHowLongTheyWereHeld(t *testing.T) {
	events := play(t, func(b *Broadcaster) {
		b.Removed("c", "x")
		synctest.Wait()
		received := time.Now()
		time.Sleep(50 * time.Millisecond)
		b.Session("c", session("s", 1), received)
		b.Delta("c", delta("other", 1, 2), received, false)
		time.Sleep(time.Second)
	})
	require.EqualValues(t, 1250, events[1].update.Sessions[0].AsOfMs)
	require.EqualValues(t, 1250, events[1].update.Deltas[0].AsOfMs)
}

func TestWhatIsPendingOfASessionIsItsLatestState(t *testing.T) {
	events := play(t, func(b *Broadcaster) {
		b.Post("c", contract.PostEntry{ID: "first", PostID: "p"})
		synctest.Wait()
		b.Delta("c", delta("gone", 1, 2), time.Now(), false)
		b.Session("c", session("gone", 3), time.Now())
		b.Removed("c", "gone")
		b.Delta("c", delta("whole", 1, 2), time.Now(), false)
		b.Session("c", session("whole", 3), time.Now())
		b.Delta("c", delta("whole", 3, 4), time.Now(), false)
		b.Removed("c", "back")
		b.Session("c", session("back", 5), time.Now())
		b.Daemon("c", contract.DaemonState{DaemonID: "d", Offline: true})
		b.Daemon("c", contract.DaemonState{DaemonID: "d", Offline: false})
		time.Sleep(time.Second)
	})
	require.Len(t, events, 2)
	update := events[1].update
	require.Equal(t, []string{"gone"}, update.Removed)
	require.Empty(t, update.Deltas)
	seqs := map[string]int64{}
	for _, one := range update.Sessions {
		seqs[one.ID] = one.Seq
	}
	require.Equal(t, map[string]int64{"whole": 4, "back": 5}, seqs)
	require.Equal(t, []contract.DaemonState{{DaemonID: "d"}}, update.Daemons)
}

func TestD6AnEventReachesOneChannelOnly(t *testing.T) {
	events := play(t, func(b *Broadcaster) {
		b.Session("c1", session("s1", 1), time.Now())
		b.Session("c2", session("s2", 1), time.Now())
		b.Session("", session("nowhere", 1), time.Now())
		synctest.Wait()
	})
	require.Len(t, events, 2)
	for _, event := range events {
		require.Equal(t, 1, event.update.V)
		require.Equal(t, "s"+event.update.ChannelID[1:], event.update.Sessions[0].ID)
	}
}

func TestManyBusyChannelsAreToldMoreRarelyAndNeverTooManyAtOnce(t *testing.T) {
	const channels = 300
	events := play(t, func(b *Broadcaster) {
		for round := range int64(40) {
			for i := range channels {
				b.Delta(fmt.Sprint("c", i), delta("s", round, round+1), time.Now(), false)
			}
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
	})
	deltas := 0
	last := map[string]time.Duration{}
	for i, event := range events {
		deltas += len(event.update.Deltas)
		if before, ok := last[event.update.ChannelID]; ok {
			require.GreaterOrEqual(t, event.at-before, channels*perChannel)
		}
		last[event.update.ChannelID] = event.at
		if i >= 2*burst {
			require.GreaterOrEqual(t, event.at-events[i-2*burst].at, burst*perChannel-time.Millisecond)
		}
	}
	require.Equal(t, 40*channels, deltas, "nothing is lost")
}

func TestAnUpdateThatIsTooLargeIsSentInParts(t *testing.T) {
	title := strings.Repeat("x", 200)
	events := play(t, func(b *Broadcaster) {
		for i := range 1500 {
			one := session(fmt.Sprint("s", i), 1)
			one.Title = &title
			b.Session("c", one, time.Now())
			if i < 700 {
				b.Delta("c", delta(fmt.Sprint("d", i), 1, 2), time.Now(), false)
			}
		}
	})
	sessions, deltas := 0, 0
	for _, event := range events {
		data, err := json.Marshal(event.update)
		require.NoError(t, err)
		require.Less(t, len(data), maxPayload)
		sessions, deltas = sessions+len(event.update.Sessions), deltas+len(event.update.Deltas)
	}
	require.Equal(t, 1500, sessions)
	require.Equal(t, 700, deltas)
}

func TestWhatIsPendingAtTheEndIsSent(t *testing.T) {
	events := play(t, func(b *Broadcaster) {
		b.Session("c", session("s", 1), time.Now())
		synctest.Wait()
		b.Session("c", session("s", 2), time.Now())
	})
	require.Len(t, events, 2)
	require.EqualValues(t, 2, events[1].update.Sessions[0].Seq)
}

func TestIntervalGrowsWithTheBusyChannels(t *testing.T) {
	for channels, want := range map[int]time.Duration{0: 250 * time.Millisecond, 1: 250 * time.Millisecond, 100: 250 * time.Millisecond, 101: 252500 * time.Microsecond, 1000: 2500 * time.Millisecond} {
		require.Equal(t, want, interval(channels), channels)
	}
}

func TestABucketLetsABurstThroughAndThenOneAtATime(t *testing.T) {
	now := time.Now()
	var b bucket
	for range burst {
		require.Zero(t, b.take(now))
	}
	require.Equal(t, perChannel, b.take(now))
	require.Zero(t, b.take(now.Add(perChannel)))
	require.Positive(t, b.take(now.Add(perChannel)))
	require.Zero(t, b.take(now.Add(time.Hour)))
}
