package contract

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/oapi-codegen/nullable"
	"pgregory.net/rapid"
)

func TestPatchBetween(t *testing.T) {
	fixture := readFixture[struct {
		Base  object
		Cases []struct {
			Name          string
			OnlyRead      bool `json:"only_read"`
			Before, After object
			Patch         json.RawMessage
		}
	}](t, "patches")
	for _, row := range fixture.Cases {
		t.Run(row.Name, func(t *testing.T) {
			before, after := overlaid(t, fixture.Base, row.Before), overlaid(t, fixture.Base, row.After)
			if !row.OnlyRead {
				patch, ok := PatchSince([]Session{before}, after)
				if !ok {
					t.Fatal("only the whole will do")
				}
				sameJSON(t, patch, row.Patch)
			}
			sameJSON(t, patched(before, decode[SessionPatch](t, row.Patch)), after)
			sameJSON(t, before, overlaid(t, fixture.Base, row.Before)) // untouched
		})
	}
}

func TestAPatchTellsOfEveryFieldOfASession(t *testing.T) {
	// The first never changes, two are the server's own, the last have values of closed sets and tests of their own.
	elsewhere := []string{"ID", "PostID", "Offline", "Activity", "Steps"}
	fields := reflect.TypeFor[Session]()
	for i := range fields.NumField() {
		if field := fields.Field(i); !slices.Contains(elsewhere, field.Name) {
			before, after := Session{ID: "s", Steps: []Step{}}, Session{ID: "s", Seq: 1, Steps: []Step{}}
			setSome(reflect.ValueOf(&after).Elem().Field(i))
			patch, ok := PatchSince([]Session{before}, after)
			if !ok {
				t.Fatal("only the whole will do")
			}
			sameJSON(t, patched(before, patch), after)
		}
	}
}

// setSome gives any field a value that is not its zero.
func setSome(value reflect.Value) {
	switch value.Kind() {
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 1, 1))
	case reflect.Struct:
		setSome(value.Field(0))
	case reflect.String:
		value.SetString("x")
	default:
		value.SetInt(7)
	}
}

// TestAPatchLeadsOnFromEveryStateThatItKnows: what was told to whom at which moment makes no difference.
func TestAPatchLeadsOnFromEveryStateThatItKnows(t *testing.T) {
	lives := anyLife()
	rapid.Check(t, func(r *rapid.T) {
		life := lives.Draw(r, "life")
		after := life[len(life)-1]
		whole, ok := PatchSince(life[:len(life)-1], after)
		if !ok {
			r.Fatalf("only the whole will do for %s", asJSON(r, life))
		}
		patch := throughJSON[SessionPatch](r, whole)
		for _, before := range life[:len(life)-1] {
			want := after
			want.PostID, want.Offline = before.PostID, before.Offline
			if got := patched(before, patch); asJSON(r, got) != asJSON(r, want) {
				r.Fatalf("from seq %d\n got %s\nwant %s\n  by %s", before.Seq, asJSON(r, got), asJSON(r, want), asJSON(r, patch))
			}
		}
	})
}

func TestAStepThatHasMovedNeedsTheWhole(t *testing.T) {
	steps := func(ids string) (session Session) {
		for _, id := range strings.Split(ids, "") {
			session.Steps = append(session.Steps, Step{ID: id})
		}
		return session
	}
	for ids, want := range map[string]bool{"abcd": true, "ac": true, "bcx": true, "ba": false, "xabc": false, "axbc": false} {
		if _, ok := PatchSince([]Session{steps("abc")}, steps(ids)); ok != want {
			t.Errorf("abc -> %s: %t, want %t", ids, ok, want)
		}
	}
	if _, ok := PatchSince([]Session{steps("bc"), steps("abc")}, steps("bca")); ok {
		t.Error("for one of two states a step has moved")
	}
}

