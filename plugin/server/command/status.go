package command

import (
	"fmt"
	"strings"

	"github.com/openclaw/mattermost-plugin-livestatus/server/boxes"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/view"
)

const (
	// mostListed agents stand in one answer.
	mostListed = 20
	// linesEach agent has.
	linesEach = 2
)

// status lists what goes on where the caller may read. Texts of agents stand in code spans: they are scanned for nothing.
func (c *Command) status(userID, siteURL string) string {
	sessions := c.deps.View.List(userID, view.Active()).Sessions
	if len(sessions) == 0 {
		return "No agent is at work in channels that you can read."
	}
	lines := []string{"#### " + counted(len(sessions))}
	for i, session := range sessions {
		if i == mostListed {
			lines = append(lines, fmt.Sprintf("- ... and %d more", len(sessions)-mostListed))
			break
		}
		lines = append(lines, line(session, siteURL))
	}
	return strings.Join(lines, "\n")
}

func counted(agents int) string {
	if agents == 1 {
		return "1 agent at work"
	}
	return fmt.Sprintf("%d agents at work", agents)
}

func line(session contract.Session, siteURL string) string {
	text := boxes.Span(session.Agent.Name) + " " + strings.ReplaceAll(boxes.Message(session, linesEach), "\n", " · ")
	if session.PostID != nil && siteURL != "" {
		text += fmt.Sprintf(" ([show](%s/_redirect/pl/%s))", siteURL, *session.PostID)
	}
	return "- " + text
}
