package boxes

import (
	"strings"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

const (
	// mostLines bounds a message whatever the settings say: so many lines are below the limit of a post for certain.
	mostLines = 50
	// endedLines stand at most under the first line of an ended box.
	endedLines = 8
	// withdrawnMessage is what a box says whose turn needed no reply (T7).
	withdrawnMessage = "**No reply needed**"
)

// Message is what a box says as markdown, for mobile apps and wherever the plugin's webapp does not draw it. It depends on
// nothing but its arguments; docs/posts.md has the rules, contract/fixtures/post-messages.json the cases that the daemon's
// REST sink must pass too. maxLines below 1 counts as DefaultMaxLines.
func Message(session contract.Session, maxLines int) string {
	if maxLines < 1 {
		maxLines = DefaultMaxLines
	}
	maxLines = min(maxLines, mostLines)
	lines := activeLines
	if session.Status != contract.SessionStatusActive {
		lines = endedMessageLines
	}
	return strings.Join(lines(session, maxLines), "\n")
}

// activeLines: state and figures, the current step, then the log with its end.
func activeLines(session contract.Session, maxLines int) []string {
	lines := []string{activeHead(session)}
	current := currentStep(session)
	if text := currentLine(session, current); text != "" {
		lines = append(lines, text)
	}
	log := logLines(session, current)
	if len(lines) > maxLines {
		return lines[:maxLines]
	}
	return append(lines, lastLines(log, maxLines-len(lines), session.StepsDropped)...)
}

func activeHead(session contract.Session) string {
	parts := append([]string{"**" + activeWord(session) + "**"}, agentName(session.Agent)...)
	parts = append(parts, "as of "+duration(session.AsOfMs-session.StartedMs))
	if session.ToolCalls > 0 {
		parts = append(parts, counted(session.ToolCalls, "tool"))
	}
	return headLine(append(parts, usageFigures(session.Usage)...)...)
}

// agentName is said where several agents may share a bot, whose name stands above the post: of all but the agent that a runtime
// has by default, and of clients that name none.
func agentName(agent contract.Agent) []string {
	if agent.ID == "main" || agent.ID == "agent" {
		return nil
	}
	name := agent.Name
	if span(name) == "" {
		name = agent.ID
	}
	if said := span(name); said != "" {
		return []string{said}
	}
	return nil
}

// lastLines gives the end of the log; what does not fit is counted in its first line.
func lastLines(log []string, room, dropped int) []string {
	left := len(log) - room
	if dropped <= 0 && left <= 0 {
		return log
	}
	if room < 1 {
		return nil
	}
	left = max(0, left+1)
	return append([]string{"… " + counted(max(0, dropped)+left, "earlier step")}, log[left:]...)
}

// endedMessageLines: one line, then the reason and at most so many steps, failures first.
func endedMessageLines(session contract.Session, maxLines int) []string {
	lines := []string{endedHead(session)}
	room := min(maxLines-1, endedLines)
	if reason := endedReason(session); reason != "" && room > 0 {
		lines = append(lines, reason)
		room--
	}
	return append(lines, outcomeLines(session, room)...)
}

func endedHead(session contract.Session) string {
	word, joint := endedWord(session)
	first := "**" + word + "**"
	if session.EndedMs != nil {
		first += " " + joint + " " + duration(*session.EndedMs-session.StartedMs)
	}
	parts := append([]string{first}, agentName(session.Agent)...)
	if count := len(session.Steps) + max(0, session.StepsDropped); count > 0 {
		parts = append(parts, counted(count, "step"))
	}
	return headLine(append(parts, usageFigures(session.Usage)...)...)
}

// endedReason says why it failed or was interrupted; a stop that somebody asked for needs no reason.
func endedReason(session contract.Session) string {
	if session.Error == nil || session.Status == contract.SessionStatusDone || isStopped(session) {
		return ""
	}
	return span(session.Error.Message)
}

// boxMessage is the message of a box: of a turn, or of one that needed no reply.
func boxMessage(session contract.Session, withdrawn bool, maxLines int) string {
	if withdrawn {
		return withdrawnMessage
	}
	return Message(session, maxLines)
}
