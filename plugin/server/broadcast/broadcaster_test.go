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
	bytes     int
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
	text := payload["p"].(string)
	update := decode(s.t, text)
	require.NotEmpty(s.t, broadcast.ChannelId)
	require.Empty(s.t, broadcast.UserId, "it would override the channel")
	s.events = append(s.events, sentEvent{time.Since(s.start), update, *broadcast, len(text)})
}

// decode reads a payload.
func decode(t *testing.T, payload string) (update contract.ChannelUpdate) {
	t.Helper()
	quotes := strings.NewReplacer("'", `"`, `"`, "'")
	require.NoError(t, json.Unmarshal([]byte(quotes.Replace(payload)), &update))
	return update
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

// changed tells of a session that became another.
func changed(b *Broadcaster, channelID, id string, before, after int64) {
	b.Changed(channelID, session(id, before), session(id, after), time.Now(), false)
}

func TestTheFirstChangeGoesOutAtOnceAndTheOthersTogether(t *testing.T) {
	events := play(t, func(b *Broadcaster) {
		b.Session("c", session("s", 1), time.Now())
		synctest.Wait()
		for seq := int64(1); seq <= maxStates; seq++ {
			time.Sleep(10 * time.Millisecond)
			changed(b, "c", "s", seq, seq+1)
		}
		time.Sleep(time.Second)
		b.Changed("c", session("s", 20), session("s", 21), time.Now(), true)
	})
	require.Len(t, events, 3)
	require.Zero(t, events[0].at)
	require.Equal(t, 250*time.Millisecond, events[1].at)
	require.Len(t, events[1].update.Patches, 1, "many changes of a session are one")
	require.EqualValues(t, 1, events[1].update.Patches[0].BaseSeq)
	require.EqualValues(t, maxStates, events[1].update.Patches[0].SeqStep)
	require.Equal(t, 1160*time.Millisecond, events[2].at)
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
		b.Changed("c", session("other", 1), session("other", 2), received, false)
		time.Sleep(time.Second)
	})
	require.EqualValues(t, 1250, events[1].update.Sessions[0].AsOfMs)
	require.EqualValues(t, 1250, 2+*events[1].update.Patches[0].AsOfStep)
}

func TestWhatIsPendingOfASessionIsItsLatestState(t *testing.T) {
	events := play(t, func(b *Broadcaster) {
		b.Post("c", contract.PostEntry{ID: "first", PostID: "p"})
		synctest.Wait()
		changed(b, "c", "gone", 1, 2)
		b.Session("c", session("gone", 3), time.Now())
		b.Removed("c", "gone")
		changed(b, "c", "whole", 1, 2)
		b.Session("c", session("whole", 3), time.Now())
		changed(b, "c", "whole", 3, 4)
		b.Removed("c", "back")
		b.Session("c", session("back", 5), time.Now())
		b.Removed("c", "again")
		changed(b, "c", "again", 6, 7)
		changed(b, "c", "other node", 1, 2)
		changed(b, "c", "other node", 3, 4) // which has told of 3 already
		changed(b, "c", "other node", 4, 5)
		for seq := range int64(maxStates + 1) {
			changed(b, "c", "often", seq, seq+1)
		}
		changed(b, "c", "patched", 1, 2)
		changed(b, "c", "patched", 2, 4)
		b.Daemon("c", contract.DaemonState{DaemonID: "d", Offline: true})
		b.Daemon("c", contract.DaemonState{DaemonID: "d", Offline: false})
		time.Sleep(time.Second)
	})
	require.Len(t, events, 2)
	update := events[1].update
	require.Equal(t, []string{"gone"}, update.Removed)
	require.Len(t, update.Patches, 1)
	patch := update.Patches[0]
	require.Equal(t, []any{"patched", int64(1), int64(3)}, []any{patch.ID, patch.BaseSeq, patch.SeqStep})
	seqs := map[string]int64{}
	for _, one := range update.Sessions {
		seqs[one.ID] = one.Seq
	}
	require.Equal(t, map[string]int64{"whole": 4, "back": 5, "again": 7, "other node": 5, "often": maxStates + 1}, seqs)
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
		require.Equal(t, "s"+event.broadcast.ChannelId[1:], event.update.Sessions[0].ID)
	}
}

func TestManyBusyChannelsAreToldMoreRarelyAndNeverTooManyAtOnce(t *testing.T) {
	const channels = 300
	events := play(t, func(b *Broadcaster) {
		for round := range int64(40) {
			for i := range channels {
				changed(b, fmt.Sprint("c", i), "s", round, round+1)
			}
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
	})
	last := map[string]sentEvent{}
	for i, event := range events {
		patch := event.update.Patches[0]
		if before, ok := last[event.broadcast.ChannelId]; ok {
			require.GreaterOrEqual(t, event.at-before.at, channels*perChannel)
			require.Equal(t, before.update.Patches[0].BaseSeq+before.update.Patches[0].SeqStep, patch.BaseSeq, "nothing is lost")
		}
		last[event.broadcast.ChannelId] = event
		if i >= 2*burst {
			require.GreaterOrEqual(t, event.at-events[i-2*burst].at, burst*perChannel-time.Millisecond)
		}
	}
	require.Len(t, last, channels)
	for _, event := range last {
		require.EqualValues(t, 40, event.update.Patches[0].BaseSeq+event.update.Patches[0].SeqStep)
	}
}

func TestAnUpdateThatIsTooLargeIsSentInParts(t *testing.T) {
	title := strings.Repeat("x", 200)
	events := play(t, func(b *Broadcaster) {
		for i := range 1500 {
			b.Session("c", withTitle(fmt.Sprint("s", i), 1, &title), time.Now())
			if i < 700 {
				b.Changed("c", session(fmt.Sprint("d", i), 1), withTitle(fmt.Sprint("d", i), 2, &title), time.Now(), false)
			}
		}
	})
	sessions, patches := 0, 0
	for _, event := range events {
		require.Less(t, event.bytes, maxPayload)
		sessions, patches = sessions+len(event.update.Sessions), patches+len(event.update.Patches)
	}
	require.Equal(t, 1500, sessions)
	require.Equal(t, 700, patches)
}

func withTitle(id string, seq int64, title *string) contract.Session {
	one := session(id, seq)
	one.Title = title
	return one
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