// TestRandomPatches keeps contract/fixtures/random-patches.json, which TypeScript reads, what this encoder writes.
// UPDATE_FIXTURES=1 writes it anew.
func TestRandomPatches(t *testing.T) {
	lives := anyLife()
	cases := make([]string, 0, 40)
	for seed := range cap(cases) {
		life := lives.Example(seed)
		after := life[len(life)-1]
		patch, _ := PatchSince(life[:len(life)-1], after)
		payload, err := Update{Patches: []SessionPatch{patch}}.Payload()
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, string(encode(t, struct {
			Since   []Session `json:"since"`
			After   Session   `json:"after"`
			Payload string    `json:"payload"`
		}{life[:len(life)-1], after, payload})))
	}
	text := `{
  "about": "Recorded by plugin/server/contract/patch_test.go: the payload says how any of the states became the one after.",
  "cases": [
    ` + strings.Join(cases, ",\n    ") + "\n  ]\n}\n"
	file := filepath.Join("..", "..", "..", "contract", "fixtures", "random-patches.json")
	if os.Getenv("UPDATE_FIXTURES") != "" {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil { //nolint:gosec // a committed file
			t.Fatal(err)
		}
	}
	recorded, err := os.ReadFile(file)
	if err != nil || string(recorded) != text {
		t.Errorf("%s is not what is written now (%v): UPDATE_FIXTURES=1 go test ./contract/", file, err)
	}
}

func TestAPayloadIsJSONWithItsQuotesExchanged(t *testing.T) {
	title := `"it's" <&> \'`
	update := Update{UpdateRest: UpdateRest{Removed: []string{title}}}
	payload, err := update.Payload()
	if err != nil {
		t.Fatal(err)
	}
	if want := `[1,[],{'removed':['\'it"s\' <&> \\"']}]`; payload != want {
		t.Errorf("got %s, want %s", payload, want)
	}
}

func asJSON(r *rapid.T, value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		r.Fatal(err)
	}
	return string(data)
}

func throughJSON[T any](r *rapid.T, value T) T {
	var read T
	if err := json.Unmarshal([]byte(asJSON(r, value)), &read); err != nil {
		r.Fatal(err)
	}
	return read
}

// patched is the session after a patch: the reader's side, which only TypeScript has in earnest.
func patched(base Session, patch SessionPatch) Session {
	delta := Delta{Seq: patch.BaseSeq + patch.SeqStep, StepsDropped: orZero(patch.StepsDropped, base.StepsDropped)}
	delta.AsOfMs = delta.Seq + orZero(patch.AsOfStep, 0)
	if patch.Set != nil {
		delta.Set = *patch.Set
	}
	delta.Set.ToolCalls = patch.ToolCalls
	if patch.Activity.IsNull() {
		delta.Set.Activity = nullable.NewNullNullable[Activity]()
	} else if patch.Activity.IsSpecified() {
		delta.Set.Activity = nullable.NewNullableWithValue(activityValues[patch.Activity[true]])
	}
	if patch.LastEventStep != nil {
		delta.Set.LastEventMs = pointer(delta.AsOfMs + *patch.LastEventStep)
	}
	if patch.Usage.IsNull() {
		delta.Set.Usage = nullable.NewNullNullable[Usage]()
	} else if patch.Usage.IsSpecified() {
		delta.Set.Usage = nullable.NewNullableWithValue(patchedUsage(base.Usage, patch.Usage[true]))
	}
	for _, change := range patch.Steps {
		place := slices.IndexFunc(base.Steps, func(step Step) bool { return step.ID == change.ID })
		delta.Steps = append(delta.Steps, patchedStep(base.Steps[place], change, delta.AsOfMs))
	}
	delta.RemovedSteps = patch.Removed
	for _, step := range patch.NewSteps {
		fresh := Step{ID: step.ID, ParentID: step.ParentID, Kind: stepKindValues[orZero(step.Kind, 0)], Name: step.Name, Label: step.Label,
			Detail: step.Detail, Status: stepStatusValues[orZero(step.Status, 0)], StartedMs: delta.AsOfMs + step.StartedStep}
		if step.EndedStep != nil {
			fresh.EndedMs = pointer(delta.AsOfMs + *step.EndedStep)
		}
		delta.Steps = append(delta.Steps, fresh)
	}
	return Apply(base, delta)
}

