package boxes

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// The rules P1 to P6 of docs/protocol.md. Time is the bubble's: nothing here waits for real.

const (
	byBot = theBot
)

// inBubble runs a test with virtual time and a keeper that is closed at its end.
func inBubble(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newMattermost())
		test(t, r)
		r.stop(t)
	})
}

func (r *rig) stop(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := r.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

// tell tells of a session and waits until the keeper has done what it does at once.
func (r *rig) tell(session contract.Session) {
	r.Changed(session, byBot)
	synctest.Wait()
}

// later lets time pass.
func later(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// onlyBox is the one box of s1.
func (r *rig) onlyBox(t *testing.T) *model.Post {
	t.Helper()
	found := r.server.boxes("s1")
	if len(found) != 1 {
		t.Fatalf("%d boxes, want one", len(found))
	}
	return found[0]
}

func (r *rig) noBox(t *testing.T) {
	t.Helper()
	if found := r.server.boxes("s1"); len(found) != 0 {
		t.Fatalf("%d boxes, want none", len(found))
	}
}

// shows checks that the box stands and shows the session.
func (r *rig) shows(t *testing.T, session contract.Session) {
	t.Helper()
	post := r.onlyBox(t)
	if want := Message(session, DefaultMaxLines); post.Message != want || post.DeleteAt != 0 {
		t.Errorf("box says %q (deleted at %d), want %q", post.Message, post.DeleteAt, want)
	}
	props, _ := decodeProps(post)
	if props.Seq != session.Seq || props.Status != session.Status || isSet(props.Offline) != isSet(session.Offline) {
		t.Errorf("props %+v do not show seq %d, %s", props, session.Seq, session.Status)
	}
}

func (r *rig) failedWith(t *testing.T, codes ...string) {
	t.Helper()
	if got := r.failed("s1"); strings.Join(got, " ") != strings.Join(codes, " ") {
		t.Errorf("told of %v, want %v", got, codes)
	}
}

// restarted is another keeper on the same server: the plugin after a restart, or on another node.
func (r *rig) restarted(t *testing.T) *rig {
	t.Helper()
	r.stop(t)
	return newRig(t, r.server)
}

func TestP1ABoxIsCreatedAtOnceWhenItIsWanted(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1, notWanted))
		r.noBox(t)
		r.tell(sessionAt(2))
		post := r.onlyBox(t)
		r.shows(t, sessionAt(2))
		if post.UserId != theBot || post.Type != PostType || post.RootId != theRoot || post.ChannelId != theChannel {
			t.Errorf("post %+v", post)
		}
		if post.PendingPostId != "bot:s1" {
			t.Errorf("pending post id %q", post.PendingPostId)
		}
		if r.postOf("s1") != post.Id {
			t.Errorf("told of %q, the box is %q", r.postOf("s1"), post.Id)
		}
	})
}

func TestP1OnlyATurnFirstSeenActiveGetsABox(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1, ended("done")))
		r.tell(sessionAt(2))
		later(time.Minute)
		r.noBox(t)
		if _, claimed := r.server.kv[claimPrefix+"s1"]; claimed {
			t.Error("a box was claimed")
		}
	})
}

func TestP1NoBoxWithoutAChannel(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1, noChannel))
		r.noBox(t)
		r.tell(sessionAt(2)) // the DM's channel is known now
		r.shows(t, sessionAt(2))
	})
}

func TestP1ATurnThatEndedWhileItsBoxWasDueStillGetsIt(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.faultOf = func(method string) *fault { return failing(method, "GetChannel") }
		r.tell(sessionAt(1))
		r.tell(sessionAt(2, ended("done")))
		r.server.set(func() { r.server.faultOf = nil })
		later(time.Minute)
		r.shows(t, sessionAt(2, ended("done")))
	})
}

// failing makes one method answer 500.
func failing(method, wrong string) *fault {
	if method != wrong {
		return nil
	}
	return &fault{}
}

func TestP2AcceptingAStateNeverWaitsForItsPost(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.faultOf = func(string) *fault { return &fault{done: true, after: time.Second} }
		start := time.Now()
		for seq := range int64(100) {
			r.Changed(sessionAt(seq+1), byBot)
		}
		r.Withdrawn(sessionAt(100), byBot)
		if waited := time.Since(start); waited > 0 {
			t.Errorf("waited %v", waited)
		}
		r.server.set(func() { r.server.faultOf = nil })
		later(time.Minute)
	})
}

