package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/mattermost/mattermost/server/public/plugin"
	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/mmtest"
)

// The people, bots and channels of these tests.
const (
	secret = "the-shared-secret"
	ownBot = "livestatus-bot"

	claw    = "claw-bot"    // the daemon's bot, member of private and public
	intrude = "intrude-bot" // another bot, member of neither
	ann     = "ann"         // member of private
	bob     = "bob"         // member of nothing

	private = "private-channel"
	public  = "public-channel"

	daemonA = "daemon-a"
)

func newServer() *mmtest.Server {
	server := mmtest.NewServer()
	server.AddUser(claw, true)
	server.AddUser(intrude, true)
	server.AddUser(ann, false)
	server.AddUser(bob, false)
	server.AddChannel(private, model.ChannelTypePrivate, claw, ann)
	server.AddChannel(public, model.ChannelTypeOpen, claw)
	return server
}

// node is the whole plugin on one node of a server.
type node struct {
	*testing.T
	server *mmtest.Server
	api    *mmtest.Node
	plugin *Plugin
}

// startNode starts a node and stops it at the end of the test, if that has not happened before.
func startNode(t *testing.T, server *mmtest.Server) *node {
	t.Helper()
	n := &node{T: t, server: server, api: server.NewNode(), plugin: &Plugin{}}
	n.api.IsCluster = true
	n.api.Bundle = bundle(t)
	n.api.Config = func(dest any) error { return json.Unmarshal([]byte(`{"sharedsecret":"`+secret+`"}`), dest) }
	n.api.Receive = func(event model.PluginClusterEvent) { n.plugin.OnPluginClusterEvent(&plugin.Context{}, event) }
	n.plugin.SetAPI(n.api)
	require.NoError(t, n.plugin.OnConfigurationChange())
	require.NoError(t, n.plugin.OnActivate())
	t.Cleanup(n.stop)
	return n
}

func (n *node) stop() {
	require.NoError(n, n.plugin.OnDeactivate())
	n.server.Remove(n.api)
}

// bundle is a folder with our manifest, as the host unpacks it.
func bundle(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	manifest, err := os.ReadFile(filepath.Join("..", "plugin.json"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "plugin.json"), manifest, 0o600))
	return folder
}

// who is a set of headers, as they reach the plugin: Mattermost has taken out the tokens that it knows.
type who map[string]string

var (
	nobody     = who{}
	asDaemon   = who{"X-Live-Status-Secret": secret, "Mattermost-User-Id": claw}
	asIntruder = who{"X-Live-Status-Secret": secret, "Mattermost-User-Id": intrude}
	asSecret   = who{"Authorization": "Bearer " + secret}
	asAnn      = who{"Mattermost-User-Id": ann}
	asBob      = who{"Mattermost-User-Id": bob}
)

type answer struct {
	status int
	header http.Header
	body   string
}

func (n *node) do(method, path string, as who, body any) answer {
	n.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	default:
		data, err := json.Marshal(body)
		require.NoError(n, err)
		reader = strings.NewReader(string(data))
	}
	request := httptest.NewRequest(method, "/api/v1"+path, reader)
	if reader != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range as {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	n.plugin.ServeHTTP(&plugin.Context{RequestId: "request-1"}, recorder, request)
	return answer{recorder.Code, recorder.Header(), recorder.Body.String()}
}

func as[T any](t testing.TB, got answer, status int) T {
	t.Helper()
	require.Equal(t, status, got.status, got.body)
	var value T
	require.NoError(t, json.Unmarshal([]byte(got.body), &value), got.body)
	return value
}

// code of a refusal.
func (a answer) code(t *testing.T) string {
	t.Helper()
	var body contract.ErrorBody
	require.NoError(t, json.Unmarshal([]byte(a.body), &body), a.body)
	return body.Code
}

func (n *node) list(by who) contract.SessionList {
	n.Helper()
	return as[contract.SessionList](n, n.do("GET", "/sessions", by, nil), 200)
}

func (n *node) session(id string) contract.Session {
	n.Helper()
	return as[contract.Session](n, n.do("GET", "/sessions/"+id, asAnn, nil), 200)
}

func (n *node) batch(by who, batch contract.BatchRequest) contract.BatchAnswer {
	n.Helper()
	if batch.DaemonID == "" {
		batch.DaemonID = daemonA
	}
	if batch.AsOfMs == 0 {
		batch.AsOfMs = time.Now().UnixMilli()
	}
	return as[contract.BatchAnswer](n, n.do("POST", "/sessions/batch", by, batch), 200)
}

// send one change and return what became of it.
func (n *node) send(by who, change contract.SnapshotOrDelta) contract.ChangeResult {
	n.Helper()
	return n.batch(by, contract.BatchRequest{Changes: []contract.Change{change}}).Results[0]
}

func snapshot(session contract.Session) contract.Change { return contract.Change{Snapshot: &session} }

// turn is a valid session of daemonA in the private channel; no box.
func turn(id string, seq int64) contract.Session {
	channel := private
	return contract.Session{
		ID: id, DaemonID: daemonA, SessionKey: "agent:main:x", Agent: contract.Agent{ID: "main", Name: "Main", Runtime: "openclaw"},
		ChannelID: &channel, Post: contract.PostStateNone, Status: contract.SessionStatusActive,
		StartedMs: 1000, LastEventMs: 1000, AsOfMs: 1000, Seq: seq,
	}
}

func ended(session contract.Session, seq int64) contract.Session {
	end := session.AsOfMs + 10
	session.Status, session.EndedMs, session.Seq, session.AsOfMs = contract.SessionStatusDone, &end, seq, end
	return session
}

// quotes reads what contract.ChannelUpdate.Payload writes.
var quotes = strings.NewReplacer("'", `"`, `"`, "'")

// updates waits for WebSocket events until enough is true of all updates so far.
func (n *node) updates(enough func([]contract.ChannelUpdate) bool) []contract.ChannelUpdate {
	n.Helper()
	var updates []contract.ChannelUpdate
	require.Eventually(n, func() bool {
		updates = nil
		for _, event := range n.server.Events() {
			require.NotEmpty(n, event.Broadcast.ChannelId)
			var update contract.ChannelUpdate
			require.NoError(n, json.Unmarshal([]byte(quotes.Replace(event.Payload)), &update))
			updates = append(updates, update)
		}
		return enough(updates)
	}, 10*time.Second, 5*time.Millisecond)
	return updates
}

func clusterEvent(id, data string) model.PluginClusterEvent {
	return model.PluginClusterEvent{Id: id, Data: []byte(data)}
}
