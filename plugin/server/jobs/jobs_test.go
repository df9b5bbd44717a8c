package jobs

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/mmtest"
)

type log struct{ errors atomic.Int32 }

func (l *log) Error(string, ...any) { l.errors.Add(1) }

func TestAJobThatPanicsIsContainedAndStartsAgain(t *testing.T) {
	var runs, sweeps atomic.Int32
	lines := &log{}
	j, err := Start(Deps{
		API: mmtest.NewServer().NewNode(), Log: lines,
		Broadcast: func(ctx context.Context) {
			if runs.Add(1) == 1 {
				panic("a bug")
			}
			<-ctx.Done()
		},
		Sweep: func() { sweeps.Add(1); panic("another") },
	})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return runs.Load() == 2 && sweeps.Load() == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, j.Stop(t.Context()))
	require.EqualValues(t, 2, lines.errors.Load())
}

func TestOneNodeCleansUpEveryFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := mmtest.NewServer()
		var sweeps, ticks atomic.Int32
		for range 3 {
			j, err := Start(Deps{
				API: server.NewNode(), Log: &log{}, Broadcast: func(ctx context.Context) { <-ctx.Done() },
				Sweep: func() { sweeps.Add(1) }, EveryFewSeconds: []func(){func() { ticks.Add(1) }},
			})
			require.NoError(t, err)
			defer func() { require.NoError(t, j.Stop(context.Background())) }()
		}
		time.Sleep(time.Minute + time.Second)
		require.EqualValues(t, 1, sweeps.Load())
		require.EqualValues(t, 3*12, ticks.Load(), "every 5 s on every node")
		time.Sleep(15 * time.Minute)
		require.EqualValues(t, 4, sweeps.Load())
	})
}

func TestStoppingEndsInBoundedTimeWhateverHangs(t *testing.T) {
	hang := make(chan struct{})
	j, err := Start(Deps{
		API: mmtest.NewServer().NewNode(), Log: &log{}, Broadcast: func(context.Context) { <-hang }, Sweep: func() {},
	})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, j.Stop(ctx), context.DeadlineExceeded)
	close(hang)
}
