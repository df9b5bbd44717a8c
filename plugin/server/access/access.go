// Package access is the one place that decides which channels a caller may read and write.
package access

import (
	"errors"
	"fmt"

	"github.com/mattermost/mattermost/server/public/model"
)

// API is the part of Mattermost's API that is asked; plugin.API has it.
type API interface {
	HasPermissionToChannel(userID, channelID string, permission *model.Permission) bool
	GetChannel(channelID string) (*model.Channel, *model.AppError)
	GetChannelMember(channelID, userID string) (*model.ChannelMember, *model.AppError)
	GetBot(botUserID string, includeDeleted bool) (*model.Bot, *model.AppError)
	GetDirectChannel(userID, otherUserID string) (*model.Channel, *model.AppError)
}

// Access asks Mattermost each time: whoever was removed from a channel loses it at once.
type Access struct {
	api      API
	ownBotID string
}

// New makes an Access. ownBotID is the plugin's own bot, which callers without a bot token act as (D8).
func New(api API, ownBotID string) *Access {
	return &Access{api: api, ownBotID: ownBotID}
}

// MayRead tells whether a person or bot may read the channel.
func (a *Access) MayRead(userID, channelID string) bool {
	return a.may(userID, channelID, model.PermissionReadChannelContent)
}

// MayWrite tells whether a bot may post in the channel.
func (a *Access) MayWrite(botID, channelID string) bool {
	return a.may(botID, channelID, model.PermissionCreatePost)
}

// may: the plugin's own bot may also use public channels that it is not a member of.
func (a *Access) may(userID, channelID string, permission *model.Permission) bool {
	if userID == "" || channelID == "" {
		return false
	}
	if a.api.HasPermissionToChannel(userID, channelID, permission) {
		return true
	}
	if userID != a.ownBotID {
		return false
	}
	channel, appErr := a.api.GetChannel(channelID)
	return appErr == nil && channel != nil && channel.Type == model.ChannelTypeOpen
}

// IsBotIn tells whether a user is a bot and a member of the channel.
func (a *Access) IsBotIn(userID, channelID string) bool {
	bot, appErr := a.api.GetBot(userID, false)
	if appErr != nil || bot == nil {
		return false
	}
	member, appErr := a.api.GetChannelMember(channelID, userID)
	return appErr == nil && member != nil
}

// DirectChannel between a bot and a person; Mattermost makes it if there is none.
func (a *Access) DirectChannel(botID, userID string) (string, error) {
	channel, appErr := a.api.GetDirectChannel(botID, userID)
	if appErr != nil {
		return "", fmt.Errorf("direct channel: %w", appErr)
	}
	if channel == nil {
		return "", errors.New("direct channel: Mattermost gave no answer")
	}
	return channel.Id, nil
}
