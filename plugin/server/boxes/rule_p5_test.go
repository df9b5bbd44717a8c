package boxes

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestP5AWithdrawnBoxFolds(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		r.Withdrawn(sessionAt(2), byBot)
		synctest.Wait()
		post := r.onlyBox(t)
		props, _ := decodeProps(post)
		if post.Message != "**No reply needed**" || !isSet(props.Withdrawn) || post.DeleteAt != 0 {
			t.Errorf("post %+v", post)
		}
		later(time.Hour)
		if got := r.server.count("UpdatePost"); got != 1 {
			t.Errorf("%d edits", got)
		}
		again := r.restarted(t)
		again.tell(sessionAt(3)) // evidence that came later
		again.shows(t, sessionAt(3))
		again.stop(t)
	})
}

func TestP5ATurnWithdrawnBeforeItsBoxGetsNone(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1, notWanted))
		r.Withdrawn(sessionAt(1), byBot)
		r.tell(sessionAt(1))
		later(time.Minute)
		r.noBox(t)
	})
}

func TestP5ATurnWithdrawnWhileItsAnswerIsLostFoldsOrGetsNone(t *testing.T) {
	for name, done := range map[string]bool{"created": true, "not created": false} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				r.server.faultOf = func(method string) *fault {
					if method == "GetPostThread" || method == "CreatePost" {
						return &fault{done: done && method == "CreatePost"}
					}
					return nil
				}
				r.tell(sessionAt(1))
				r.Withdrawn(sessionAt(1), byBot)
				r.server.set(func() { r.server.faultOf = nil })
				later(2 * time.Minute)
				if !done {
					r.noBox(t)
				} else if post := r.onlyBox(t); post.Message != withdrawnMessage {
					t.Errorf("box says %q", post.Message)
				}
			})
		})
	}
}
