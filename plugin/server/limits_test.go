package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/mattermost/mattermost/server/public/plugin"
	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

func TestHostileBodiesAreRefusedWithTheirCode(t *testing.T) {
	n := startNode(t, newServer())
	deep := strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000)
	for name, row := range map[string]struct {
		path, body string
		status     int
		code       string
	}{
		"garbage":                          {"/sessions/batch", "\x00\xff{{", 400, "invalid_json"},
		"nothing":                          {"/sessions/batch", "", 400, "invalid_json"},
		"half an object":                   {"/sessions/batch", `{"daemon_id":"d"`, 400, "invalid_json"},
		"two objects":                      {"/sessions/batch", `{}{}`, 400, "invalid_json"},
		"a list":                           {"/sessions/batch", `[]`, 422, "invalid_field"},
		"null":                             {"/sessions/batch", `null`, 422, "missing_field"},
		"a wrong type":                     {"/sessions/batch", `{"daemon_id":7,"as_of_ms":1,"changes":[]}`, 422, "invalid_field"},
		"a held that is no pair":           {"/sessions/batch", `{"daemon_id":"d","as_of_ms":1,"changes":[],"held":[["a"]]}`, 422, "invalid_field"},
		"a number beyond all bounds":       {"/sessions/batch", `{"daemon_id":"d","as_of_ms":1e99,"changes":[]}`, 422, "invalid_field"},
		"nested 200,000 deep":              {"/sessions/batch", `{"daemon_id":"d","as_of_ms":1,"changes":` + deep + `}`, 400, "invalid_json"},
		"a batch of 9 MB":                  {"/sessions/batch", `{"x":"` + strings.Repeat("a", 9<<20) + `"}`, 413, "body_too_large"},
		"a session of 2 MB":                {"/sessions", `{"x":"` + strings.Repeat("a", 2<<20) + `"}`, 413, "body_too_large"},
		"a change nested 9,000 deep":       {"/sessions/batch", `{"daemon_id":"d","as_of_ms":1,"changes":[` + deep[195_000:205_000] + `]}`, 200, ""},
		"an id with NUL":                   {"/sessions", `{"id":"a\u0000b","session_key":"k","channel_id":"private-channel"}`, 422, "invalid_field"},
		"an id with a lone surrogate":      {"/sessions", `{"id":"\ud800","session_key":"k","channel_id":"private-channel"}`, 422, "invalid_field"},
		"a channel with NUL":               {"/sessions", `{"session_key":"k","channel_id":"private\u0000channel"}`, 403, "channel_forbidden"},
		"a title of 201 code points":       {"/sessions", `{"session_key":"k","channel_id":"private-channel","title":"` + strings.Repeat("ä", 201) + `"}`, 422, "too_long"},
		"a plan of 51":                     {"/sessions", `{"session_key":"k","channel_id":"private-channel","plan":[` + strings.Repeat(`{"text":"x","status":"done"},`, 50) + `{"text":"x","status":"done"}]}`, 422, "too_many_items"},
		"5,000 steps":                      {"/sessions", `{"session_key":"k","channel_id":"private-channel","steps":[` + strings.TrimSuffix(strings.Repeat(`{"id":"1","kind":"tool","label":"x","status":"done","started_ms":1},`, 5000), ",") + `]}`, 422, "too_many_items"},
		"two steps of the same id":         {"/sessions", `{"session_key":"k","channel_id":"private-channel","steps":[{"id":"1","kind":"tool","label":"x","status":"done","started_ms":1},{"id":"1","kind":"tool","label":"x","status":"done","started_ms":1}]}`, 422, "invalid_field"},
		"NUL and lone surrogates in texts": {"/sessions", `{"id":"odd","session_key":"k\u0000","channel_id":"private-channel","post":"none","title":"\ud800 \u0000 \udfff"}`, 201, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := n.do("POST", row.path, asDaemon, row.body)
			require.Equal(t, row.status, got.status, got.body)
			if row.code != "" {
				require.Equal(t, row.code, got.code(t), got.body)
				require.Contains(t, got.body, `"request_id":"request-1"`)
			}
		})
	}
	require.Equal(t, "\ufffd \x00 \ufffd", *n.session("odd").Title)
}

func TestOtherContentIsNotRead(t *testing.T) {
	n := startNode(t, newServer())
	for kind, status := range map[string]int{
		"text/plain": 415, "application/x-www-form-urlencoded": 415, "nonsense/;": 415,
		"application/json; charset=utf-8": 422, "": 422,
	} {
		as := who{"X-Live-Status-Secret": secret, "Mattermost-User-Id": claw}
		request := `{}`
		got := n.doWithType("POST", "/sessions", as, request, kind)
		require.Equal(t, status, got.status, kind)
	}
}

