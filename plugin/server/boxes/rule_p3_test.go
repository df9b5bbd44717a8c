package boxes

import (
	"fmt"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

func TestP3AStatusChangeIsWrittenAtOnce(t *testing.T) {
	for _, status := range []contract.SessionStatus{"done", "error", "interrupted"} {
		t.Run(string(status), func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				r.tell(sessionAt(1))
				r.tell(sessionAt(2, ended(status)))
				r.shows(t, sessionAt(2, ended(status)))
				props, _ := decodeProps(r.onlyBox(t))
				if props.Session == nil || props.Session.Status != status {
					t.Errorf("the final state is not in the props: %+v", props)
				}
				r.tell(sessionAt(3)) // T4: a late announcement reopens the turn
				r.shows(t, sessionAt(3))
			})
		})
	}
}

func TestP3AnActiveBoxIsWrittenAfter30SecondsAndThenEvery2Minutes(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		start := time.Now()
		var edits []time.Duration
		seen := 0
		for seq := int64(2); time.Since(start) < 5*time.Minute; seq++ {
			r.tell(sessionAt(seq))
			if got := r.server.count("UpdatePost"); got > seen {
				edits = append(edits, time.Since(start))
				seen = got
			}
			later(time.Second)
		}
		want := []time.Duration{30 * time.Second, 150 * time.Second, 270 * time.Second}
		if len(edits) != len(want) || edits[0] != want[0] || edits[1] != want[1] || edits[2] != want[2] {
			t.Errorf("edits at %v, want %v", edits, want)
		}
	})
}

func TestP3ManyBoxesThatGoOnTakeTurnsAndAnEndDoesNotWait(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		const boxes = 100
		box := func(seq int64, i int, change ...func(*contract.Session)) contract.Session {
			session := sessionAt(seq, change...)
			session.ID = fmt.Sprint("s", i)
			return session
		}
		for i := range boxes {
			r.tell(box(1, i))
		}
		later(20 * time.Second)
		for i := range boxes {
			r.tell(box(2, i))
		}
		later(10*time.Second + 2*routineEvery)
		if got := r.server.count("UpdatePost"); got == 0 || got > 4 {
			t.Errorf("%d edits in the first moments, want one each %v", got, routineEvery)
		}
		before := r.server.count("UpdatePost")
		r.tell(box(3, boxes-1, ended("done")))
		if got := r.server.count("UpdatePost"); got != before+1 {
			t.Errorf("%d edits after the end of one turn, want one more than %d", got, before)
		}
		for i := range boxes - 1 { // what changes meanwhile takes no turn of its own
			r.tell(box(4, i))
		}
		later(boxes * routineEvery)
		if got := r.server.count("UpdatePost"); got != boxes {
			t.Errorf("%d edits of %d boxes", got, boxes)
		}
	})
}

func TestP3AChangeIsWrittenLaterByItself(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		r.tell(sessionAt(2))
		r.tell(sessionAt(3))
		later(29 * time.Second)
		r.shows(t, sessionAt(1))
		later(time.Second)
		r.shows(t, sessionAt(3))
	})
}

func TestP3NothingIsWrittenWithoutAChange(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		for range 60 {
			r.tell(sessionAt(1))
			later(10 * time.Second)
		}
		if got := r.server.count("UpdatePost"); got != 0 {
			t.Errorf("%d edits", got)
		}
	})
}

func TestP3NoActiveEditsWhereTheSettingIs0(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.settings.FirstEdit = 0
		r.tell(sessionAt(1))
		for seq := range int64(60) {
			r.tell(sessionAt(seq + 2))
			later(10 * time.Second)
		}
		r.shows(t, sessionAt(1))
		r.tell(sessionAt(99, ended("done")))
		r.shows(t, sessionAt(99, ended("done")))
	})
}

func TestP3OneActiveEditWhereFurtherOnesAreSetTo0(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.settings = Settings{FirstEdit: 10 * time.Second}
		r.tell(sessionAt(1))
		r.tell(sessionAt(2))
		later(10 * time.Second)
		r.shows(t, sessionAt(2))
		r.tell(sessionAt(3))
		later(time.Hour / 2)
		r.shows(t, sessionAt(2))
		r.tell(sessionAt(4, ended("done")))
		r.shows(t, sessionAt(4, ended("done")))
	})
}

func TestP3APostThatShowsSomethingNewerIsLeftAlone(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		post := r.box(t, sessionAt(10, ended("done")), func(*model.Post) {})
		r.claim(t, claim{AtMs: 1, PostID: post.Id})
		r.tell(sessionAt(9)) // a state that was accepted before the daemon wrote the post itself
		later(time.Hour)
		r.shows(t, sessionAt(10, ended("done")))
		if got := r.server.count("UpdatePost"); got != 0 {
			t.Errorf("%d edits", got)
		}
	})
}

