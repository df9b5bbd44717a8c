package api

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/openclaw/mattermost-plugin-livestatus/server/auth"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
)

// list answers with what the caller may read, active sessions first.
func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	caller, refusal := a.Auth.Identify(r)
	if refusal != nil {
		return refusal
	}
	statuses, err := statusFilter(r)
	if err != nil {
		return err
	}
	channelID := r.URL.Query().Get("channel_id")
	switch {
	case len(channelID) > contract.LimitPlatformIDMaxChars:
		return contract.Refuse(contract.CodeInvalidQuery, "channel_id has more than %d characters.", contract.LimitPlatformIDMaxChars)
	case channelID != "" && !a.Access.MayRead(caller.ID, channelID):
		return contract.Refuse(contract.CodeChannelForbidden, "")
	}
	entries := a.readable(caller, func(entry *live.Entry) bool {
		return (channelID == "" || entry.ChannelID() == channelID) && (len(statuses) == 0 || statuses[entry.Session.Status])
	})
	slices.SortFunc(entries, activeFirst)
	writeJSON(w, http.StatusOK, a.sessionList(entries))
	return nil
}

func statusFilter(r *http.Request) (map[contract.SessionStatus]bool, error) {
	statuses := map[contract.SessionStatus]bool{}
	for _, value := range r.URL.Query()["status"] {
		for part := range strings.SplitSeq(value, ",") {
			status := contract.SessionStatus(part)
			if !status.Valid() {
				return nil, contract.Refuse(contract.CodeInvalidQuery, "status accepts active, done, error and interrupted, comma separated.")
			}
			statuses[status] = true
		}
	}
	return statuses, nil
}

// readable are the entries of channels that the caller may read.
func (a *API) readable(caller auth.Caller, isAsked func(*live.Entry) bool) []*live.Entry {
	reader := a.Access.Reader(caller.ID)
	var entries []*live.Entry
	for _, entry := range a.Store.All() {
		if isAsked(entry) && reader.MayRead(entry.ChannelID()) {
			entries = append(entries, entry)
		}
	}
	return entries
}

// activeFirst: active sessions by their start, then ended ones, each newest first.
func activeFirst(a, b *live.Entry) int {
	if a.IsActive() != b.IsActive() {
		if a.IsActive() {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(since(b), since(a)), cmp.Compare(a.Session.ID, b.Session.ID))
}

func since(entry *live.Entry) int64 {
	if entry.Session.EndedMs != nil {
		return *entry.Session.EndedMs
	}
	return entry.Session.StartedMs
}

func (a *API) sessionList(entries []*live.Entry) contract.SessionList {
	now := a.Now()
	offline := a.Leases.OfflineDaemons(now)
	list := contract.SessionList{}
	told := map[string]bool{}
	for _, entry := range entries {
		_, isOffline := offline[entry.Session.DaemonID]
		list.Sessions = append(list.Sessions, a.shown(entry, isOffline))
		if daemonID := entry.Session.DaemonID; !told[daemonID] {
			told[daemonID] = true
			list.Daemons = append(list.Daemons, contract.DaemonState{DaemonID: daemonID, Offline: isOffline})
		}
	}
	return list
}

// shown is a session as readers get it.
func (a *API) shown(entry *live.Entry, isOffline bool) contract.Session {
	session := entry.At(a.Now())
	if isOffline && entry.IsActive() {
		session.Offline = &isOffline
	}
	return session
}

// get answers with one session; one that the caller may not read does not exist for him.
func (a *API) get(w http.ResponseWriter, r *http.Request) error {
	caller, refusal := a.Auth.Identify(r)
	if refusal != nil {
		return refusal
	}
	entry := a.Store.Get(mux.Vars(r)["id"])
	if entry == nil || !a.Access.MayRead(caller.ID, entry.ChannelID()) {
		return contract.Refuse(contract.CodeSessionNotFound, "")
	}
	_, isOffline := a.Leases.OfflineDaemons(a.Now())[entry.Session.DaemonID]
	writeJSON(w, http.StatusOK, a.shown(entry, isOffline))
	return nil
}