func TestP2ALostAnswerMakesNoSecondBox(t *testing.T) {
	for name, wrong := range map[string]fault{
		"a timeout after success":    {done: true, after: 30 * time.Second, refusal: broken},
		"an error after success":     {done: true},
		"nil and nil after success":  {done: true, silent: true},
		"an error without success":   {},
		"nil and nil without either": {silent: true},
	} {
		for place, where := range map[string]func(*contract.Session){
			"in a thread":             func(*contract.Session) {},
			"at top level":            topLevel,
			"at top level, requested": func(s *contract.Session) { s.RootID, s.RequestPostID = nil, pointer(theRequest) },
		} {
			t.Run(name+", "+place, func(t *testing.T) {
				inBubble(t, func(t *testing.T, r *rig) {
					r.server.add(&model.Post{Id: theRequest, ChannelId: theChannel, UserId: "ann"})
					later(time.Second)
					failures := 0
					r.server.faultOf = func(method string) *fault {
						if method != "CreatePost" || failures > 0 {
							return nil
						}
						failures++
						return &wrong
					}
					r.tell(sessionAt(1, where))
					later(2 * time.Minute)
					r.shows(t, sessionAt(1, where))
					r.failedWith(t)
					if r.postOf("s1") != r.onlyBox(t).Id {
						t.Error("told of another post")
					}
				})
			})
		}
	}
}

func TestP2APostWhoseAnswerWasLostIsFoundAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.faultOf = func(method string) *fault {
			if method != "CreatePost" {
				return nil
			}
			return &fault{done: true}
		}
		r.tell(sessionAt(1))
		if got := r.postOf("s1"); got == "" || got != r.onlyBox(t).Id {
			t.Errorf("told of %q", got)
		}
	})
}

func TestP2AClaimWithoutAPostIsLeftAloneFor15Seconds(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		later(time.Hour)
		r.claim(t, claim{AtMs: time.Now().UnixMilli()})
		r.tell(sessionAt(1))
		later(14 * time.Second)
		r.noBox(t)
		later(2 * time.Second)
		r.shows(t, sessionAt(1))
	})
}

func TestP2AnOldClaimWithoutAPostAdoptsThePostThatItMade(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		later(time.Hour)
		r.claim(t, claim{AtMs: time.Now().Add(-time.Minute).UnixMilli()})
		post := r.box(t, sessionAt(1), func(*model.Post) {})
		r.tell(sessionAt(2, ended("done")))
		r.shows(t, sessionAt(2, ended("done")))
		if r.onlyBox(t).Id != post.Id || r.postOf("s1") != post.Id {
			t.Error("another post")
		}
	})
}

// claim stores a claim as another node would.
func (r *rig) claim(t *testing.T, c claim) {
	t.Helper()
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	r.server.set(func() { r.server.kv[claimPrefix+"s1"] = kvEntry{value: raw, expires: time.Now().Add(claimLife)} })
}

// box puts a post there that shows the session, as another node or the daemon would.
func (r *rig) box(t *testing.T, session contract.Session, change func(*model.Post)) *model.Post {
	t.Helper()
	props, err := encodeProps(propsOf(session, false))
	if err != nil {
		t.Fatal(err)
	}
	post := &model.Post{UserId: theBot, ChannelId: theChannel, RootId: theRoot, Type: PostType, Message: Message(session, 20)}
	post.AddProp(PropsKey, props)
	post.AddProp("from_bot", "true")
	change(post)
	return r.server.add(post)
}

func TestP2ForgedPostsAreNotAdopted(t *testing.T) {
	other := sessionAt(1)
	other.ID = "s2"
	forgeries := map[string]func(*model.Post){
		"by somebody else":         func(p *model.Post) { p.UserId = "mallory" },
		"in another channel":       func(p *model.Post) { p.ChannelId = "c2" },
		"of another type":          func(p *model.Post) { p.Type = "" },
		"with another session's":   func(p *model.Post) { text, _ := encodeProps(propsOf(other, false)); p.AddProp(PropsKey, text) },
		"with props that are none": func(p *model.Post) { p.AddProp(PropsKey, "{") },
		"with an object as props":  func(p *model.Post) { p.AddProp(PropsKey, map[string]any{"v": 1, "id": "s1"}) },
	}
	for name, forge := range forgeries {
		t.Run("found: "+name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				later(time.Hour)
				r.claim(t, claim{AtMs: time.Now().Add(-time.Minute).UnixMilli()})
				forged := r.box(t, sessionAt(1), forge)
				r.tell(sessionAt(2))
				if id := r.postOf("s1"); id == forged.Id || id == "" {
					t.Errorf("the box is %q", id)
				}
			})
		})
		t.Run("sent in: "+name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				forged := r.box(t, sessionAt(1), forge)
				r.tell(sessionAt(2, func(s *contract.Session) { s.PostID = &forged.Id }))
				if id := r.postOf("s1"); id == forged.Id || id == "" {
					t.Errorf("the box is %q", id)
				}
			})
		})
	}
}

