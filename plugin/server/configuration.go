package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/boxes"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// configuration is what the admin has set; the names are those of plugin.json. It is replaced, never written to.
type configuration struct {
	// SharedSecret that writers must send. Empty refuses all of them: it is so until somebody generates one.
	SharedSecret string
	// WidgetDefault for people who have not chosen: all, mine or off.
	WidgetDefault string
	// ActiveEditFirstS and ActiveEditEveryS: seconds until the message of a box is edited while its turn goes on; 0 = not at all.
	ActiveEditFirstS int
	ActiveEditEveryS int
	// NotifyWaiting: whoever asked an agent is called when it waits for an approval or an answer.
	NotifyWaiting bool
}

// Longest and shortest time between two edits of a box. Each edit adds a row to the Posts table.
const (
	minActiveEditS = 10
	maxActiveEditS = 24 * 60 * 60
)

// defaults are those of plugin.json; a server may not know them before somebody saves the settings.
func defaults() configuration {
	return configuration{
		WidgetDefault:    string(contract.WidgetModeAll),
		ActiveEditFirstS: int(boxes.DefaultFirstEdit / time.Second),
		ActiveEditEveryS: int(boxes.DefaultActiveEdit / time.Second),
		NotifyWaiting:    true,
	}
}

// validated returns the configuration as it is used. If something is wrong the error names every problem, and what is returned
// has the default there.
func (c configuration) validated() (*configuration, error) {
	var problems []string
	usual := defaults()
	c.SharedSecret = strings.TrimSpace(c.SharedSecret)
	if !contract.WidgetMode(c.WidgetDefault).Valid() {
		problems = append(problems, fmt.Sprintf("WidgetDefault must be all, mine or off, but is %q", c.WidgetDefault))
		c.WidgetDefault = usual.WidgetDefault
	}
	for _, row := range []struct {
		name    string
		seconds *int
		usual   int
	}{{"ActiveEditFirstS", &c.ActiveEditFirstS, usual.ActiveEditFirstS}, {"ActiveEditEveryS", &c.ActiveEditEveryS, usual.ActiveEditEveryS}} {
		if *row.seconds != 0 && (*row.seconds < minActiveEditS || *row.seconds > maxActiveEditS) {
			problems = append(problems, fmt.Sprintf("%s must be 0, or %d to %d seconds, but is %d",
				row.name, minActiveEditS, maxActiveEditS, *row.seconds))
			*row.seconds = row.usual
		}
	}
	if len(problems) > 0 {
		return &c, fmt.Errorf("the settings of Live Status: %s", strings.Join(problems, "; "))
	}
	return &c, nil
}

// boxSettings for the keeper of boxes.
func (c *configuration) boxSettings() boxes.Settings {
	return boxes.Settings{
		FirstEdit:     time.Duration(c.ActiveEditFirstS) * time.Second,
		ActiveEdit:    time.Duration(c.ActiveEditEveryS) * time.Second,
		MaxLines:      boxes.DefaultMaxLines,
		NotifyWaiting: c.NotifyWaiting,
	}
}
