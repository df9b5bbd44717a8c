// Package jobs runs what happens by itself: the broadcaster's loop, the look at leases, and the clean-up, which one node of a
// cluster does at a time.
package jobs

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/pluginapi/cluster"
)

const (
	sweepEvery = 5 * time.Minute
	tickEvery  = 5 * time.Second
	// closeTime bounds Stop: closing a cluster job can hang while its mutex is held elsewhere.
	closeTime = 2 * time.Second
	// sweepKey names the job in the cluster.
	sweepKey = "cleanup"
)

// Logger takes a constant message and pairs of names and values.
type Logger interface {
	Error(message string, keyValuePairs ...any)
}

// Deps is what runs.
type Deps struct {
	API cluster.JobPluginAPI
	Log Logger
	// Broadcast runs until its context is done, and returns soon then.
	Broadcast func(context.Context)
	// EveryFewSeconds are called every 5 s on every node, Sweep every 5 min on one.
	EveryFewSeconds []func()
	Sweep           func()
}

// Jobs is what was started.
type Jobs struct {
	deps   Deps
	stop   context.CancelFunc
	done   sync.WaitGroup
	sweeps *cluster.Job
}

// Start starts everything. Stop it.
func Start(deps Deps) (*Jobs, error) {
	ctx, stop := context.WithCancel(context.Background())
	j := &Jobs{deps: deps, stop: stop}
	sweeps, err := cluster.Schedule(deps.API, sweepKey, cluster.MakeWaitForRoundedInterval(sweepEvery), func() { j.safely("cleanup", deps.Sweep) })
	if err != nil {
		stop()
		return nil, fmt.Errorf("scheduling the clean-up: %w", err)
	}
	j.sweeps = sweeps
	j.run(ctx, "broadcast", func() { deps.Broadcast(ctx) })
	for _, work := range deps.EveryFewSeconds {
		j.run(ctx, "ticker", func() { j.every(ctx, tickEvery, work) })
	}
	return j, nil
}

// run keeps work going until ctx is done: what panics starts again after a second.
func (j *Jobs) run(ctx context.Context, name string, work func()) {
	j.done.Go(func() {
		for {
			j.safely(name, work)
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
			}
		}
	})
}

func (j *Jobs) every(ctx context.Context, interval time.Duration, work func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			work()
		}
	}
}

// safely contains a panic: one in a goroutine would kill the plugin's process.
func (j *Jobs) safely(name string, work func()) {
	defer func() {
		if cause := recover(); cause != nil {
			j.deps.Log.Error("A job panicked and goes on", "job", name, "panic", fmt.Sprint(cause), "stack", string(debug.Stack()))
		}
	}()
	work()
}

// Stop ends everything within two seconds, or until ctx is done.
func (j *Jobs) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeTime)
	defer cancel()
	j.stop()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		j.done.Wait()
		j.safely("closing", func() { _ = j.sweeps.Close() })
	}()
	select {
	case <-stopped:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stopping the jobs: %w", ctx.Err())
	}
}
