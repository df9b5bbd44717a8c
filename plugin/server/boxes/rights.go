package boxes

import (
	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// mayWrite asks where Mattermost itself does not when a plugin posts: an archived channel, a bot that was removed, a
// read-only channel.
func (t *task) mayWrite() error {
	channel, err := t.openChannel()
	if err != nil {
		return err
	}
	allowed := t.API.HasPermissionToChannel(t.want.botID, channel.Id, model.PermissionCreatePost)
	if allowed || t.want.botID == t.OwnBotID && channel.Type == model.ChannelTypeOpen {
		t.box.denials = 0
		return nil
	}
	return t.denied()
}

// denied believes a "no" only if the bot is certainly no member, or if it comes again and again: a broken connection and a
// database in trouble say no as well.
func (t *task) denied() error {
	_, appErr := t.API.GetChannelMember(*t.want.session.ChannelID, t.want.botID)
	t.box.denials++
	if isMissing(appErr) || t.box.denials >= maxDenials {
		return refusal{contract.CodePostForbidden}
	}
	return failure("may the bot post", appErr)
}

func (t *task) openChannel() (*model.Channel, error) {
	channel, appErr := t.API.GetChannel(*t.want.session.ChannelID)
	switch {
	case isMissing(appErr):
		return nil, refusal{contract.CodePostChannelArchived}
	case appErr != nil || channel == nil:
		return nil, failure("get channel", appErr)
	case channel.DeleteAt > 0:
		return nil, refusal{contract.CodePostChannelArchived}
	}
	return channel, nil
}
