package validate

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

func fixture[T any](t *testing.T, name string) T {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "contract", "fixtures", name+".json"))
	require.NoError(t, err)
	var value T
	require.NoError(t, json.Unmarshal(data, &value))
	return value
}

func TestWhatTheFixturesShowIsValid(t *testing.T) {
	sessions := fixture[struct {
		Cases []struct {
			Name    string
			Session contract.Session
		}
	}](t, "sessions")
	for _, row := range sessions.Cases {
		if row.Session.Seq == 0 {
			continue // shows how zero is written; no daemon has such a session
		}
		require.Nil(t, Session(row.Session), row.Name)
	}
	messages := fixture[struct {
		Cases []struct {
			Name, Schema string
			Value        json.RawMessage
		}
	}](t, "messages")
	seen := 0
	for _, row := range messages.Cases {
		if row.Schema != "BatchRequest" {
			continue
		}
		seen++
		var batch contract.BatchRequest
		require.NoError(t, json.Unmarshal(row.Value, &batch))
		require.Nil(t, Batch(batch.DaemonID, batch.AsOfMs, len(batch.Changes), batch.Held), row.Name)
		for _, change := range batch.Changes {
			require.Nil(t, Change(change), row.Name)
		}
	}
	require.Positive(t, seen)
}

// whole is a session in which every field is set.
const whole = `{"id":"t1","daemon_id":"d","session_key":"k","agent":{"id":"a","name":"A","runtime":"r"},"channel_id":"c","root_id":"r","user_id":"u",
"post":"wanted","post_id":"p","requested_by":"u","request_post_id":"q","status":"error","activity":"tool","title":"t","error":{"code":"x","message":"m"},
"started_ms":1,"last_event_ms":1,"ended_ms":2,"as_of_ms":2,"plan":[{"text":"p","status":"done"}],"waiting":{"for":"agents","step_id":"s","approval_id":"i","since_ms":1},
"steps":[{"id":"s","parent_id":"z","kind":"tool","name":"n","label":"l","detail":"d","status":"done","started_ms":1}],"steps_dropped":0,"tool_calls":0,"seq":5}`

// wrong gives one field another value; the path is what the message must name.
var wrong = []struct{ path, from, to, code string }{
	{"id", `"id":"t1"`, `"id":"a b"`, "invalid_field"},
	{"id", `"id":"t1"`, `"id":"` + strings.Repeat("x", 65) + `"`, "invalid_field"},
	{"id", `"id":"t1"`, `"id":""`, "missing_field"},
	{"daemon_id", `"daemon_id":"d"`, `"daemon_id":"d/e"`, "invalid_field"},
	{"session_key", `"session_key":"k"`, `"session_key":""`, "missing_field"},
	{"session_key", `"session_key":"k"`, `"session_key":"` + strings.Repeat("k", 513) + `"`, "too_long"},
	{"agent.id", `"agent":{"id":"a"`, `"agent":{"id":""`, "missing_field"},
	{"agent.id", `"agent":{"id":"a"`, `"agent":{"id":"` + strings.Repeat("k", 129) + `"`, "too_long"},
	{"agent.name", `"name":"A"`, `"name":"` + strings.Repeat("k", 121) + `"`, "too_long"},
	{"agent.runtime", `"runtime":"r"`, `"runtime":"` + strings.Repeat("k", 33) + `"`, "too_long"},
	{"post", `"post":"wanted"`, `"post":"some"`, "invalid_field"},
	{"channel_id", `"channel_id":"c"`, `"channel_id":""`, "invalid_field"},
	{"root_id", `"root_id":"r"`, `"root_id":"` + strings.Repeat("k", 65) + `"`, "too_long"},
	{"requested_by", `"requested_by":"u"`, `"requested_by":""`, "invalid_field"},
	{"status", `"status":"error"`, `"status":""`, "missing_field"},
	{"status", `"status":"error"`, `"status":"odd"`, "invalid_field"},
	{"activity", `"activity":"tool"`, `"activity":"odd"`, "invalid_field"},
	{"title", `"title":"t"`, `"title":"` + strings.Repeat("🦞", 201) + `"`, "too_long"},
	{"error.code", `"code":"x"`, `"code":""`, "missing_field"},
	{"error.message", `"message":"m"`, `"message":"` + strings.Repeat("k", 501) + `"`, "too_long"},
	{"started_ms", `"started_ms":1,"last`, `"started_ms":-1,"last`, "invalid_field"},
	{"last_event_ms", `"last_event_ms":1`, `"last_event_ms":-1`, "invalid_field"},
	{"as_of_ms", `"as_of_ms":2`, `"as_of_ms":-1`, "invalid_field"},
	{"ended_ms", `"ended_ms":2,`, ``, "missing_field"},
	{"ended_ms", `"status":"error"`, `"status":"active"`, "invalid_field"},
	{"seq", `"seq":5`, `"seq":0`, "missing_field"},
	{"seq", `"seq":5`, `"seq":-5`, "invalid_field"},
	{"plan", `{"text":"p","status":"done"}`, strings.Repeat(`{"text":"p","status":"done"},`, 50) + `{"text":"p","status":"done"}`, "too_many_items"},
	{"plan[].text", `"text":"p"`, `"text":"` + strings.Repeat("k", 201) + `"`, "too_long"},
	{"plan[].status", `"text":"p","status":"done"`, `"text":"p","status":"odd"`, "invalid_field"},
	{"waiting.for", `"for":"agents"`, `"for":"rain"`, "invalid_field"},
	{"waiting.step_id", `"step_id":"s"`, `"step_id":""`, "invalid_field"},
	{"waiting.approval_id", `"approval_id":"i"`, `"approval_id":"` + strings.Repeat("k", 129) + `"`, "too_long"},
	{"steps[].id", `"steps":[{"id":"s"`, `"steps":[{"id":""`, "missing_field"},
	{"steps[].parent_id", `"parent_id":"z"`, `"parent_id":""`, "invalid_field"},
	{"steps[].kind", `"kind":"tool"`, `"kind":"odd"`, "invalid_field"},
	{"steps[].name", `"name":"n"`, `"name":"` + strings.Repeat("k", 121) + `"`, "too_long"},
	{"steps[].label", `"label":"l"`, `"label":"` + strings.Repeat("k", 121) + `"`, "too_long"},
	{"steps[].detail", `"detail":"d"`, `"detail":"` + strings.Repeat("k", 1001) + `"`, "too_long"},
	{"steps[].status", `"detail":"d","status":"done"`, `"detail":"d","status":"odd"`, "invalid_field"},
	{"steps_dropped", `"steps_dropped":0`, `"steps_dropped":-1`, "invalid_field"},
	{"tool_calls", `"tool_calls":0`, `"tool_calls":-1`, "invalid_field"},
}