func orZero[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

func patchedUsage(base *Usage, patch UsagePatch) Usage {
	usage := orZero(base, Usage{})
	assign(&usage.Input, patch.Input)
	assign(&usage.Output, patch.Output)
	assign(&usage.CacheRead, patch.CacheRead)
	assign(&usage.CacheWrite, patch.CacheWrite)
	usage.Total = orZero(patch.Total, usage.Input+usage.Output+usage.CacheRead+usage.CacheWrite)
	assignOrClear(&usage.CostUsd, patch.CostUsd)
	assignOrClear(&usage.ContextUsed, patch.ContextUsed)
	assignOrClear(&usage.ContextWindow, patch.ContextWindow)
	return usage
}

func patchedStep(step Step, patch StepPatch, asOfMs int64) Step {
	if patch.Label != nil {
		old := []rune(step.Label)
		step.Label = *patch.Label + string(old[len(old)-orZero(patch.LabelKept, 0):])
	}
	if patch.Kind != nil {
		step.Kind = stepKindValues[*patch.Kind]
	}
	if patch.Status != nil {
		step.Status = stepStatusValues[*patch.Status]
	}
	assignOrClear(&step.ParentID, patch.ParentID)
	assignOrClear(&step.Name, patch.Name)
	assignOrClear(&step.Detail, patch.Detail)
	assignOrClear(&step.EndedMs, patch.EndedStep)
	if patch.EndedStep.IsSpecified() && !patch.EndedStep.IsNull() {
		step.EndedMs = pointer(asOfMs + *step.EndedMs)
	}
	if patch.StartedStep != nil {
		step.StartedMs = asOfMs + *patch.StartedStep
	}
	return step
}

// anyLife is two to five states of a session, one after the other: steps are appended, change, and leave the list.
func anyLife() *rapid.Generator[[]Session] {
	states, steps := anyState(), anyStep(texts, rapid.Int64Range(0, 1000))
	return rapid.Custom(func(r *rapid.T) []Session {
		life := []Session{states.Draw(r, "first")}
		for count := len(life[0].Steps); len(life) < 2 || len(life) < 5 && rapid.Bool().Draw(r, "goes on"); {
			before := life[len(life)-1]
			after := states.Draw(r, "next")
			after.Seq = before.Seq + 1 + rapid.Int64Range(0, 500).Draw(r, "seq step")
			after.Steps = nil
			for _, step := range before.Steps {
				switch rapid.IntRange(0, 5).Draw(r, "what becomes of a step") {
				case 0:
					continue
				case 1:
					id := step.ID
					step = steps.Draw(r, "changed")
					step.ID = id
				case 2:
					step.Label, step.Status = "Read"+strings.TrimPrefix(step.Label, "Reading"), StepStatusDone
				}
				after.Steps = append(after.Steps, step)
			}
			for range rapid.IntRange(0, 2).Draw(r, "new steps") {
				count++
				step := steps.Draw(r, "new")
				step.ID = fmt.Sprint("n", count)
				after.Steps = append(after.Steps, step)
			}
			if rapid.Bool().Draw(r, "little changes") {
				quiet := before
				quiet.Seq, quiet.Steps, quiet.AsOfMs = after.Seq, after.Steps, after.AsOfMs
				after = quiet
			}
			life = append(life, after)
		}
		return life
	})
}

var texts = rapid.SampledFrom([]string{"", "a", "Reading 'src/\"x\".ts'", "Reading \U0001F600\\\n<b>it's</b>\u2028"})

// anyState of the session s, with or without each optional field; few ids, so that two lists of steps share many of them.
func anyState() *rapid.Generator[Session] {
	ms := rapid.Int64Range(0, 1000)
	text := texts
	id := rapid.SampledFrom([]string{"p1", "p2"})
	return rapid.Custom(func(r *rapid.T) Session {
		session := Session{
			ID: "s", DaemonID: id.Draw(r, "daemon"), SessionKey: "k" + text.Draw(r, "key"), Agent: Agent{ID: "a", Name: text.Draw(r, "agent"), Runtime: "openclaw"},
			ChannelID: maybe(r, id), RootID: maybe(r, id), UserID: maybe(r, id), PostID: maybe(r, id), RequestedBy: maybe(r, id), RequestPostID: maybe(r, id),
			Post: rapid.SampledFrom([]PostState{PostStateNone, PostStateWanted}).Draw(r, "post"), Title: maybe(r, text),
			Status:   rapid.SampledFrom([]SessionStatus{SessionStatusActive, SessionStatusDone, SessionStatusError}).Draw(r, "status"),
			Activity: maybe(r, rapid.SampledFrom([]Activity{ActivityThinking, ActivityTool})),
			Stalled:  maybe(r, rapid.Bool()), Offline: maybe(r, rapid.Bool()),
			StartedMs: ms.Draw(r, "started"), LastEventMs: ms.Draw(r, "last"), EndedMs: maybe(r, ms), AsOfMs: ms.Draw(r, "as of"),
			StepsDropped: rapid.IntRange(0, 3).Draw(r, "dropped"), ToolCalls: rapid.IntRange(0, 3).Draw(r, "calls"), Seq: 1 + ms.Draw(r, "seq"),
			Error: maybe(r, rapid.Just(SessionError{Code: "lost", Message: "it's"})),
			Waiting: maybe(r, rapid.Custom(func(r *rapid.T) Waiting {
				return Waiting{For: WaitingForAnswer, StepID: maybe(r, id), SinceMs: ms.Draw(r, "since"), ExpiresMs: maybe(r, ms)}
			})),
			Usage: maybe(r, rapid.Custom(func(r *rapid.T) Usage {
				return Usage{Input: ms.Draw(r, "in"), Output: ms.Draw(r, "out"), CacheRead: ms.Draw(r, "read"), CacheWrite: 0, Total: ms.Draw(r, "total"),
					CostUsd: maybe(r, rapid.Float64Range(0, 1)), ContextUsed: maybe(r, ms), ContextWindow: maybe(r, ms)}
			})),
			Steps: rapid.SliceOfNDistinct(anyStep(text, ms), 0, 9, func(step Step) string { return step.ID }).Draw(r, "steps"),
		}
		if rapid.Bool().Draw(r, "has plan") {
			session.Plan = rapid.SliceOfN(rapid.Just(PlanItem{Text: "it's", Status: PlanStatusActive}), 0, 2).Draw(r, "plan")
		}
		return session
	})
}

func anyStep(text *rapid.Generator[string], ms *rapid.Generator[int64]) *rapid.Generator[Step] {
	ids := rapid.SampledFrom(strings.Split("abcdefghijkl", ""))
	return rapid.Custom(func(r *rapid.T) Step {
		return Step{
			ID: ids.Draw(r, "id"), ParentID: maybe(r, ids), Name: maybe(r, text), Label: text.Draw(r, "label"), Detail: maybe(r, text),
			Kind:      rapid.SampledFrom([]StepKind{StepKindTool, StepKindAgent, StepKindNotice}).Draw(r, "kind"),
			Status:    rapid.SampledFrom([]StepStatus{StepStatusRunning, StepStatusDone}).Draw(r, "status"),
			StartedMs: ms.Draw(r, "started"), EndedMs: maybe(r, ms),
		}
	})
}

func maybe[T any](r *rapid.T, values *rapid.Generator[T]) *T {
	if !rapid.Bool().Draw(r, "is there") {
		return nil
	}
	return pointer(values.Draw(r, "value"))
}
