package boxes

import (
	"strings"
	"testing"
)

func TestP6ABoxSaysNoLongerObservedWhenItsDaemonIsGone(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		if post := r.onlyBox(t); !strings.HasPrefix(post.Message, "**Working** · as of 1.0 s") {
			t.Errorf("active: %q", post.Message)
		}
		r.tell(sessionAt(1, offline)) // outside seq (D2)
		r.shows(t, sessionAt(1, offline))
		if post := r.onlyBox(t); !strings.HasPrefix(post.Message, "**No longer observed**") {
			t.Errorf("offline: %q", post.Message)
		}
		r.tell(sessionAt(1))
		r.shows(t, sessionAt(1))
		r.tell(sessionAt(2, offline))
		r.shows(t, sessionAt(2, offline))
		r.tell(sessionAt(3))
		r.shows(t, sessionAt(3))
	})
}
