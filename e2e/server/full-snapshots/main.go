// The baseline of the benchmark: a plugin that does what the first release did with a session. Every update carries the whole
// session, is written to the KV store as it is and broadcast as it is to the channel. Anyone logged in may send one: it is for
// `make bench` alone.
package main

import (
	"io"
	"net/http"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/mattermost/mattermost/server/public/plugin"
)

const maxBody = 1 << 20

type fullSnapshots struct {
	plugin.MattermostPlugin
}

// ServeHTTP takes PUT /?id=SESSION&channel_id=CHANNEL with the session as body.
func (p *fullSnapshots) ServeHTTP(_ *plugin.Context, w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPut || r.Header.Get("Mattermost-User-Id") == "" {
		http.Error(w, "PUT, logged in", http.StatusForbidden)
		return
	}
	session, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	query := r.URL.Query()
	if appErr := p.API.KVSet("session_"+query.Get("id"), session); appErr != nil {
		http.Error(w, appErr.Error(), http.StatusInternalServerError)
		return
	}
	// The host's RPC takes basic types only.
	payload := map[string]any{"session": string(session)}
	p.API.PublishWebSocketEvent("update", payload, &model.WebsocketBroadcast{ChannelId: query.Get("channel_id")})
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	plugin.ClientMain(&fullSnapshots{})
}
