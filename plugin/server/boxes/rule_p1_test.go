package boxes

import (
	"testing"
	"time"
)

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
