package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// A caller and what the four kinds of routes answer: reading health, reading configuration, reading what stands in the private
// channel, and writing there.
var callers = []struct {
	name   string
	who    who
	health int
	config int
	// sees: the private session is in the list and can be fetched.
	sees bool
	// list is the status of GET /sessions; write that of a batch.
	list, write int
	// code of a refused write.
	code string
}{
	{"nobody", nobody, 401, 401, false, 401, 401, "unauthorized"},
	{"wrong secret in the header", who{"X-Live-Status-Secret": "wrong"}, 401, 401, false, 401, 401, "unauthorized"},
	{"empty secret in the header", who{"X-Live-Status-Secret": ""}, 401, 401, false, 401, 401, "unauthorized"},
	{"wrong secret as Bearer", who{"Authorization": "Bearer wrong"}, 401, 401, false, 401, 401, "unauthorized"},
	{"empty Bearer", who{"Authorization": "Bearer "}, 401, 401, false, 401, 401, "unauthorized"},
	{"secret as Basic", who{"Authorization": "Basic " + secret}, 401, 401, false, 401, 401, "unauthorized"},
	{"secret as Bearer", asSecret, 200, 401, false, 200, 200, ""},
	{"secret as bearer", who{"Authorization": "bearer " + secret}, 200, 401, false, 200, 200, ""},
	{"secret in the header alone", who{"X-Live-Status-Secret": secret}, 200, 401, false, 200, 200, ""},
	{"secret and a token that Mattermost does not know", who{"X-Live-Status-Secret": secret, "Authorization": "Bearer expired"}, 401, 401, false, 401, 401, "invalid_bot_token"},
	{"secret and a bot's token", asDaemon, 200, 200, true, 200, 200, ""},
	{"secret and another bot's token", asIntruder, 200, 200, false, 200, 200, ""},
	{"secret and a person's session", who{"X-Live-Status-Secret": secret, "Mattermost-User-Id": ann}, 401, 401, false, 401, 401, "invalid_bot_token"},
	{"wrong secret and a bot's token", who{"X-Live-Status-Secret": "wrong", "Mattermost-User-Id": claw}, 401, 401, false, 401, 401, "unauthorized"},
	{"a bot's token alone", who{"Mattermost-User-Id": claw}, 200, 200, true, 200, 401, "unauthorized"},
	{"member", asAnn, 200, 200, true, 200, 401, "unauthorized"},
	{"member who also sends the secret as Bearer", who{"Mattermost-User-Id": ann, "Authorization": "Bearer " + secret}, 200, 401, false, 200, 200, ""},
	{"member who also sends a foreign Bearer", who{"Mattermost-User-Id": ann, "Authorization": "Bearer x"}, 200, 200, true, 200, 401, "unauthorized"},
	{"non-member", asBob, 200, 200, false, 200, 401, "unauthorized"},
}

func TestWhoGetsWhat(t *testing.T) {
	n := startNode(t, newServer())
	for _, row := range callers {
		t.Run(row.name, func(t *testing.T) {
			require.Equal(t, contract.ChangeStatusOk, n.send(asDaemon, snapshot(turn("t1", nextSeq()))).Status)
			require.Equal(t, row.health, n.do("GET", "/health", row.who, nil).status)
			require.Equal(t, row.config, n.do("GET", "/config", row.who, nil).status)
			list := n.do("GET", "/sessions", row.who, nil)
			require.Equal(t, row.list, list.status)
			require.Equal(t, row.sees, strings.Contains(list.body, `"t1"`), list.body)
			one := n.do("GET", "/sessions/t1", row.who, nil)
			inChannel := n.do("GET", "/sessions?channel_id="+private, row.who, nil)
			switch {
			case row.sees:
				require.Equal(t, 200, one.status)
				require.Equal(t, 200, inChannel.status)
			case row.list == 200:
				require.Equal(t, contract.CodeSessionNotFound, one.code(t))
				require.Equal(t, contract.CodeChannelForbidden, inChannel.code(t))
			default:
				require.Equal(t, 401, one.status)
				require.Equal(t, 401, inChannel.status)
			}
			n.requireWrites(t, row.who, row.write, row.code)
		})
	}
}