func TestEachFieldOfASessionIsChecked(t *testing.T) {
	var good contract.Session
	require.NoError(t, json.Unmarshal([]byte(whole), &good))
	require.Nil(t, Session(good))
	for _, row := range wrong {
		t.Run(row.path+" "+row.code, func(t *testing.T) {
			text := strings.Replace(whole, row.from, row.to, 1)
			require.NotEqual(t, whole, text)
			var session contract.Session
			require.NoError(t, json.Unmarshal([]byte(text), &session))
			refusal := Session(session)
			require.NotNil(t, refusal)
			require.Equal(t, row.code, refusal.Code, refusal.Message)
			require.True(t, strings.HasPrefix(refusal.Message, row.path+" "), refusal.Message)
			require.Less(t, len(refusal.Message), 300)
		})
	}
}

// The fields of a delta's set are those of a session.
func TestEachFieldOfADeltaIsChecked(t *testing.T) {
	const good = `{"id":"t1","base_seq":4,"seq":5,"as_of_ms":2,"set":%,"steps":[],"removed_steps":[],"steps_dropped":0}`
	read := func(text string) contract.Delta {
		var delta contract.Delta
		require.NoError(t, json.Unmarshal([]byte(text), &delta), text)
		return delta
	}
	require.Nil(t, Delta(read(strings.Replace(good, "%", whole, 1))))
	require.Nil(t, Delta(read(strings.Replace(good, "%", `{"title":null,"channel_id":null,"plan":null,"error":null}`, 1))))
	notInSet := map[string]bool{"id": true, "seq": true, "as_of_ms": true, "started_ms": true, "last_event_ms": true, "ended_ms": true, "steps_dropped": true}
	checked := 0
	for _, row := range wrong {
		if notInSet[row.path] || strings.HasPrefix(row.path, "steps[") {
			continue
		}
		refusal := Delta(read(strings.Replace(good, "%", strings.Replace(whole, row.from, row.to, 1), 1)))
		require.NotNil(t, refusal, row.path)
		require.Contains(t, refusal.Message, row.path)
		checked++
	}
	require.Greater(t, checked, 20)
	for from, to := range map[string]string{
		`"id":"t1"`: `"id":"a b"`, `"base_seq":4`: `"base_seq":-1`, `"seq":5`: `"seq":4`, `"as_of_ms":2`: `"as_of_ms":-1`, `"steps_dropped":0`: `"steps_dropped":-2`,
		`"removed_steps":[]`: `"removed_steps":[` + strings.TrimSuffix(strings.Repeat(`"x",`, 51), ",") + `]`,
		`"steps":[]`:         `"steps":[{"id":"1","kind":"tool","label":"l","status":"done"},{"id":"1","kind":"tool","label":"l","status":"done"}]`,
	} {
		require.NotNil(t, Delta(read(strings.Replace(strings.Replace(good, "%", "{}", 1), from, to, 1))), to)
	}
}

func TestLimitsCountCodePoints(t *testing.T) {
	var session contract.Session
	require.NoError(t, json.Unmarshal([]byte(strings.Replace(whole, `"title":"t"`, `"title":"`+strings.Repeat("🦞", 200)+`"`, 1)), &session))
	require.Nil(t, Session(session))
}
