// Package command is /livestatus: what goes on, and which agents open the floating widget.
package command

import (
	"fmt"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/view"
)

const (
	// Trigger of the command.
	Trigger = "livestatus"
	// The preference that the webapp's user settings write too (registerUserSettings).
	preferenceCategory = "pp_com.openclaw.livestatus"
	preferenceName     = "widget"
)

const help = "#### Live Status\n" +
	"- `/livestatus status`: the agents at work in channels that you can read\n" +
	"- `/livestatus widget all`: the floating widget opens for every agent that you may see\n" +
	"- `/livestatus widget mine`: only for agents that you asked, and those of the channel that you look at\n" +
	"- `/livestatus widget off`: the widget never opens\n" +
	"- `/livestatus help`: this text"

// API is the part of Mattermost's API that the command needs; plugin.API has it.
type API interface {
	GetPreferencesForUser(userID string) ([]model.Preference, *model.AppError)
	UpdatePreferencesForUser(userID string, preferences []model.Preference) *model.AppError
}

// Logger takes a constant message and pairs of names and values.
type Logger interface {
	Error(message string, keyValuePairs ...any)
}

// Deps is what the command works with.
type Deps struct {
	API  API
	View *view.View
	Log  Logger
	// WidgetDefault of people who have not chosen.
	WidgetDefault func() contract.WidgetMode
}

// Command answers to its caller only.
type Command struct {
	deps Deps
}

// New makes the command.
func New(deps Deps) *Command {
	return &Command{deps: deps}
}

// Registration with autocompletion.
func Registration() *model.Command {
	data := model.NewAutocompleteData(Trigger, "[status|widget|help]", "What your AI agents are doing")
	data.AddCommand(model.NewAutocompleteData("status", "", "The agents at work in channels that you can read"))
	widget := model.NewAutocompleteData("widget", "[all|mine|off]", "Which agents open the floating widget")
	widget.AddStaticListArgument("Which agents", false, []model.AutocompleteListItem{
		{Item: string(contract.WidgetModeAll), HelpText: "Every agent that you may see"},
		{Item: string(contract.WidgetModeMine), HelpText: "Agents that you asked, and those of the channel that you look at"},
		{Item: string(contract.WidgetModeOff), HelpText: "None"},
	})
	data.AddCommand(widget)
	data.AddCommand(model.NewAutocompleteData("help", "", "What /livestatus can do"))
	return &model.Command{
		Trigger: Trigger, AutoComplete: true, AutoCompleteDesc: data.HelpText, AutoCompleteHint: data.Hint, AutocompleteData: data,
	}
}

// Ephemeral is an answer that only the caller sees.
func Ephemeral(text string) *model.CommandResponse {
	return &model.CommandResponse{ResponseType: model.CommandResponseTypeEphemeral, Text: text}
}

// Execute one command line.
func (c *Command) Execute(args *model.CommandArgs) *model.CommandResponse {
	words := strings.Fields(args.Command)
	switch {
	case len(words) == 2 && words[1] == "status":
		return Ephemeral(c.status(args.UserId, args.SiteURL))
	case len(words) == 2 && words[1] == "widget":
		return Ephemeral(fmt.Sprintf("The floating widget is set to **%s**. Change it with `/livestatus widget all|mine|off`.", c.mode(args.UserId)))
	case len(words) == 3 && words[1] == "widget" && contract.WidgetMode(words[2]).Valid():
		return Ephemeral(c.setMode(args.UserId, words[2]))
	case len(words) == 1 || (len(words) == 2 && words[1] == "help"):
		return Ephemeral(help)
	default:
		return Ephemeral("That is not a command of Live Status.\n\n" + help)
	}
}
