package boxes

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

const (
	// maxReason is the longest detail that stands in a step's own line, in code points.
	maxReason = 80
	// indent of a sub-agent's sub-agent, once a level; ordinary blanks would be a code block from four on.
	indent = "\u2003"
	// maxDepth of the indent.
	maxDepth = 4
)

// node is a step with what its sub-agent did.
type node struct {
	step     contract.Step
	children []*node
}

// tree stands behind the flat list: order is kept. A parent that is missing or stands later is no parent: nothing is lost.
func tree(steps []contract.Step) []*node {
	var roots []*node
	known := make(map[string]*node, len(steps))
	for _, step := range steps {
		here := &node{step: step}
		var parent *node
		if step.ParentID != nil {
			parent = known[*step.ParentID]
		}
		if parent == nil {
			roots = append(roots, here)
		} else {
			parent.children = append(parent.children, here)
		}
		known[step.ID] = here
	}
	return roots
}

// tools that a sub-agent and its own sub-agents called, as far as they are listed.
func (n *node) tools() int {
	count := 0
	for _, child := range n.children {
		count += child.tools()
		if child.step.Kind == contract.StepKindTool {
			count++
		}
	}
	return count
}

// currentStep is what the agent does right now: the step that it waits for, else its last running one. Sub-agents are work
// of others. Nil if no step says it, or if nobody sees the agent.
func currentStep(session contract.Session) *contract.Step {
	if isSet(session.Offline) || activity(session) == contract.ActivityUnobserved {
		return nil
	}
	if session.Waiting != nil && session.Waiting.StepID != nil {
		for i := range session.Steps {
			if session.Steps[i].ID == *session.Waiting.StepID {
				return &session.Steps[i]
			}
		}
	}
	for i := len(session.Steps) - 1; i >= 0; i-- {
		step := &session.Steps[i]
		if step.Status == contract.StepStatusRunning && step.ParentID == nil && step.Kind != contract.StepKindAgent {
			return step
		}
	}
	return nil
}

// currentLine is the line under the first one; empty if the first one says it all.
func currentLine(session contract.Session, current *contract.Step) string {
	if current != nil {
		return span(stepText(*current)) + guessed(session)
	}
	if isSet(session.Offline) || isSet(session.Stalled) {
		return ""
	}
	switch activity(session) {
	case contract.ActivityThinking:
		return "Thinking"
	case contract.ActivityWriting:
		return "Writing the answer"
	default:
		return ""
	}
}

// logLines: every step at the top level but the current one, in order, a sub-agent as one line with its own sub-agents
// below.
func logLines(session contract.Session, current *contract.Step) []string {
	var lines []string
	for _, root := range tree(session.Steps) {
		if current == nil || root.step.ID != current.ID {
			lines = append(lines, nodeLine(session, root))
		}
		lines = append(lines, agentsBelow(session, root, 1)...)
	}
	return lines
}

func agentsBelow(session contract.Session, above *node, depth int) []string {
	var lines []string
	for _, child := range above.children {
		below := depth
		if child.step.Kind == contract.StepKindAgent {
			lines = append(lines, strings.Repeat(indent, min(depth, maxDepth))+nodeLine(session, child))
			below++
		}
		lines = append(lines, agentsBelow(session, child, below)...)
	}
	return lines
}

// outcomeLines of an ended turn: the last failures at any depth, then the last other lines, each in order.
func outcomeLines(session contract.Session, room int) []string {
	var failed, others []string
	var sort func(nodes []*node, top bool)
	sort = func(nodes []*node, top bool) {
		for _, one := range nodes {
			switch {
			case one.step.Status == contract.StepStatusError:
				failed = append(failed, nodeLine(session, one))
			case top || one.step.Kind == contract.StepKindAgent:
				others = append(others, nodeLine(session, one))
			}
			sort(one.children, false)
		}
	}
	sort(tree(session.Steps), true)
	failed = failed[max(0, len(failed)-max(0, room)):]
	others = others[max(0, len(others)-max(0, room-len(failed))):]
	return slices.Concat(failed, others)
}

// nodeLine is a step as one line; a sub-agent tells how many tools it used and for how long.
func nodeLine(session contract.Session, one *node) string {
	line := mark(one.step) + " " + span(stepText(one.step))
	if one.step.Kind != contract.StepKindAgent {
		return line
	}
	var figures []string
	if count := one.tools(); count > 0 {
		figures = append(figures, counted(count, "tool"))
	}
	return line + ": " + strings.Join(append(figures, agentTime(session, one.step)), ", ")
}

// agentTime is how long a sub-agent has worked, as of the time to which the session is true.
func agentTime(session contract.Session, step contract.Step) string {
	until := session.AsOfMs
	switch {
	case step.EndedMs != nil:
		until = *step.EndedMs
	case session.EndedMs != nil:
		until = *session.EndedMs
	}
	return duration(until - step.StartedMs)
}

func mark(step contract.Step) string {
	running := step.Status == contract.StepStatusRunning || step.Status == contract.StepStatusBackground
	switch {
	case step.Kind == contract.StepKindText:
		return "“"
	case step.Status == contract.StepStatusError:
		return "✕"
	case step.Status == contract.StepStatusCancelled:
		return "–"
	case running && step.Kind == contract.StepKindAgent:
		return "▸"
	case running:
		return "◦"
	case step.Kind == contract.StepKindNotice, step.Kind == contract.StepKindThinking:
		return "•"
	default:
		return "✓"
	}
}

// stepText is the label, with the reason of a failure or a notice where it is short enough: "Ran npm test (exit code 2)".
func stepText(step contract.Step) string {
	text := oneLine(step.Label)
	if text == "" && step.Name != nil {
		text = oneLine(*step.Name)
	}
	if text == "" {
		text = string(step.Kind)
	}
	if reason := shortReason(step); reason != "" {
		return cut(text, maxSpan-maxReason-3) + " (" + reason + ")"
	}
	return text
}

func shortReason(step contract.Step) string {
	explained := step.Status == contract.StepStatusError || step.Kind == contract.StepKindNotice
	if !explained || step.Detail == nil || strings.ContainsAny(*step.Detail, "\n\r") {
		return ""
	}
	if len(*step.Detail) > maxReason && utf8.RuneCountInString(*step.Detail) > maxReason {
		return ""
	}
	return oneLine(*step.Detail)
}
