package command_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/access"
	"github.com/openclaw/mattermost-plugin-livestatus/server/command"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/mmtest"
	"github.com/openclaw/mattermost-plugin-livestatus/server/view"
)

type noLog struct{}

func (noLog) Error(string, ...any) {}

type fixture struct {
	*testing.T
	server *mmtest.Server
	store  *live.Store
	run    *command.Command
}

func newFixture(t *testing.T) *fixture {
	server := mmtest.NewServer()
	server.AddChannel("room", model.ChannelTypePrivate, "ann")
	api, store := server.NewNode(), live.NewStore()
	readers := &view.View{Store: store, Leases: live.NewLeases(), Access: access.New(api, "own"), Now: time.Now}
	return &fixture{t, server, store, command.New(command.Deps{
		API: api, View: readers, Log: noLog{}, WidgetDefault: func() contract.WidgetMode { return contract.WidgetModeMine },
	})}
}

func (f *fixture) say(userID, line string) string {
	f.Helper()
	answer := f.run.Execute(&model.CommandArgs{UserId: userID, Command: line, SiteURL: "https://mm.example"})
	require.Equal(f, model.CommandResponseTypeEphemeral, answer.ResponseType)
	return answer.Text
}

func (f *fixture) work(id, name string) {
	channelID, postID := "room", "post-"+id
	session := contract.Session{
		ID: id, DaemonID: "d", Agent: contract.Agent{ID: "a", Name: name, Runtime: "r"}, ChannelID: &channelID, PostID: &postID,
		Status: contract.SessionStatusActive, StartedMs: 1000, AsOfMs: 43_000, Seq: 1, ToolCalls: 3,
	}
	f.store.Change(id, func(*live.Entry) { f.store.Put(&live.Entry{Session: session, Received: time.Now()}) })
}

func TestStatusListsWhatTheCallerMayRead(t *testing.T) {
	f := newFixture(t)
	require.Equal(t, "No agent is at work in channels that you can read.", f.say("ann", "/livestatus status"))
	f.work("s1", "Main @here `x` https://evil.example")
	text := f.say("ann", "/livestatus status")
	require.Contains(t, text, "1 agent at work")
	require.Contains(t, text, "42 s · 3 tools")
	require.Contains(t, text, "[show](https://mm.example/_redirect/pl/post-s1)")
	require.Contains(t, text, "`Main @here x https://evil.example`", "in a code span nobody is notified")
	require.NotContains(t, f.say("bob", "/livestatus status"), "Main")
	for _, id := range strings.Split(strings.Repeat("x", 25), "") {
		f.work(id+string(rune('a'+f.store.Len())), "Other")
	}
	require.Contains(t, f.say("ann", "/livestatus status"), "- ... and 6 more")
}

func TestTheWidgetIsSetForTheCallerAlone(t *testing.T) {
	f := newFixture(t)
	require.Contains(t, f.say("ann", "/livestatus widget"), "**mine**", "the admin's default")
	for _, mode := range []string{"all", "mine", "off"} {
		require.NotEmpty(t, f.say("ann", "/livestatus widget "+mode))
		require.Equal(t, mode, f.server.Preference("ann", "pp_com.openclaw.livestatus", "widget"))
		require.Contains(t, f.say("ann", "/livestatus widget"), "**"+mode+"**")
	}
	require.Empty(t, f.server.Preference("bob", "pp_com.openclaw.livestatus", "widget"))
}

func TestAnythingElseIsHelped(t *testing.T) {
	f := newFixture(t)
	for _, line := range []string{"/livestatus", "/livestatus help", "/livestatus  help "} {
		require.True(t, strings.HasPrefix(f.say("ann", line), "#### Live Status"), line)
	}
	for _, line := range []string{"/livestatus nonsense", "/livestatus widget some", "/livestatus widget off now", "/livestatus status all"} {
		require.True(t, strings.HasPrefix(f.say("ann", line), "That is not a command"), line)
	}
	require.Empty(t, f.server.Preference("ann", "pp_com.openclaw.livestatus", "widget"))
}

func TestTheRegistrationIsOneThatMattermostAccepts(t *testing.T) {
	registration := command.Registration()
	require.NoError(t, registration.AutocompleteData.IsValid())
	require.Equal(t, command.Trigger, registration.Trigger)
}