func TestP2ASentInPostIsAdopted(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		post := r.box(t, sessionAt(1), func(*model.Post) {})
		// The plugin sees the turn first when it is over, and the daemon has made a box without it.
		last := sessionAt(5, ended("done"), func(s *contract.Session) { s.PostID = &post.Id })
		r.tell(last)
		r.shows(t, last)
		if r.postOf("s1") != post.Id {
			t.Errorf("told of %q", r.postOf("s1"))
		}
	})
}

func TestP2ASentInPostThatIsGoneIsNoBox(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1, func(s *contract.Session) { s.PostID = pointer("nowhere") }))
		r.shows(t, sessionAt(1))
	})
}

func TestP2TheChannelIsSearchedSinceTheRequest(t *testing.T) {
	for name, row := range map[string]struct {
		where func(*contract.Session)
		want  string
	}{
		"thread":                    {func(*contract.Session) {}, "GetPostThread"},
		"request known":             {func(s *contract.Session) { s.RootID, s.RequestPostID = nil, pointer(theRequest) }, "GetPostsSince"},
		"request unknown":           {topLevel, "GetPostsForChannel"},
		"request that is not there": {func(s *contract.Session) { s.RootID, s.RequestPostID = nil, pointer("gone") }, "GetPostsForChannel"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				later(time.Hour)
				r.server.add(&model.Post{Id: theRequest, ChannelId: theChannel, UserId: "ann"})
				r.claim(t, claim{AtMs: time.Now().Add(-time.Minute).UnixMilli()})
				r.tell(sessionAt(1, row.where))
				for _, method := range []string{"GetPostThread", "GetPostsSince", "GetPostsForChannel"} {
					if got := r.server.count(method); (got == 1) != (method == row.want) {
						t.Errorf("%s: %d calls", method, got)
					}
				}
			})
		})
	}
}

func TestP2ARestartDoublesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		post := r.onlyBox(t)
		again := r.restarted(t)
		again.tell(sessionAt(1))
		again.tell(sessionAt(2, ended("error")))
		again.shows(t, sessionAt(2, ended("error")))
		if again.postOf("s1") != post.Id {
			t.Errorf("told of %q", again.postOf("s1"))
		}
		third := again.restarted(t)
		third.tell(sessionAt(2, ended("error")))
		if got := r.server.count("UpdatePost"); got != 1 {
			t.Errorf("%d edits, want one", got)
		}
		third.stop(t)
	})
}

func TestP2AClaimThatABrokenConnectionHidesIsFoundLater(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		again := r.restarted(t)
		r.server.set(func() {
			r.server.faultOf = func(method string) *fault {
				if method == "KVGet" {
					return &fault{silent: true}
				}
				return nil
			}
		})
		again.tell(sessionAt(2, ended("done")))
		again.shows(t, sessionAt(1))
		r.server.set(func() { r.server.faultOf = nil })
		later(4 * time.Second)
		again.shows(t, sessionAt(2, ended("done")))
		again.stop(t)
	})
}

func TestP2ATurnWithoutABoxIsNotLookedForOnAndOn(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		for seq := range int64(200) {
			r.tell(sessionAt(seq+1, ended("done")))
			later(time.Second)
		}
		if got := r.server.count("KVGet"); got != 3 {
			t.Errorf("looked %d times", got)
		}
	})
}

