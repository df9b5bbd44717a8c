package api

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/view"
)

// list answers with what the caller may read, active sessions first.
func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	caller, refusal := a.Auth.Identify(r)
	if refusal != nil {
		return refusal
	}
	filter, err := filterOf(r)
	if err != nil {
		return err
	}
	if filter.ChannelID != "" && !a.View.Access.MayRead(caller.ID, filter.ChannelID) {
		return contract.Refuse(contract.CodeChannelForbidden, "")
	}
	writeJSON(w, http.StatusOK, a.View.List(caller.ID, filter))
	return nil
}

func filterOf(r *http.Request) (view.Filter, error) {
	query := r.URL.Query()
	filter := view.Filter{ChannelID: query.Get("channel_id"), Statuses: map[contract.SessionStatus]bool{}}
	if len(filter.ChannelID) > contract.LimitPlatformIDMaxChars {
		return filter, contract.Refuse(contract.CodeInvalidQuery, "channel_id has more than %d characters.", contract.LimitPlatformIDMaxChars)
	}
	for part := range strings.SplitSeq(strings.Join(query["status"], ","), ",") {
		status := contract.SessionStatus(part)
		switch {
		case part == "" && len(query["status"]) == 0:
		case !status.Valid():
			return filter, contract.Refuse(contract.CodeInvalidQuery, "status accepts active, done, error and interrupted, comma separated.")
		default:
			filter.Statuses[status] = true
		}
	}
	return filter, nil
}

// get answers with one session; one that the caller may not read does not exist for him.
func (a *API) get(w http.ResponseWriter, r *http.Request) error {
	caller, refusal := a.Auth.Identify(r)
	if refusal != nil {
		return refusal
	}
	session, ok := a.View.Get(caller.ID, mux.Vars(r)["id"])
	if !ok {
		return contract.Refuse(contract.CodeSessionNotFound, "")
	}
	writeJSON(w, http.StatusOK, session)
	return nil
}
