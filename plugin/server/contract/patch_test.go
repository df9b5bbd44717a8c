package contract

import (
	"encoding/json"
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
				sameJSON(t, PatchBetween(before, after), row.Patch)
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
			sameJSON(t, patched(before, PatchBetween(before, after)), after)
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

func TestAPatchLeadsFromAnyStateToAnyOther(t *testing.T) {
	states := anyState()
	rapid.Check(t, func(r *rapid.T) {
		before, after := twoOf(states.Draw(r, "before"), states.Draw(r, "after"), rapid.Uint8().Draw(r, "kept"))
		got := patched(before, throughJSON[SessionPatch](r, PatchBetween(before, after)))
		want := after
		want.PostID, want.Offline = before.PostID, before.Offline
		if asJSON(r, got) != asJSON(r, want) {
			r.Fatalf("\n got %s\nwant %s", asJSON(r, got), asJSON(r, want))
		}
	})
}

// TestRandomPatches keeps contract/fixtures/random-patches.json, which TypeScript reads, what this encoder writes.
// UPDATE_FIXTURES=1 writes it anew.
func TestRandomPatches(t *testing.T) {
	states := anyState()
	cases := make([]string, 0, 60)
	for seed := range cap(cases) {
		before, after := twoOf(states.Example(2*seed), states.Example(2*seed+1), uint8(37*seed))
		payload, err := Update{Patches: []SessionPatch{PatchBetween(before, after)}}.Payload()
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, string(encode(t, struct {
			Before  Session `json:"before"`
			After   Session `json:"after"`
			Payload string  `json:"payload"`
		}{before, after, payload})))
	}
	text := `{
  "about": "Recorded by plugin/server/contract/patch_test.go: the payload says how before became after.",
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
		delta.Steps = append(delta.Steps, patchedStep(base.Steps[change.Index], change, delta.AsOfMs))
	}
	for _, place := range patch.Removed {
		delta.RemovedSteps = append(delta.RemovedSteps, base.Steps[place].ID)
	}
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

// twoOf makes two states of one session of what may be any two; kept says which fields the second has from the first.
func twoOf(before, after Session, kept uint8) (Session, Session) {
	after.Seq += before.Seq
	if kept&1 != 0 {
		after.Steps = slices.Clone(before.Steps)
		if len(after.Steps) > 0 {
			last := &after.Steps[len(after.Steps)-1]
			last.Label, last.Status = "Read"+strings.TrimPrefix(last.Label, "Reading"), StepStatusDone
		}
	}
	if kept&2 != 0 {
		after.Usage, after.Activity = before.Usage, before.Activity
	}
	if kept&4 != 0 {
		after.Plan, after.Waiting, after.Error = before.Plan, before.Waiting, before.Error
	}
	return before, after
}

// anyState of the session s, with or without each optional field; few ids, so that two lists of steps share many of them.
func anyState() *rapid.Generator[Session] {
	ms := rapid.Int64Range(0, 1000)
	text := rapid.SampledFrom([]string{"", "a", "Reading 'src/\"x\".ts'", "Reading \U0001F600\\\n<b>it's</b>\u2028"})
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
