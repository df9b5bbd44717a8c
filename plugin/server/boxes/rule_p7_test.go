package boxes

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// notices are the posts that call somebody, oldest first.
func (m *mattermost) notices() []*model.Post {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []*model.Post
	for _, id := range slices.Sorted(maps.Keys(m.posts)) {
		if m.posts[id].GetProp(NoticeKey) != nil {
			found = append(found, m.posts[id].Clone())
		}
	}
	return found
}

func asked(s *contract.Session) { s.RequestedBy = pointer(theAsker) }

// approval a1 is waited for, for a command.
func approval(s *contract.Session) {
	waitsFor(contract.WaitingForApproval, 2_000)(s)
	s.Waiting.ApprovalID, s.Waiting.StepID = pointer("a1"), pointer("t1")
	s.Steps = []contract.Step{{ID: "t1", Kind: contract.StepKindTool, Label: "Wants to run `make @all`", Status: contract.StepStatusRunning, StartedMs: 2_000}}
}

func notifying(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	inBubble(t, func(t *testing.T, r *rig) {
		r.settings.NotifyWaiting = true
		test(t, r)
	})
}

func TestP7TheAskerIsCalledOnceAWaitHasLastedAMoment(t *testing.T) {
	notifying(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1, asked, approval))
		if len(r.server.notices()) != 0 {
			t.Error("called at once")
		}
		later(noticeAfter)
		for seq := range int64(5) {
			r.tell(sessionAt(seq+2, asked, approval))
			later(time.Minute)
		}
		found := r.server.notices()
		if len(found) != 1 {
			t.Fatalf("%d notices, want one", len(found))
		}
		want := "@ann: `Main` waits for an approval: `Wants to run make @all`\n" +
			"Use the buttons in the status box, or reply here with `@ops-bot /approve a1 allow-once` or `@ops-bot /approve a1 deny`."
		if found[0].Message != want {
			t.Errorf("it says %q, want %q", found[0].Message, want)
		}
		if found[0].Type != PostType || found[0].RootId != theRoot || found[0].UserId != theBot || IsBox(found[0]) {
			t.Errorf("not a typed post of the bot in the thread, or taken for a box: %+v", found[0])
		}
	})
}

func TestP7WhoAnswersAtOnceIsNotCalled(t *testing.T) {
	notifying(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1, asked, approval))
		later(noticeAfter - time.Millisecond)
		r.tell(sessionAt(2, asked))
		later(time.Hour / 2)
		if got := len(r.server.notices()); got != 0 {
			t.Errorf("%d notices", got)
		}
	})
}

func TestP7ACallIsTakenBackWhenTheWaitIsOver(t *testing.T) {
	over := map[string]func(*contract.Session){
		"it works on": func(*contract.Session) {}, "the turn has ended": ended("done"),
	}
	for name, change := range over {
		t.Run(name, func(t *testing.T) {
			notifying(t, func(t *testing.T, r *rig) {
				r.tell(sessionAt(1, asked, approval))
				later(noticeAfter)
				r.tell(sessionAt(2, asked, change))
				found := r.server.notices()
				if want := "`Main` waited for an approval: `Wants to run make @all`\nThat is over."; found[0].Message != want {
					t.Errorf("it says %q, want %q", found[0].Message, want)
				}
			})
		})
	}
}

func TestP7EachWaitIsCalledForOnce(t *testing.T) {
	notifying(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1, asked, approval))
		later(noticeAfter)
		r.tell(sessionAt(2, asked, waitsFor(contract.WaitingForAnswer, 9_000)))
		later(noticeAfter)
		found := r.server.notices()
		if len(found) != 2 {
			t.Fatalf("%d notices, want two", len(found))
		}
		open := 0
		for _, post := range found {
			if strings.HasPrefix(post.Message, "@ann") {
				open++
			}
		}
		if open != 1 {
			t.Errorf("%d notices still call", open)
		}
	})
}

func TestP7AKeeperThatBeginsAnewCallsNobodyTwice(t *testing.T) {
	notifying(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1, asked, approval))
		later(noticeAfter)
		for range 2 {
			again := newRig(t, r.server)
			again.settings.NotifyWaiting = true
			again.tell(sessionAt(2, asked, approval))
			later(time.Minute)
			again.stop(t)
		}
		last := newRig(t, r.server)
		last.settings.NotifyWaiting = true
		last.tell(sessionAt(3, asked))
		last.stop(t)
		found := r.server.notices()
		if len(found) != 1 || !strings.HasSuffix(found[0].Message, "That is over.") {
			t.Errorf("notices: %d, %q", len(found), found[0].Message)
		}
	})
}

func TestP7NobodyIsCalled(t *testing.T) {
	guess := func(s *contract.Session) { s.Waiting.Guess = pointer(true) }
	for name, changes := range map[string][]func(*contract.Session){
		"for a guess":                {asked, approval, guess},
		"where nobody is known":      {approval},
		"for sub-agents":             {asked, waitsFor(contract.WaitingForAgents, 2_000)},
		"while the host is offline":  {asked, approval, offline},
		"who is a bot":               {func(s *contract.Session) { s.RequestedBy = pointer(theBot) }, approval},
		"who is not known to anyone": {func(s *contract.Session) { s.RequestedBy = pointer("gone") }, approval},
	} {
		t.Run(name, func(t *testing.T) {
			notifying(t, func(t *testing.T, r *rig) {
				r.tell(sessionAt(1, changes...))
				later(time.Minute)
				if got := len(r.server.notices()); got != 0 {
					t.Errorf("%d notices", got)
				}
			})
		})
	}
	t.Run("where the setting is off", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.tell(sessionAt(1, asked, approval))
			later(time.Minute)
			if got := len(r.server.notices()); got != 0 {
				t.Errorf("%d notices", got)
			}
		})
	})
}

func TestP7LosingSightOfAWaitEndsNothing(t *testing.T) {
	notifying(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1, asked, approval))
		later(noticeAfter)
		r.tell(sessionAt(2, asked, approval, offline))
		later(time.Minute)
		if found := r.server.notices(); !strings.HasPrefix(found[0].Message, "@ann") {
			t.Errorf("it says %q", found[0].Message)
		}
		r.tell(sessionAt(3, asked, approval))
		later(time.Minute)
		if got := len(r.server.notices()); got != 1 {
			t.Errorf("%d notices", got)
		}
	})
}

func TestP7AFailureToCallDisturbsNoBox(t *testing.T) {
	notifying(t, func(t *testing.T, r *rig) {
		r.tell(sessionAt(1, asked))
		r.server.set(func() {
			r.server.faultOf = func(method string) *fault {
				if method == "CreatePost" {
					return &fault{}
				}
				return nil
			}
		})
		r.tell(sessionAt(2, asked, approval))
		later(time.Minute)
		r.tell(sessionAt(3, asked, ended("done")))
		r.shows(t, sessionAt(3, asked, ended("done")))
	})
}