func TestP2TwoNodesMakeOneBox(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		other := newRig(t, r.server)
		r.server.faultOf = func(string) *fault { return &fault{done: true, after: 5 * time.Millisecond} }
		r.Changed(sessionAt(1), byBot)
		other.Changed(sessionAt(1), byBot)
		later(time.Minute)
		r.shows(t, sessionAt(1))
		if r.postOf("s1") == "" || r.postOf("s1") != other.postOf("s1") {
			t.Errorf("told of %q and %q", r.postOf("s1"), other.postOf("s1"))
		}
		other.stop(t)
	})
}

func TestP2ACreationSlowerThanTheClaimEndsInOneBox(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		other := newRig(t, r.server)
		slow := 0
		r.server.faultOf = func(method string) *fault {
			if method != "CreatePost" {
				return nil
			}
			slow++
			return &fault{done: true, after: time.Duration(40-10*slow) * time.Second}
		}
		r.Changed(sessionAt(1), byBot)
		later(time.Second)
		other.Changed(sessionAt(1), byBot)
		later(2 * time.Minute)
		standing := 0
		for _, post := range r.server.boxes("s1") {
			if post.DeleteAt == 0 {
				standing++
				if r.postOf("s1") != post.Id || other.postOf("s1") != post.Id {
					t.Errorf("told of %q and %q, the box is %q", r.postOf("s1"), other.postOf("s1"), post.Id)
				}
			}
		}
		if standing != 1 {
			t.Errorf("%d boxes stand", standing)
		}
		other.stop(t)
	})
}

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

func refusing(method string, status int, id string) func(string) *fault {
	return func(called string) *fault {
		if called != method {
			return nil
		}
		return &fault{refusal: model.NewAppError("fake", id, nil, "", status)}
	}
}

func TestP4APermanentFailureStopsPostingForTheSession(t *testing.T) {
	for name, row := range map[string]struct {
		happens func(r *rig, box string)
		code    string
	}{
		"box deleted":  {func(r *rig, box string) { r.server.remove(box) }, contract.CodePostDeleted},
		"root deleted": {func(r *rig, _ string) { r.server.remove(theRoot) }, contract.CodePostRootDeleted},
		"channel archived": {
			func(r *rig, _ string) { r.server.channels[theChannel].DeleteAt = 1 }, contract.CodePostChannelArchived,
		},
		"channel gone":      {func(r *rig, _ string) { delete(r.server.channels, theChannel) }, contract.CodePostChannelArchived},
		"bot removed":       {func(r *rig, _ string) { delete(r.server.members, theBot) }, contract.CodePostForbidden},
		"channel read-only": {func(r *rig, _ string) { r.server.readOnly = true }, contract.CodePostForbidden},
		"403": {
			func(r *rig, _ string) { r.server.faultOf = refusing("UpdatePost", http.StatusForbidden, "x") }, contract.CodePostForbidden,
		},
		"edit time limit": {
			func(r *rig, _ string) {
				r.server.faultOf = refusing("UpdatePost", http.StatusBadRequest, errEditTimeLimit)
			},
			contract.CodePostEditExpired,
		},
		"refused": {
			func(r *rig, _ string) {
				r.server.faultOf = refusing("UpdatePost", http.StatusBadRequest, "Post rejected by plugin.")
			},
			contract.CodePostRefused,
		},
		"another's post by now": {func(r *rig, box string) { r.server.posts[box].UserId = "mallory" }, contract.CodePostForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				r.tell(sessionAt(1))
				post := r.onlyBox(t)
				r.server.set(func() { row.happens(r, post.Id) })
				r.tell(sessionAt(2, ended("done")))
				later(20 * time.Second)
				r.failedWith(t, row.code)

				asked := r.server.count("GetPost") + r.server.count("KVGet") + r.server.count("UpdatePost")
				r.tell(sessionAt(3))
				later(time.Hour / 2)
				if now := r.server.count("GetPost") + r.server.count("KVGet") + r.server.count("UpdatePost"); now != asked {
					t.Errorf("asked %d more times", now-asked)
				}
				again := r.restarted(t)
				again.tell(sessionAt(4))
				later(time.Hour / 2)
				again.failedWith(t, row.code) // the daemon is told again
				if got := r.server.count("CreatePost"); got != 1 {
					t.Errorf("created %d times", got)
				}
				again.stop(t)
			})
		})
	}
}

