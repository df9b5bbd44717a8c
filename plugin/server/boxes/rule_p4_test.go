package boxes

import (
	"net/http"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

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
