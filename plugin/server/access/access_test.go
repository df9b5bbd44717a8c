package access_test

import (
	"testing"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/access"
	"github.com/openclaw/mattermost-plugin-livestatus/server/mmtest"
)

func TestWhoMayUseWhichChannel(t *testing.T) {
	server := mmtest.NewServer()
	for _, bot := range []string{"own", "member-bot", "other-bot"} {
		server.AddUser(bot, true)
	}
	server.AddUser("member", false)
	server.AddUser("stranger", false)
	server.AddChannel("open", model.ChannelTypeOpen, "member", "member-bot")
	server.AddChannel("private", model.ChannelTypePrivate, "member", "member-bot")
	server.AddChannel("own-private", model.ChannelTypePrivate, "own")
	server.AddChannel("direct", model.ChannelTypeDirect, "member", "member-bot")
	server.AddChannel("group", model.ChannelTypeGroup, "member")
	a := access.New(server.NewNode(), "own")
	may := map[string][]string{
		"member":     {"open", "private", "direct", "group"},
		"member-bot": {"open", "private", "direct"},
		"other-bot":  {},
		"stranger":   {},
		"own":        {"open", "own-private"},
		"":           {},
		"unknown":    {},
	}
	for user, channels := range may {
		for _, channel := range []string{"open", "private", "own-private", "direct", "group", "", "unknown"} {
			want := false
			for _, allowed := range channels {
				want = want || allowed == channel
			}
			require.Equal(t, want, a.MayRead(user, channel), "%s reads %s", user, channel)
			require.Equal(t, want, a.MayWrite(user, channel), "%s writes %s", user, channel)
		}
	}
	for user, want := range map[string]bool{"member-bot": true, "other-bot": false, "member": false, "stranger": false, "unknown": false} {
		require.Equal(t, want, a.IsBotIn(user, "open"), user)
	}
}

func TestDirectChannels(t *testing.T) {
	server := mmtest.NewServer()
	server.AddUser("bot", true)
	server.AddUser("ann", false)
	a := access.New(server.NewNode(), "own")
	first, err := a.DirectChannel("bot", "ann")
	require.NoError(t, err)
	again, err := a.DirectChannel("bot", "ann")
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.True(t, a.MayWrite("bot", first))
	_, err = a.DirectChannel("bot", "nobody")
	require.Error(t, err)
	_, err = access.New(broken{}, "own").DirectChannel("bot", "ann")
	require.Error(t, err, "no answer is none")
	require.False(t, access.New(broken{}, "own").MayRead("own", "open"))
	require.False(t, access.New(broken{}, "own").IsBotIn("bot", "open"))
}

// broken answers as a broken RPC connection does.
type broken struct{}

func (broken) HasPermissionToChannel(string, string, *model.Permission) bool { return false }
func (broken) GetChannel(string) (*model.Channel, *model.AppError)           { return nil, nil }
func (broken) GetChannelMember(string, string) (*model.ChannelMember, *model.AppError) {
	return nil, nil
}
func (broken) GetBot(string, bool) (*model.Bot, *model.AppError) {
	return &model.Bot{}, nil
}
func (broken) GetDirectChannel(string, string) (*model.Channel, *model.AppError) { return nil, nil }
