package contract

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// The files under contract/fixtures are read by TypeScript too (contract/test/fixtures.ts).

// object is a JSON object as it was written; an overlay names the fields that differ from a base, null = absent.
type object map[string]any

func readFixture[T any](t *testing.T, name string) T {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "contract", "fixtures", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var fixture T
	if err := json.Unmarshal(data, &fixture); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return fixture
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode[T any](t *testing.T, data []byte) T {
	t.Helper()
	var value T
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatalf("%T from %s: %v", value, data, err)
	}
	return value
}

// overlaid makes a session of its own each time: nothing is shared with base.
func overlaid(t *testing.T, base, overlay object) Session {
	t.Helper()
	merged := maps.Clone(base)
	maps.Copy(merged, overlay)
	maps.DeleteFunc(merged, func(_ string, value any) bool { return value == nil })
	return decode[Session](t, encode(t, merged))
}

// sameJSON compares as JSON, so that absent, null and zero are told apart.
func sameJSON(t *testing.T, got, want any) {
	t.Helper()
	gotJSON, wantJSON := encode(t, got), encode(t, want)
	if !reflect.DeepEqual(decode[any](t, gotJSON), decode[any](t, wantJSON)) {
		t.Errorf("\n got %s\nwant %s", gotJSON, wantJSON)
	}
}

// throughGo decodes into the named schema's type and encodes it again.
func throughGo(t *testing.T, schema string, data []byte) []byte {
	t.Helper()
	switch schema {
	case "Session":
		return encode(t, decode[Session](t, data))
	case "Delta":
		return encode(t, decode[Delta](t, data))
	case "BatchRequest":
		return encode(t, decode[BatchRequest](t, data))
	case "BatchAnswer":
		return encode(t, decode[BatchAnswer](t, data))
	case "SessionList":
		return encode(t, decode[SessionList](t, data))
	case "ChannelUpdate":
		return encode(t, decode[ChannelUpdate](t, data))
	case "ErrorBody":
		return encode(t, decode[ErrorBody](t, data))
	case "SessionInput":
		return encode(t, decode[SessionInput](t, data))
	case "PluginHealth":
		return encode(t, decode[PluginHealth](t, data))
	case "BoxProps":
		return encode(t, decode[BoxProps](t, data))
	case "PluginConfig":
		return encode(t, decode[PluginConfig](t, data))
	default:
		t.Fatalf("no Go type for schema %q", schema)
		return nil
	}
}

func TestSessionsRoundTripExactly(t *testing.T) {
	fixture := readFixture[struct {
		Cases []struct {
			Name    string
			Session json.RawMessage
		}
	}](t, "sessions")
	for _, row := range fixture.Cases {
		t.Run(row.Name, func(t *testing.T) {
			sameJSON(t, json.RawMessage(throughGo(t, "Session", row.Session)), row.Session)
		})
	}
}

func TestMessagesRoundTripExactly(t *testing.T) {
	fixture := readFixture[struct {
		Cases []struct {
			Name, Schema string
			Value        json.RawMessage
		}
	}](t, "messages")
	for _, row := range fixture.Cases {
		t.Run(row.Schema+": "+row.Name, func(t *testing.T) {
			sameJSON(t, json.RawMessage(throughGo(t, row.Schema, row.Value)), row.Value)
		})
	}
}

func TestUnknownFieldsAreIgnored(t *testing.T) {
	fixture := readFixture[struct {
		Cases []struct {
			Name, Schema    string
			Received, Known json.RawMessage
		}
	}](t, "unknown-fields")
	for _, row := range fixture.Cases {
		t.Run(row.Name, func(t *testing.T) {
			sameJSON(t, json.RawMessage(throughGo(t, row.Schema, row.Received)), row.Known)
		})
	}
}

func TestHostileTextsPassUnchanged(t *testing.T) {
	fixture := readFixture[struct{ Cases []struct{ Name, Text string } }](t, "strings")
	for _, row := range fixture.Cases {
		t.Run(row.Name, func(t *testing.T) {
			session := Session{
				Title: &row.Text,
				Error: &SessionError{Code: SessionCodeLost, Message: row.Text},
				Steps: []Step{{ID: "1", Label: row.Text, Detail: &row.Text}},
			}
			got := decode[Session](t, encode(t, session))
			if *got.Title != row.Text || got.Error.Message != row.Text || got.Steps[0].Label != row.Text || *got.Steps[0].Detail != row.Text {
				t.Errorf("got %+q, want %+q everywhere", *got.Title, row.Text)
			}
		})
	}
}

func TestNilListsAreWrittenAsEmptyLists(t *testing.T) {
	for name, row := range map[string]struct {
		value any
		want  string
	}{
		"batch answer":   {BatchAnswer{}, `{"results":[],"resync":[],"posts":[]}`},
		"list":           {SessionList{}, `{"sessions":[],"daemons":[]}`},
		"channel update": {ChannelUpdate{}, `[1,[]]`},
		"delta":          {Delta{}, `{"id":"","base_seq":0,"seq":0,"as_of_ms":0,"set":{},"steps":[],"removed_steps":[],"steps_dropped":0}`},
		"health":         {PluginHealth{}, `{"status":"","active_sessions":0,"version":"","reasons":[]}`},
	} {
		t.Run(name, func(t *testing.T) { sameJSON(t, row.value, json.RawMessage(row.want)) })
	}
	if got := decode[object](t, encode(t, Session{})); !reflect.DeepEqual(got["steps"], []any{}) {
		t.Errorf("session: steps is %v, want []", got["steps"])
	}
}
