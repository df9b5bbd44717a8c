package boxes

import (
	"context"
	"sync"
	"time"
)

const (
	// workers is how many boxes are written at a time. A write takes some 10 ms of the server.
	workers = 4
	// forgetAfter is how long a box without any news is remembered, forgetEndedAfter one whose turn is over. What is forgotten is
	// learned again from its post.
	forgetAfter      = time.Hour
	forgetEndedAfter = 5 * time.Minute
)

// queue gives every box to at most one worker at a time, the longest waiting first, and again when its time comes. It has no
// goroutine while nothing is due.
type queue struct {
	do func(*box, want) time.Duration

	mu      sync.Mutex
	entries map[string]*entry
	ready   []*entry
	working int
	closed  bool
	drained chan struct{} // closed when the queue is closed and nothing is left
}

type entry struct {
	id    string
	box   box // belongs to the worker while busy
	want  want
	state entryState
	timer *time.Timer
	// turn counts the timers: one that fired while it was being replaced knows it by this.
	turn int
}

type entryState int

const (
	resting entryState = iota
	waiting            // in ready
	busy
	busyAgain // busy, and something has changed meanwhile
)

// newQueue makes a queue whose workers call do; what do returns is the time until the box's next turn, 0 = not before its next
// change.
func newQueue(do func(*box, want) time.Duration) *queue {
	return &queue{do: do, entries: map[string]*entry{}, drained: make(chan struct{})}
}

// update changes what a box should show and puts it into the queue. False if the queue is closed. change must not block.
func (q *queue) update(id string, change func(*want)) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	e := q.entries[id]
	if e == nil {
		e = &entry{id: id}
		q.entries[id] = e
	}
	change(&e.want)
	q.push(e)
	return true
}

// push needs the lock, as does all below.
func (q *queue) push(e *entry) {
	switch e.state {
	case resting:
		e.stopTimer()
		e.state = waiting
		q.ready = append(q.ready, e)
		q.hire()
	case busy:
		e.state = busyAgain
	case waiting, busyAgain: // it will be looked at anyway
	}
}

func (q *queue) hire() {
	if q.working < workers {
		q.working++
		go q.run()
	}
}

// run works as long as there is something to do.
func (q *queue) run() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.ready) > 0 {
		e := q.ready[0]
		q.ready[0] = nil
		q.ready = q.ready[1:]
		e.state = busy
		now := e.want
		e.want.deletions, e.want.asks = nil, false
		q.mu.Unlock()
		again := q.do(&e.box, now)
		q.mu.Lock()
		q.rest(e, again)
	}
	q.working--
	q.checkDrained()
}

func (q *queue) rest(e *entry, again time.Duration) {
	changed := e.state == busyAgain
	e.state = resting
	switch {
	case changed:
		q.push(e)
	case q.closed:
	case again > 0:
		q.after(e, again, q.push)
	default:
		q.after(e, e.rememberedFor(), func(e *entry) { delete(q.entries, e.id) })
	}
}

// after does something with a resting entry later, with the lock, unless something else happens to the entry before.
func (q *queue) after(e *entry, delay time.Duration, do func(*entry)) {
	e.turn++
	turn := e.turn
	e.timer = time.AfterFunc(delay, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		if !q.closed && e.state == resting && e.turn == turn {
			do(e)
		}
	})
}

func (e *entry) rememberedFor() time.Duration {
	if e.want.isActive() {
		return forgetAfter
	}
	return forgetEndedAfter
}

func (e *entry) stopTimer() {
	e.turn++
	if e.timer != nil {
		e.timer.Stop()
	}
}

// close takes nothing more, and waits until what is due was done, or until ctx is done: then what is left is dropped.
func (q *queue) close(ctx context.Context) error {
	q.mu.Lock()
	q.closed = true
	for _, e := range q.entries {
		e.stopTimer()
	}
	q.checkDrained()
	q.mu.Unlock()
	select {
	case <-q.drained:
		return nil
	case <-ctx.Done():
		q.mu.Lock()
		defer q.mu.Unlock()
		for _, e := range q.ready {
			e.want.answer(ErrClosed)
		}
		q.ready = nil
		return ctx.Err()
	}
}

func (q *queue) checkDrained() {
	if !q.closed || q.working > 0 || len(q.ready) > 0 {
		return
	}
	select {
	case <-q.drained:
	default:
		close(q.drained)
	}
}