// requireWrites asks every route that writes.
func (n *node) requireWrites(t *testing.T, as who, status int, code string) {
	t.Helper()
	for _, route := range []struct{ method, path string }{
		{"POST", "/sessions/batch"}, {"POST", "/sessions"}, {"PUT", "/sessions/unknown"}, {"DELETE", "/sessions/unknown"},
	} {
		got := n.do(route.method, route.path, as, `{"daemon_id":"daemon-x","as_of_ms":1,"changes":[]}`)
		if status == 401 {
			require.Equal(t, 401, got.status, route.path)
			require.Equal(t, code, got.code(t), route.path)
			continue
		}
		want := map[string]string{"PUT": contract.CodeSessionNotFound, "DELETE": contract.CodeSessionNotFound, "POST": contract.CodeMissingField}[route.method]
		if route.path == "/sessions/batch" {
			require.Equal(t, 200, got.status, got.body)
		} else {
			require.Equal(t, want, got.code(t), got.body)
		}
	}
}

var seqs int64 = 1_000

func nextSeq() int64 { seqs++; return seqs }

func TestWithoutAConfiguredSecretEveryWriterIsRefused(t *testing.T) {
	n := startNode(t, newServer())
	n.api.Config = func(any) error { return nil }
	require.NoError(t, n.plugin.OnConfigurationChange())
	for name, row := range map[string]struct {
		who  who
		code string
	}{
		"nobody":              {nobody, contract.CodeUnauthorized},
		"empty header":        {who{"X-Live-Status-Secret": ""}, contract.CodeSecretNotConfigured},
		"the old secret":      {asSecret, contract.CodeSecretNotConfigured},
		"empty Bearer":        {who{"Authorization": "Bearer "}, contract.CodeSecretNotConfigured},
		"daemon":              {asDaemon, contract.CodeSecretNotConfigured},
		"a member":            {asAnn, contract.CodeUnauthorized},
		"member, empty token": {who{"Mattermost-User-Id": ann, "Authorization": "Bearer "}, contract.CodeUnauthorized},
	} {
		t.Run(name, func(t *testing.T) { n.requireWrites(t, row.who, 401, row.code) })
	}
	require.Equal(t, 200, n.do("GET", "/sessions", asAnn, nil).status)
}

func TestASecretThatWasChangedIsRefusedAtOnce(t *testing.T) {
	n := startNode(t, newServer())
	require.Equal(t, 200, n.do("GET", "/health", asSecret, nil).status)
	n.api.Config = config(`{"SharedSecret":"another"}`)
	require.NoError(t, n.plugin.OnConfigurationChange())
	require.Equal(t, contract.CodeUnauthorized, n.do("GET", "/health", asSecret, nil).code(t))
	require.Equal(t, 200, n.do("GET", "/health", who{"Authorization": "Bearer another"}, nil).status)
}

func TestWhoIsRemovedFromAChannelLosesItAtOnce(t *testing.T) {
	server := newServer()
	n := startNode(t, server)
	n.send(asDaemon, snapshot(turn("t1", 10)))
	require.Len(t, n.list(asAnn).Sessions, 1)
	server.Leave(private, ann)
	require.Empty(t, n.list(asAnn).Sessions)
	require.Equal(t, 404, n.do("GET", "/sessions/t1", asAnn, nil).status)
	require.Zero(t, as[contract.PluginHealth](t, n.do("GET", "/health", asAnn, nil), 200).ActiveSessions)
	require.Equal(t, 1, as[contract.PluginHealth](t, n.do("GET", "/health", asSecret, nil), 200).ActiveSessions)
}

