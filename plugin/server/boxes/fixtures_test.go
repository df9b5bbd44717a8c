package boxes

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// postCase is a row of contract/fixtures/post-messages.json, which TypeScript reads too.
type postCase struct {
	Name      string
	Session   map[string]any
	MaxLines  int `json:"max_lines"`
	Withdrawn bool
	Message   string
	Props     json.RawMessage
}

func readPostCases(t *testing.T) (base map[string]any, cases []postCase) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "contract", "fixtures", "post-messages.json"))
	if err != nil {
		t.Fatal(err)
	}
	var fixture struct {
		Base  map[string]any
		Cases []postCase
	}
	if err := json.Unmarshal(data, &fixture); err != nil {
		t.Fatal(err)
	}
	if len(fixture.Cases) == 0 {
		t.Fatal("no cases")
	}
	return fixture.Base, fixture.Cases
}

// sessionOf makes a session of its own each time; null = absent.
func (c postCase) sessionOf(t *testing.T, base map[string]any) contract.Session {
	t.Helper()
	merged := maps.Clone(base)
	maps.Copy(merged, c.Session)
	maps.DeleteFunc(merged, func(_ string, value any) bool { return value == nil })
	data, err := json.Marshal(merged)
	if err != nil {
		t.Fatal(err)
	}
	var session contract.Session
	if err := json.Unmarshal(data, &session); err != nil {
		t.Fatal(err)
	}
	return session
}

// baseSession is a session at work, without steps.
func baseSession(t *testing.T) contract.Session {
	t.Helper()
	base, _ := readPostCases(t)
	return postCase{}.sessionOf(t, base)
}