func TestP4ABoxThatCannotBeCreatedIsGivenUp(t *testing.T) {
	for name, row := range map[string]struct {
		happens func(r *rig)
		code    string
	}{
		"root deleted":     {func(r *rig) { r.server.remove(theRoot) }, contract.CodePostRootDeleted},
		"channel archived": {func(r *rig) { r.server.channels[theChannel].DeleteAt = 1 }, contract.CodePostChannelArchived},
		"no member":        {func(r *rig) { delete(r.server.members, theBot) }, contract.CodePostForbidden},
		"403":              {func(r *rig) { r.server.faultOf = refusing("CreatePost", 403, "x") }, contract.CodePostForbidden},
		"another channel's root": {
			func(r *rig) { r.server.faultOf = refusing("CreatePost", 500, errForeignRoot) }, contract.CodePostRefused,
		},
		"refused": {func(r *rig) { r.server.faultOf = refusing("CreatePost", 400, "x") }, contract.CodePostRefused},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				row.happens(r)
				r.tell(sessionAt(1))
				r.failedWith(t, row.code)
				r.server.set(func() {
					r.server.faultOf, r.server.members[theBot], r.server.channels[theChannel].DeleteAt = nil, true, 0
				})
				r.tell(sessionAt(2))
				later(time.Hour)
				r.tell(sessionAt(3))
				r.noBox(t)
			})
		})
	}
}

func TestP4ABoxDeletedWhileItsAnswerWasLostIsNotCreatedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.add(&model.Post{Id: theRequest, ChannelId: theChannel, UserId: "ann"})
		later(time.Hour)
		r.claim(t, claim{AtMs: time.Now().Add(-time.Minute).UnixMilli()})
		post := r.box(t, sessionAt(1), func(p *model.Post) { p.RootId = "" })
		later(time.Second)
		r.server.set(func() { r.server.remove(post.Id) })
		r.tell(sessionAt(2, func(s *contract.Session) { s.RootID, s.RequestPostID = nil, pointer(theRequest) }))
		r.failedWith(t, contract.CodePostDeleted)
		if got := r.server.count("CreatePost"); got != 0 || r.postOf("s1") != "" {
			t.Errorf("created %d times, told of %q", got, r.postOf("s1"))
		}
	})
}

func TestP4ABrokenConnectionIsNoRefusal(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		r.server.set(func() { r.server.faultOf = func(string) *fault { return &fault{silent: true} } }) // permissions read false
		r.tell(sessionAt(2, ended("done")))
		later(10 * time.Minute)
		r.failedWith(t)
		r.server.set(func() { r.server.faultOf = nil })
		later(2 * time.Minute)
		r.shows(t, sessionAt(2, ended("done")))
	})
}

func TestP4ADenialOfAServerInTroubleIsNotBelieved(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		denials := 4
		r.server.faultOf = func(method string) *fault {
			if method != "HasPermissionToChannel" || denials == 0 {
				return nil
			}
			denials--
			return &fault{silent: true}
		}
		r.tell(sessionAt(1))
		later(time.Minute)
		r.failedWith(t)
		r.shows(t, sessionAt(1))
	})
}

func TestThePluginsOwnBotWritesInPublicChannelsWithoutBeingAMember(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.Changed(sessionAt(1), "own")
		synctest.Wait()
		r.failedWith(t, contract.CodePostForbidden) // a private channel
	})
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.channels[theChannel].Type = model.ChannelTypeOpen
		r.Changed(sessionAt(1), "own")
		synctest.Wait()
		r.failedWith(t)
		if r.postOf("s1") == "" {
			t.Error("no box")
		}
	})
}

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

func TestADeletedBoxStaysDeleted(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		if err := r.Delete(t.Context(), sessionAt(1), byBot); err != nil {
			t.Fatal(err)
		}
		if r.onlyBox(t).DeleteAt == 0 {
			t.Error("the box stands")
		}
		r.tell(sessionAt(2, ended("done"))) // sent again after its deletion
		again := r.restarted(t)
		again.tell(sessionAt(3))
		later(time.Hour)
		if got := r.server.count("CreatePost"); got != 1 {
			t.Errorf("created %d times", got)
		}
		if err := again.Delete(t.Context(), sessionAt(3), byBot); err != nil {
			t.Errorf("second deletion: %v", err)
		}
		again.stop(t)
	})
}