func TestP3AnOlderStateNeverReplacesANewerOne(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		r.tell(sessionAt(3, ended("done")))
		r.tell(sessionAt(2)) // calls may arrive out of order
		later(time.Hour)
		r.shows(t, sessionAt(3, ended("done")))
	})
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		r.tell(sessionAt(3))
		r.tell(sessionAt(2))
		later(time.Minute)
		r.shows(t, sessionAt(3))
	})
}

func TestP3TheTimeToTheNextEditIsReadFromThePost(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		r.tell(sessionAt(2))
		later(30 * time.Second)
		again := r.restarted(t)
		again.tell(sessionAt(3))
		later(119 * time.Second)
		again.shows(t, sessionAt(2))
		later(time.Second)
		again.shows(t, sessionAt(3))
		again.stop(t)
	})
}

func TestP3AnEditWhoseAnswerWasLostCounts(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		lost := 1
		r.server.set(func() {
			r.server.faultOf = func(method string) *fault {
				if method != "UpdatePost" || lost == 0 {
					return nil
				}
				lost--
				return &fault{done: true}
			}
		})
		r.tell(sessionAt(2, ended("done")))
		r.tell(sessionAt(3)) // reopened before the next try
		later(2 * time.Second)
		r.shows(t, sessionAt(3))
	})
}

func TestP3AFinalStateThatAnotherNodeWroteOverIsWrittenAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		r.tell(sessionAt(3, ended("done")))
		old := r.box(t, sessionAt(2), func(*model.Post) {})
		r.server.set(func() { delete(r.server.posts, old.Id) })
		// The other node has read the post before our edit and writes it after.
		r.server.edit(r.onlyBox(t).Id, func(post *model.Post) { post.Message, post.Props = old.Message, old.Props })
		later(4 * time.Second)
		r.shows(t, sessionAt(3, ended("done")))
	})
}

func TestP3LateDetailsOfAnEndedTurnAreWrittenTogether(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		for seq := int64(2); seq < 50; seq++ {
			r.tell(sessionAt(seq, ended("done")))
			later(100 * time.Millisecond)
		}
		later(time.Minute)
		r.shows(t, sessionAt(49, ended("done")))
		if got := r.server.count("UpdatePost"); got > 3 {
			t.Errorf("%d edits", got)
		}
	})
}

func TestP3OnlyMessageAndPropsOfTheBoxChange(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		r.server.edit(r.onlyBox(t).Id, func(post *model.Post) {
			post.IsPinned, post.HasReactions, post.FileIds = true, true, model.StringArray{"f"}
			post.AddProp("other", "stays")
		})
		r.tell(sessionAt(2, ended("done")))
		post := r.onlyBox(t)
		if !post.IsPinned || !post.HasReactions || len(post.FileIds) != 1 || post.GetProp("other") != "stays" || post.GetProp("from_bot") != "true" {
			t.Errorf("changed: %+v", post)
		}
		r.shows(t, sessionAt(2, ended("done")))
	})
}

func TestP3ABoxWhosePropsWereReplacedIsWrittenAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		id := r.onlyBox(t).Id
		r.server.edit(id, func(post *model.Post) { post.Props = model.StringInterface{} }) // a REST patch replaces all
		r.tell(sessionAt(2, ended("done")))
		r.shows(t, sessionAt(2, ended("done")))
	})
}

func TestP3AServerInTroubleIsAskedLessAndLess(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		r.server.set(func() { r.server.faultOf = func(method string) *fault { return failing(method, "UpdatePost") } })
		for range 600 {
			r.tell(sessionAt(2, ended("done")))
			later(time.Second)
		}
		if got := r.server.count("UpdatePost"); got > 17 || got < 10 {
			t.Errorf("%d tries in ten minutes", got)
		}
		r.server.set(func() { r.server.faultOf = nil })
		later(time.Minute)
		r.shows(t, sessionAt(2, ended("done")))
	})
}

func TestP3AWaitForAPersonIsWrittenAtOnceAndItsEndToo(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		r.tell(sessionAt(2, waitsFor("approval", 2_000)))
		r.shows(t, sessionAt(2, waitsFor("approval", 2_000)))
		r.tell(sessionAt(3, waitsFor("approval", 2_000))) // the same wait is no news
		r.shows(t, sessionAt(2, waitsFor("approval", 2_000)))
		r.tell(sessionAt(4, waitsFor("answer", 4_000)))
		r.shows(t, sessionAt(4, waitsFor("answer", 4_000)))
		r.tell(sessionAt(5))
		r.shows(t, sessionAt(5))
	})
}

func TestP3NoOtherWaitIsNews(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		for seq, reason := range []string{"agents", "provider"} {
			r.tell(sessionAt(int64(seq)+2, waitsFor(contract.WaitingFor(reason), 2_000)))
		}
		guess := func(s *contract.Session) { s.Waiting.Guess = pointer(true) }
		r.tell(sessionAt(9, waitsFor("approval", 2_000), guess))
		r.shows(t, sessionAt(1))
	})
}
