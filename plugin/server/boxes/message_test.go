package boxes

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/mattermost/mattermost/server/public/shared/markdown"
	"pgregory.net/rapid"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

func TestMessagesAreThoseOfTheFixtures(t *testing.T) {
	base, cases := readPostCases(t)
	for _, row := range cases {
		t.Run(row.Name, func(t *testing.T) {
			got := boxMessage(row.sessionOf(t, base), row.Withdrawn, row.MaxLines)
			if got != row.Message {
				t.Errorf("\n got %q\nwant %q", got, row.Message)
			}
		})
	}
}

func TestPropsAreThoseOfTheFixtures(t *testing.T) {
	base, cases := readPostCases(t)
	seen := 0
	for _, row := range cases {
		if row.Props == nil {
			continue
		}
		seen++
		t.Run(row.Name, func(t *testing.T) {
			text, err := encodeProps(propsOf(row.sessionOf(t, base), row.Withdrawn))
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			if json.Unmarshal([]byte(text), &got) != nil || json.Unmarshal(row.Props, &want) != nil {
				t.Fatal("not JSON")
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("\n got %s\nwant %s", text, row.Props)
			}
		})
	}
	if seen < 4 {
		t.Errorf("only %d cases have props", seen)
	}
}

// hostile pieces of which texts are made.
var hostile = []string{
	"`", "```", "\n", "\r\n", "\u2028", "@here", "@channel", "@all", "@ann", "https://evil.example/x.png", "www.evil.example",
	"![x](http://evil.example)", "[x](javascript:alert(1))", "<script>", "|", "---", "|---|", "#tag", "~town-square", "\\", "\\`",
	"\x00", "\u202e", "\u200b", "\ufeff", "\xff", "\xed\xa0\x80", "**", "_", "    ", "\t", "> ", "- ", "1. ", "$$", ":smile:", "𝄞", "a", " ",
}

func hostileText(t *rapid.T, name string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(hostile), 0, 12).Draw(t, name), "")
}

func anySession(t *rapid.T) contract.Session {
	statuses := []contract.SessionStatus{"active", "done", "error", "interrupted"}
	session := contract.Session{
		ID: "s", SessionKey: "k", Agent: contract.Agent{ID: "a", Name: hostileText(t, "agent")},
		Status:    rapid.SampledFrom(statuses).Draw(t, "status"),
		StartedMs: rapid.Int64().Draw(t, "started"), AsOfMs: rapid.Int64().Draw(t, "as of"),
		StepsDropped: rapid.Int().Draw(t, "dropped"), ToolCalls: rapid.Int().Draw(t, "tools"),
	}
	activity := contract.Activity(rapid.SampledFrom([]string{"", "thinking", "tool", "writing", "waiting", "unobserved"}).Draw(t, "activity"))
	session.Activity = &activity
	if rapid.Bool().Draw(t, "has error") {
		session.Error = &contract.SessionError{Code: hostileText(t, "code"), Message: hostileText(t, "reason")}
	}
	if rapid.Bool().Draw(t, "has usage") {
		usd := rapid.Float64Range(-1, math.MaxFloat64).Draw(t, "usd")
		session.Usage = &contract.Usage{Total: rapid.Int64().Draw(t, "tokens"), CostUsd: &usd}
	}
	for range rapid.IntRange(0, 12).Draw(t, "steps") {
		session.Steps = append(session.Steps, anyStep(t))
	}
	return session
}

func anyStep(t *rapid.T) contract.Step {
	ids := rapid.SampledFrom([]string{"1", "2", "3", "4", "5"})
	step := contract.Step{
		ID: ids.Draw(t, "id"), Label: hostileText(t, "label"),
		Kind:      rapid.SampledFrom([]contract.StepKind{"tool", "text", "thinking", "agent", "notice"}).Draw(t, "kind"),
		Status:    rapid.SampledFrom([]contract.StepStatus{"running", "background", "done", "error", "cancelled"}).Draw(t, "step status"),
		StartedMs: rapid.Int64().Draw(t, "step started"),
	}
	detail := hostileText(t, "detail")
	step.Detail = &detail
	if rapid.Bool().Draw(t, "has parent") {
		parent := ids.Draw(t, "parent")
		step.ParentID = &parent
	}
	return step
}

// What Mattermost itself reads out of a message: text that it searches for mentions, and links that it fetches.
func TestNothingOfAnAgentGetsOutOfItsCodeSpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		message := Message(anySession(t), rapid.IntRange(0, 60).Draw(t, "lines"))
		markdown.Inspect(message, func(node any) bool {
			switch node := node.(type) {
			case *markdown.Text:
				own := strings.TrimPrefix(strings.ReplaceAll(node.Text, "<$0.01", ""), ": ")
				if strings.ContainsAny(own, "@~#|:/<>") {
					t.Fatalf("text %q in %q", node.Text, message)
				}
			case *markdown.Autolink, *markdown.InlineLink, *markdown.InlineImage, *markdown.ReferenceLink, *markdown.ReferenceImage:
				t.Fatalf("%T in %q", node, message)
			case *markdown.FencedCode, *markdown.IndentedCode, *markdown.BlockQuote, *markdown.List:
				t.Fatalf("%T in %q", node, message)
			}
			return true
		})
	})
}

func TestAMessageIsBoundedAndValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		session, lines := anySession(t), rapid.IntRange(1, 60).Draw(t, "lines")
		message := Message(session, lines)
		if got := strings.Count(message, "\n") + 1; got > lines {
			t.Fatalf("%d lines, at most %d were asked for", got, lines)
		}
		if !utf8.ValidString(message) {
			t.Fatalf("not UTF-8: %q", message)
		}
		for _, line := range strings.Split(message, "\n") {
			if ticks := strings.Count(line, "`"); ticks != 0 && ticks != 2 {
				t.Fatalf("%d backticks in %q", ticks, line)
			}
		}
	})
}

func TestTheLongestMessageFitsIntoAPost(t *testing.T) {
	session := baseSession(t)
	detail := strings.Repeat("𝄞", 80)
	var parent *string
	huge := strings.Repeat("𝄞", 100_000)
	for range 5_000 {
		id := model.NewId()
		session.Steps = append(session.Steps, contract.Step{
			ID: id, ParentID: parent, Kind: contract.StepKindAgent, Label: huge,
			Status: contract.StepStatusError, Detail: &detail,
		})
		parent = &id
	}
	session.StepsDropped = math.MaxInt32
	for _, status := range []contract.SessionStatus{"active", "error"} {
		session.Status = status
		message := Message(session, 1_000_000)
		if count := utf8.RuneCountInString(message); count > contract.LimitPostMessageMaxCodePoints {
			t.Errorf("%s: %d code points", status, count)
		}
		if err := (&model.Post{Message: message}).IsValid(contract.LimitPostMessageMaxCodePoints); err != nil && strings.Contains(err.Id, "msg") {
			t.Errorf("%s: %v", status, err)
		}
	}
}