func TestDeleteTellsWhenTheBoxMayStillStand(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		r.server.set(func() { r.server.faultOf = func(method string) *fault { return failing(method, "DeletePost") } })
		if err := r.Delete(t.Context(), sessionAt(1), byBot); err == nil {
			t.Error("no error")
		}
		r.server.set(func() { r.server.faultOf = nil })
		if err := r.Delete(t.Context(), sessionAt(1), byBot); err != nil || r.onlyBox(t).DeleteAt == 0 {
			t.Errorf("second try: %v", err)
		}
	})
}

func TestDeleteTakesNobodyElsesPost(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		forged := r.box(t, sessionAt(1), func(p *model.Post) { p.UserId = "ann" })
		if err := r.Delete(t.Context(), sessionAt(1, notWanted, func(s *contract.Session) { s.PostID = &forged.Id }), byBot); err != nil {
			t.Fatal(err)
		}
		if got := r.server.count("DeletePost"); got != 0 {
			t.Errorf("%d posts deleted", got)
		}
	})
}

func TestDeleteEndsWithItsContext(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.faultOf = func(string) *fault { return &fault{after: time.Minute} }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := r.Delete(ctx, sessionAt(1), byBot); err != context.DeadlineExceeded {
			t.Errorf("got %v", err)
		}
		r.server.set(func() { r.server.faultOf = nil })
		later(10 * time.Minute)
	})
}

func TestCloseWritesWhatIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newMattermost())
		r.server.faultOf = func(string) *fault { return &fault{done: true, after: 100 * time.Millisecond} }
		r.Changed(sessionAt(1), byBot)
		r.stop(t)
		r.shows(t, sessionAt(1))
		r.tell(sessionAt(2, ended("done")))
		r.shows(t, sessionAt(1))
		if err := r.Delete(t.Context(), sessionAt(2), byBot); err != ErrClosed {
			t.Errorf("delete after close: %v", err)
		}
		r.stop(t)
	})
}

func TestCloseIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newMattermost())
		r.server.faultOf = func(string) *fault { return &fault{after: time.Hour} }
		for i := range 100 {
			r.Changed(sessionAt(1, func(s *contract.Session) { s.ID = "s" + string(rune('a'+i)) }), byBot)
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := r.Close(ctx); err != context.DeadlineExceeded || time.Since(start) != time.Second {
			t.Errorf("closed after %v: %v", time.Since(start), err)
		}
		// The bubble ends only when no goroutine is left: the calls that hang, and nothing after them.
		later(2 * time.Hour)
		if got := r.server.count("GetChannel") + r.server.count("KVGet"); got > 4*workers {
			t.Errorf("%d calls after the close", got)
		}
	})
}

func TestAPanicCostsOneTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newMattermost())
		r.deps.Log = quietLog{}
		panics := 1
		r.server.faultOf = func(method string) *fault {
			if method == "CreatePost" && panics > 0 {
				panics--
				panic("a mistake")
			}
			return nil
		}
		r.tell(sessionAt(1))
		later(time.Minute)
		r.shows(t, sessionAt(1))
		r.stop(t)
	})
}

type quietLog struct{}

func (quietLog) Error(string, ...any) {}
func (quietLog) Warn(string, ...any)  {}
func (quietLog) Info(string, ...any)  {}

func TestABoxIsWorkedOnByOneAtATime(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.faultOf = func(string) *fault { return &fault{done: true, after: 10 * time.Millisecond} }
		for seq := range int64(500) {
			r.Changed(sessionAt(seq+1, func(s *contract.Session) { s.Offline = pointer(seq%2 == 0) }), byBot)
			time.Sleep(time.Millisecond)
		}
		r.server.set(func() { r.server.faultOf = nil })
		later(time.Hour / 2)
		r.shows(t, sessionAt(500, func(s *contract.Session) { s.Offline = pointer(false) }))
	})
}

func TestAStateThatComesWhileTheBoxIsWrittenIsWrittenNext(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.faultOf = func(string) *fault { return &fault{done: true, after: time.Second} }
		r.tell(sessionAt(1))
		later(3500 * time.Millisecond)
		r.tell(sessionAt(2, ended("done")))
		later(time.Minute)
		r.shows(t, sessionAt(2, ended("done")))
	})
}

func TestBoxesWithoutNewsAreForgottenAndLearnedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		later(2 * time.Hour)
		if got := len(r.queue.entries); got != 0 {
			t.Errorf("%d remembered", got)
		}
		r.tell(sessionAt(2, ended("done")))
		r.shows(t, sessionAt(2, ended("done")))
	})
}
