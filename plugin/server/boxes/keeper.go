package boxes

import (
	"context"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// Keeper keeps the boxes of all sessions. All methods may be called from several goroutines at once.
type Keeper struct {
	deps Deps
}

// New makes a Keeper that does nothing until it is told of a change. Close it.
func New(deps Deps) *Keeper {
	return &Keeper{deps: deps}
}

// Changed tells of a session as it is now: after every accepted change, and when its offline flag flips. botUserID is the
// author of its box. It returns at once; only the newest state of a session is worked on. The session must not be written to
// afterwards.
func (k *Keeper) Changed(_ contract.Session, _ string) {}

// Withdrawn tells that a turn needed no reply (T7). A box that stands folds to "No reply needed"; none is created any more.
// It returns at once.
func (k *Keeper) Withdrawn(_ contract.Session, _ string) {}

// Delete removes the session's box, if there is one, and returns when it is gone. None is created for it any more.
func (k *Keeper) Delete(_ context.Context, _ contract.Session, _ string) error { return nil }

// Close writes what is due and waits for it, until ctx is done. Boxes of turns that go on stay as they are; afterwards the
// Keeper does nothing. It may be called twice.
func (k *Keeper) Close(_ context.Context) error { return nil }
