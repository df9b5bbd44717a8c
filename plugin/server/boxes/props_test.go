package boxes

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"
	_ "github.com/mattermost/mattermost/server/public/plugin" // registers the types that its RPC can encode
	"pgregory.net/rapid"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

func finalOf(t testing.TB, session contract.Session) (contract.Session, string) {
	t.Helper()
	text, err := encodeProps(propsOf(session, false))
	if err != nil {
		t.Fatal(err)
	}
	post := &model.Post{Type: PostType}
	post.AddProp(PropsKey, text)
	props, ok := decodeProps(post)
	if !ok || props.Session == nil {
		t.Fatalf("no final state in %.200s", text)
	}
	return *props.Session, text
}

func stepsOf(count int, detail string) []contract.Step {
	steps := make([]contract.Step, count)
	for i := range steps {
		steps[i] = contract.Step{ID: strconv.Itoa(i), Kind: "tool", Label: "Ran `make`", Status: "done", Detail: &detail}
	}
	return steps
}

func TestAFinalStateIsSaidInFewerWordsUntilItFits(t *testing.T) {
	plan := make([]contract.PlanItem, 50)
	for i := range plan {
		plan[i] = contract.PlanItem{Text: strings.Repeat("p", 200), Status: "done"}
	}
	for name, row := range map[string]struct {
		steps  []contract.Step
		plan   []contract.PlanItem
		kept   int
		detail int
	}{
		"small":               {stepsOf(12, "d"), nil, 12, 1},
		"20 steps at most":    {stepsOf(50, "d"), nil, 20, 1},
		"details are cut":     {stepsOf(50, strings.Repeat("d", 1000)), nil, 20, 120},
		"details are dropped": {stepsOf(50, strings.Repeat("𝄞", 1000)), nil, 20, 0},
		"the plan is dropped": {stepsOf(50, "d"), plan, 10, 0},
	} {
		t.Run(name, func(t *testing.T) {
			session := sessionAt(1, ended("done"))
			session.Steps, session.Plan, session.StepsDropped = row.steps, row.plan, 7
			final, text := finalOf(t, session)
			if len(text) > contract.LimitPostPropsMaxBytes {
				t.Errorf("%d bytes", len(text))
			}
			if len(final.Steps) != row.kept || final.StepsDropped != 7+len(row.steps)-row.kept {
				t.Errorf("%d steps, %d dropped", len(final.Steps), final.StepsDropped)
			}
			if last := final.Steps[row.kept-1]; last.ID != row.steps[len(row.steps)-1].ID {
				t.Errorf("the last step is %s", last.ID)
			}
			detail := final.Steps[0].Detail
			if (detail == nil) != (row.detail == 0) || detail != nil && len([]rune(*detail)) != row.detail {
				t.Errorf("detail %v", detail)
			}
			if len(session.Steps) != len(row.steps) || *session.Steps[0].Detail != *row.steps[0].Detail {
				t.Error("the session itself was changed")
			}
		})
	}
}

func TestPropsAreNotBlownUpForHTML(t *testing.T) {
	session := sessionAt(1, ended("done"))
	session.Title = pointer("<b> & more")
	if _, text := finalOf(t, session); !strings.Contains(text, `"title":"<b> & more"`) || !strings.Contains(text, `"steps":[]`) {
		t.Errorf("got %s", text)
	}
}

func TestPropsOfNothingButEscapesFitToo(t *testing.T) {
	bad := func(count int) string { return strings.Repeat("\x01", count) }
	session := sessionAt(1, ended("error"))
	session.Title, session.Error = pointer(bad(200)), &contract.SessionError{Code: bad(64), Message: bad(500)}
	session.SessionKey, session.Agent = bad(512), contract.Agent{ID: bad(128), Name: bad(120), Runtime: bad(32)}
	session.Steps = stepsOf(50, bad(1000))
	text, err := encodeProps(propsOf(session, false))
	if err != nil || len(text) > contract.LimitPostPropsMaxBytes {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

func TestPropsOfAnySession(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		session := anySession(t)
		// Ids are unique in a real list.
		for i := range session.Steps {
			session.Steps[i].ID = strconv.Itoa(i)
		}
		limit := rapid.IntRange(0, 8).Draw(t, "limit")
		kept := lastSteps(session.Steps, limit)
		if len(kept) > limit {
			t.Fatalf("%d steps, at most %d", len(kept), limit)
		}
		seen, all := map[string]bool{}, map[string]int{}
		for i, step := range session.Steps {
			all[step.ID] = i
		}
		last := -1
		for _, step := range kept {
			if all[step.ID] <= last {
				t.Fatalf("order changed: %v", kept)
			}
			last = all[step.ID]
			if step.ParentID != nil {
				if at, known := all[*step.ParentID]; known && at < all[step.ID] && !seen[*step.ParentID] {
					t.Fatalf("step %s came without its parent %s", step.ID, *step.ParentID)
				}
			}
			seen[step.ID] = true
		}
		text, err := encodeProps(propsOf(session, rapid.Bool().Draw(t, "withdrawn")))
		if err != nil || len(text) > contract.LimitPostPropsMaxBytes || !json.Valid([]byte(text)) {
			t.Fatalf("%v, %d bytes: %.200s", err, len(text), text)
		}
	})
}

// A prop that gob cannot encode kills the plugin's RPC for good.
func TestTheHostsRPCCanEncodeABox(t *testing.T) {
	session := sessionAt(1, ended("done"))
	session.Steps = stepsOf(50, "d")
	made := task{box: &box{}, want: want{session: session, botID: theBot}, Deps: Deps{Settings: func() Settings { return Settings{} }}}
	post, err := made.newPost()
	if err != nil {
		t.Fatal(err)
	}
	var wire bytes.Buffer
	if err := gob.NewEncoder(&wire).Encode(post); err != nil {
		t.Fatal(err)
	}
	var got model.Post
	if err := gob.NewDecoder(&wire).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.GetProp(PropsKey) != post.GetProp(PropsKey) || got.Message != post.Message {
		t.Errorf("got %q, %v", got.Message, got.GetProp(PropsKey))
	}
}

func TestIsBox(t *testing.T) {
	text, err := encodeProps(propsOf(sessionAt(1), false))
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		post *model.Post
		want bool
	}{
		"a box":               {&model.Post{Type: PostType, Props: model.StringInterface{PropsKey: text}}, true},
		"nothing":             {nil, false},
		"another type":        {&model.Post{Props: model.StringInterface{PropsKey: text}}, false},
		"no props":            {&model.Post{Type: PostType}, false},
		"props of nobody":     {&model.Post{Type: PostType, Props: model.StringInterface{PropsKey: `{"v":1}`}}, false},
		"props not as string": {&model.Post{Type: PostType, Props: model.StringInterface{PropsKey: map[string]any{"v": 1, "id": "s"}}}, false},
		"a later version":     {&model.Post{Type: PostType, Props: model.StringInterface{PropsKey: strings.Replace(text, `"v":1`, `"v":2`, 1)}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := IsBox(row.post); got != row.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
