package boxes

import "github.com/openclaw/mattermost-plugin-livestatus/server/contract"

// want is what a box should show: the newest that was told of its session.
type want struct {
	session contract.Session
	botID   string
	// eligible: the turn was active when it was first seen, so it may get a box (P1).
	eligible  bool
	withdrawn bool
	// deletions wait for the box to be removed. Each has room for one answer.
	deletions []chan error
	// asks: whoever tells of the session does not know what became of its box.
	asks bool
	seen bool
}

// take makes the session the newest one. Calls may arrive out of order: what is older by seq is ignored, and of equals the
// later call counts, because only the offline flag can differ (D2).
func (w *want) take(session contract.Session, botID string) {
	if w.seen && session.Seq < w.session.Seq {
		return
	}
	if !w.seen {
		w.eligible = session.Status == contract.SessionStatusActive
	}
	if session.Seq > w.session.Seq {
		w.withdrawn = false
	}
	w.seen = true
	w.session, w.botID = session, botID
}

// answer tells everybody who waits for the removal; a second answer is dropped.
func (w *want) answer(err error) {
	for _, waiting := range w.deletions {
		select {
		case waiting <- err:
		default:
		}
	}
}

// mayCreate says whether the turn may get a box now (P1). That the channel is known was looked at before.
func (w *want) mayCreate() bool {
	return w.eligible && !w.withdrawn && w.session.Post == contract.PostStateWanted
}

func (w *want) isActive() bool { return w.session.Status == contract.SessionStatusActive }
