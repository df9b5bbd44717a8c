package command

import (
	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// mode that the user has chosen, else the admin's default.
func (c *Command) mode(userID string) contract.WidgetMode {
	preferences, appErr := c.deps.API.GetPreferencesForUser(userID)
	if appErr != nil {
		c.deps.Log.Error("A user's preferences cannot be read", "user_id", userID, "err", appErr.Error())
	}
	for _, preference := range preferences {
		mode := contract.WidgetMode(preference.Value)
		if preference.Category == preferenceCategory && preference.Name == preferenceName && mode.Valid() {
			return mode
		}
	}
	return c.deps.WidgetDefault()
}

// setMode writes the preference; open pages hear of it from Mattermost itself.
func (c *Command) setMode(userID, mode string) string {
	appErr := c.deps.API.UpdatePreferencesForUser(userID, []model.Preference{{
		UserId: userID, Category: preferenceCategory, Name: preferenceName, Value: mode,
	}})
	if appErr != nil {
		c.deps.Log.Error("A user's preference cannot be written", "user_id", userID, "err", appErr.Error())
		return "Mattermost could not store your choice. Try again."
	}
	switch contract.WidgetMode(mode) {
	case contract.WidgetModeAll:
		return "The floating widget now opens for every agent that you may see."
	case contract.WidgetModeMine:
		return "The floating widget now opens for agents that you asked, and for those of the channel that you look at."
	default:
		return "The floating widget stays closed. The status boxes and the panel are still there."
	}
}
