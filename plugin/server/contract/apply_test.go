package contract

import (
	"encoding/json"
	"testing"
)

func TestApply(t *testing.T) {
	fixture := readFixture[struct {
		Base  object
		Cases []struct {
			Name          string
			Before, After object
			Delta         Delta
		}
	}](t, "deltas")
	for _, row := range fixture.Cases {
		t.Run(row.Name, func(t *testing.T) {
			before := overlaid(t, fixture.Base, row.Before)
			sameJSON(t, Apply(before, row.Delta), overlaid(t, fixture.Base, row.After))
			sameJSON(t, before, overlaid(t, fixture.Base, row.Before)) // untouched
		})
	}
}

func TestApplyAgreesWithRandomDeltasRecordedInTypeScript(t *testing.T) {
	fixture := readFixture[struct {
		Cases []struct {
			Before json.RawMessage
			After  json.RawMessage
			Delta  Delta
		}
	}](t, "random-deltas")
	if len(fixture.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, row := range fixture.Cases {
		before := decode[Session](t, row.Before)
		sameJSON(t, Apply(before, row.Delta), row.After)
		sameJSON(t, before, row.Before) // untouched
	}
}

func TestApplyCopiesWhatItTakesFromTheDelta(t *testing.T) {
	delta := decode[Delta](t, []byte(`{"set":{"plan":[{"text":"one","status":"active"}]},"steps":[{"id":"a","label":"one"}]}`))
	first := Apply(Session{}, delta)
	second := Apply(first, decode[Delta](t, []byte(`{"steps":[{"id":"a","label":"two"}]}`)))

	delta.Set.Plan[true][0].Text = "changed"
	if first.Plan[0].Text != "one" {
		t.Errorf("plan shares memory with the delta: %q", first.Plan[0].Text)
	}
	if first.Steps[0].Label != "one" || second.Steps[0].Label != "two" {
		t.Errorf("steps share memory: %q, %q", first.Steps[0].Label, second.Steps[0].Label)
	}
}
