package boxes

import (
	"strings"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// noticeMessage calls the asker: who waits, for what, and what to type where there are no buttons (docs/posts.md). The only
// mention in it is that of the asker; all that came from an agent stands in code.
func noticeMessage(session contract.Session, asker, bot string) string {
	lines := []string{"@" + asker + ": " + waitSentence(session)}
	return strings.Join(append(lines, howToAnswer(*session.Waiting, bot)), "\n")
}

func waitSentence(session contract.Session) string {
	what := "waits for an approval"
	if session.Waiting.For == contract.WaitingForAnswer {
		what = "waits for an answer"
	}
	sentence := span(session.Agent.Name) + " " + what
	if step := currentStep(session); step != nil {
		sentence += ": " + span(stepText(*step))
	}
	return sentence
}

func howToAnswer(waiting contract.Waiting, bot string) string {
	if waiting.For == contract.WaitingForAnswer {
		return "Use the field in the status box, or reply here with " + span("@"+bot+" your answer") + "."
	}
	if waiting.ApprovalID == nil {
		return "Decide in the status box's thread."
	}
	command := "@" + bot + " /approve " + *waiting.ApprovalID
	return "Use the buttons in the status box, or reply here with " + span(command+" allow-once") + " or " + span(command+" deny") + "."
}

// noticeOverMessage takes the call out of a notice: nobody is mentioned, and nothing is asked for any more.
func noticeOverMessage(message string) string {
	first, _, _ := strings.Cut(message, "\n")
	if _, rest, called := strings.Cut(first, ": "); called && strings.HasPrefix(first, "@") {
		first = rest
	}
	first = strings.Replace(first, "` waits for ", "` waited for ", 1)
	return first + "\nThat is over."
}
