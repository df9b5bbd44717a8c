package boxes

import (
	"context"
	"errors"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

var (
	// ErrClosed is what Delete answers after Close.
	ErrClosed = errors.New("the keeper of the boxes is closed")
	// errPanicked is a mistake in this package; the log has it.
	errPanicked = errors.New("the box's worker panicked")
)

// Keeper keeps the boxes of all sessions. All methods may be called from several goroutines at once.
//
// Invariants: one box is worked on by one goroutine at a time; meanwhile newer states replace each other; what a box says is
// read from its post, so a Keeper that begins anew, or on another node, goes on where the last one was.
type Keeper struct {
	deps  Deps
	queue *queue
	turns *turns
}

// New makes a Keeper that does nothing until it is told of a change. Close it.
func New(deps Deps) *Keeper {
	k := &Keeper{deps: deps, turns: &turns{}}
	k.queue = newQueue(k.work)
	return k
}

// Changed tells of a session as it is now: after every accepted change, and when its offline flag flips. botUserID is the
// author of its box. It returns at once; only the newest state of a session is worked on. The session must not be written to
// afterwards.
func (k *Keeper) Changed(session contract.Session, botUserID string) {
	k.queue.update(session.ID, func(w *want) { w.take(session, botUserID) })
}

// Begun is Changed for a session that the caller did not know: it may have been forgotten there and come back, so what is
// known of its box is told again. It returns at once.
func (k *Keeper) Begun(session contract.Session, botUserID string) {
	k.queue.update(session.ID, func(w *want) {
		w.take(session, botUserID)
		w.asks = true
	})
}

// Withdrawn tells that a turn needed no reply (T7). A box that stands folds to "No reply needed"; none is created any more,
// unless the session comes back with a greater seq. It returns at once.
func (k *Keeper) Withdrawn(session contract.Session, botUserID string) {
	k.queue.update(session.ID, func(w *want) {
		w.take(session, botUserID)
		w.withdrawn = true
	})
}

// Delete removes the session's box, if there is one, and returns when it is gone. None is created for it any more. After an
// error it may still stand; try again.
func (k *Keeper) Delete(ctx context.Context, session contract.Session, botUserID string) error {
	answer := make(chan error, 1)
	open := k.queue.update(session.ID, func(w *want) {
		w.take(session, botUserID)
		w.deletions = append(w.deletions, answer)
	})
	if !open {
		return ErrClosed
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close writes what is due and waits for it, until ctx is done. Boxes of turns that go on stay as they are; afterwards the
// Keeper does nothing. It may be called twice.
func (k *Keeper) Close(ctx context.Context) error { return k.queue.close(ctx) }

// work brings one box up to date and tells when to look at it again; 0 = not before the next change.
func (k *Keeper) work(b *box, w want) (again time.Duration) {
	defer func() {
		if reason := recover(); reason != nil {
			k.deps.Log.Error("the worker of a status box panicked", "session_id", w.session.ID, "reason", reason)
			w.answer(errPanicked)
			again = b.backOff()
		}
	}()
	task := task{Deps: k.deps, turns: k.turns, box: b, want: w}
	if len(w.deletions) > 0 {
		w.answer(task.remove())
	}
	if w.asks {
		task.tellAgain()
	}
	return task.sync()
}
