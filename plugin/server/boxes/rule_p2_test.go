package boxes

import (
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

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
