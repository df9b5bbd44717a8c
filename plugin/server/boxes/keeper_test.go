package boxes

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

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

func TestABoxWhoseTurnIsOverIsForgottenSoonerThanOneThatIsSilent(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		later(10 * time.Minute)
		if got := len(r.queue.entries); got != 1 {
			t.Errorf("%d remembered while it goes on", got)
		}
		r.tell(sessionAt(2, ended("done")))
		later(10 * time.Minute)
		if got := len(r.queue.entries); got != 0 {
			t.Errorf("%d remembered", got)
		}
		r.tell(sessionAt(3, ended("error"))) // a late correction
		r.shows(t, sessionAt(3, ended("error")))
	})
}

func TestASessionThatComesBackIsToldOfItsBoxAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		post := r.onlyBox(t)
		delete(r.posts, "s1")
		r.tell(sessionAt(2, ended("done")))
		if r.posts["s1"] != "" {
			t.Errorf("told without being asked")
		}
		r.Begun(sessionAt(3, ended("done")), byBot)
		synctest.Wait()
		if r.posts["s1"] != post.Id {
			t.Errorf("told of box %q, want %q", r.posts["s1"], post.Id)
		}
	})
}

func TestASessionThatComesBackIsToldAgainWhyItHasNoBox(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1))
		if err := r.Delete(t.Context(), sessionAt(1), byBot); err != nil {
			t.Fatal(err)
		}
		r.Begun(sessionAt(2, ended("done")), byBot)
		later(time.Minute)
		r.failedWith(t, contract.CodePostDeleted)
	})
}