func (n *node) doWithType(method, path string, as who, body, kind string) answer {
	request := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	for name, value := range as {
		request.Header.Set(name, value)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	recorder := httptest.NewRecorder()
	n.plugin.ServeHTTP(&plugin.Context{}, recorder, request)
	return answer{recorder.Code, recorder.Header(), recorder.Body.String()}
}

func TestPathsAndMethodsThatDoNotExist(t *testing.T) {
	n := startNode(t, newServer())
	for _, path := range []string{"", "/", "/session", "/sessions/a/b", "/sessions/batch/x"} {
		require.Equal(t, contract.CodeNotFound, n.do("GET", path, asAnn, nil).code(t), path)
	}
	for path, allow := range map[string]string{"/health": "GET", "/config": "GET", "/sessions": "GET, POST", "/sessions/batch": "POST", "/sessions/x": "DELETE, GET, PUT"} {
		got := n.do("PATCH", path, asDaemon, nil)
		require.Equal(t, 405, got.status)
		require.Equal(t, allow, got.header.Get("Allow"))
		require.Equal(t, contract.CodeMethodNotAllowed, got.code(t))
	}
}

func TestQueriesAreChecked(t *testing.T) {
	n := startNode(t, newServer())
	for _, path := range []string{"/sessions?status=odd", "/sessions?status=", "/sessions?status=done,", "/sessions?channel_id=" + strings.Repeat("x", 65)} {
		require.Equal(t, contract.CodeInvalidQuery, n.do("GET", path, asAnn, nil).code(t), path)
	}
	require.Equal(t, contract.CodeInvalidQuery, n.do("DELETE", "/sessions/t1?post=perhaps", asDaemon, nil).code(t))
}

func TestListsAreFilteredAndActiveFirst(t *testing.T) {
	n := startNode(t, newServer())
	channel := public
	elsewhere := turn("elsewhere", 10)
	elsewhere.ChannelID = &channel
	younger := turn("younger", 10)
	younger.StartedMs = 1500
	n.batch(asDaemon, contract.BatchRequest{Changes: []contract.Change{
		snapshot(ended(turn("over", 0), 10)), snapshot(turn("older", 10)), snapshot(elsewhere), snapshot(younger),
	}})
	ids := func(query string) (ids []string) {
		for _, session := range as[contract.SessionList](t, n.do("GET", "/sessions"+query, asDaemon, nil), 200).Sessions {
			ids = append(ids, session.ID)
		}
		return ids
	}
	require.Equal(t, []string{"younger", "elsewhere", "older", "over"}, ids(""))
	require.Equal(t, []string{"younger", "older", "over"}, ids("?channel_id="+private))
	require.Equal(t, []string{"over"}, ids("?status=done,error"))
	require.Equal(t, []string{"over"}, ids("?status=done&status=error"))
	require.Empty(t, ids("?status=interrupted"))
}

func TestAPanicIsAnAnswerAndNotTheEnd(t *testing.T) {
	n := startNode(t, newServer())
	running := n.plugin.running.Load()
	running.api.Version = ""
	running.api.TrustedBots = func() []string { panic("a bug") }
	got := n.do("GET", "/config", asAnn, nil)
	require.Equal(t, http.StatusInternalServerError, got.status)
	require.Equal(t, contract.CodeInternal, got.code(t))
	require.NotContains(t, got.body, "a bug")
	require.Contains(t, n.api.Logs.Text(), "a bug")
	require.Contains(t, n.api.Logs.Text(), "request-1")
	broken := *running
	broken.api, broken.command, broken.delivery = nil, nil, nil
	n.plugin.running.Store(&broken)
	got = n.do("GET", "/health", asAnn, nil)
	require.Equal(t, http.StatusInternalServerError, got.status)
	require.NotPanics(t, func() {
		response, appErr := n.plugin.ExecuteCommand(nil, &model.CommandArgs{Command: "/livestatus status"})
		require.Nil(t, appErr)
		require.Contains(t, response.Text, "not your fault", "the host needs an answer")
		n.plugin.OnPluginClusterEvent(nil, clusterEvent("livestatus", `{"v":1,"removed":["x"]}`))
	})
	n.plugin.running.Store(running)
	require.Equal(t, 200, n.do("GET", "/health", asAnn, nil).status)
}

func TestBeforeAndAfterItsLifeThePluginSaysSo(t *testing.T) {
	n := startNode(t, newServer())
	n.plugin.running.Swap(nil)
	got := n.do("GET", "/health", asAnn, nil)
	require.Equal(t, http.StatusInternalServerError, got.status)
	require.Equal(t, contract.CodeInternal, got.code(t))
	require.Equal(t, "application/json", got.header.Get("Content-Type"))
	response, appErr := n.plugin.ExecuteCommand(nil, &model.CommandArgs{Command: "/livestatus status"})
	require.Nil(t, appErr)
	require.Contains(t, response.Text, "starting or stopping")
	n.plugin.OnPluginClusterEvent(nil, clusterEvent("livestatus", "{}"))
	_, reason := n.plugin.NotificationWillBePushed(&model.PushNotification{PostId: "x"}, ann)
	require.Empty(t, reason)
}
