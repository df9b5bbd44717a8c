package boxes

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// byBot is the author of all boxes but where a test says otherwise.
const byBot = theBot

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

// failing makes one method answer 500.
func failing(method, wrong string) *fault {
	if method != wrong {
		return nil
	}
	return &fault{}
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

func refusing(method string, status int, id string) func(string) *fault {
	return func(called string) *fault {
		if called != method {
			return nil
		}
		return &fault{refusal: model.NewAppError("fake", id, nil, "", status)}
	}
}

type quietLog struct{}