func TestTheSecretAloneReadsPublicChannels(t *testing.T) {
	n := startNode(t, newServer())
	open, closed := turn("open", 10), turn("closed", 10)
	channel := public
	open.ChannelID = &channel
	n.batch(asDaemon, contract.BatchRequest{Changes: []contract.Change{snapshot(open), snapshot(closed)}})
	list := n.list(asSecret)
	require.Len(t, list.Sessions, 1)
	require.Equal(t, "open", list.Sessions[0].ID)
}

func TestTrustedBotsAreThoseThatCameWithTheSecretAndOutliveARestart(t *testing.T) {
	server := newServer()
	n := startNode(t, server)
	peer := startNode(t, server)
	trusted := func(n *node) []string {
		return as[contract.PluginConfig](t, n.do("GET", "/config", asAnn, nil), 200).TrustedBotIds
	}
	require.Equal(t, []string{ownBot}, trusted(n))
	n.do("GET", "/sessions", who{"Mattermost-User-Id": intrude}, nil) // a bot without the secret
	n.send(asDaemon, snapshot(turn("t1", 10)))
	require.Equal(t, []string{claw, ownBot}, trusted(n))
	require.Equal(t, []string{claw, ownBot}, trusted(peer))
	n.do("POST", "/sessions", asSecret, `{"session_key":"k","channel_id":"public-channel","post":"none","bot_user_id":"claw-bot"}`)
	require.Equal(t, []string{claw, ownBot}, trusted(startNode(t, server)))
}

func TestNothingOfAUserLeaks(t *testing.T) {
	n := startNode(t, newServer())
	n.send(asDaemon, snapshot(turn("t1", 10)))
	for _, path := range []string{"/health", "/config", "/sessions", "/sessions/t1"} {
		require.NotContains(t, n.do("GET", path, asAnn, nil).body, "hash")
	}
	require.NotContains(t, n.api.Logs.Text(), "hash")
	require.NotContains(t, n.api.Logs.Text(), secret)
}

func TestPushesOfOurOwnBoxesAreRejectedAndNoOthers(t *testing.T) {
	n := startNode(t, newServer())
	n.send(asDaemon, snapshot(turn("t1", 10)))
	box := func(author string) *model.Post {
		post := &model.Post{UserId: author, ChannelId: private, Type: "custom_livestatus"}
		post.AddProp("livestatus", `{"v":1,"id":"t1","seq":10,"status":"active","agent":{"id":"a","name":"A","runtime":"r"}}`)
		created, appErr := n.api.CreatePost(post)
		require.Nil(t, appErr)
		return created
	}
	answer, appErr := n.api.CreatePost(&model.Post{UserId: claw, ChannelId: private, Message: "the answer"})
	require.Nil(t, appErr)
	for name, row := range map[string]struct {
		push     model.PushNotification
		rejected bool
	}{
		"our box":             {model.PushNotification{PostId: box(claw).Id, SenderId: claw}, true},
		"our box, no names":   {model.PushNotification{PostId: box(claw).Id}, true},
		"a forged box":        {model.PushNotification{PostId: box(bob).Id, SenderId: bob}, false},
		"a forger's lie":      {model.PushNotification{PostId: box(bob).Id, SenderId: claw}, false},
		"the answer":          {model.PushNotification{PostId: answer.Id, SenderId: claw}, false},
		"no post":             {model.PushNotification{}, false},
		"a post that is gone": {model.PushNotification{PostId: "gone", SenderId: claw}, false},
	} {
		t.Run(name, func(t *testing.T) {
			row.push.Type = model.PushTypeMessage
			changed, reason := n.plugin.NotificationWillBePushed(&row.push, ann)
			require.Nil(t, changed)
			require.Equal(t, row.rejected, reason != "", fmt.Sprint(reason))
		})
	}
	_, reason := n.plugin.NotificationWillBePushed(&model.PushNotification{Type: model.PushTypeClear, PostId: box(claw).Id}, ann)
	require.Empty(t, reason, "clearing a notification is none")
}
