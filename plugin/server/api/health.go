package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/auth"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
)

// codeDaemonOffline is the reason of a plugin that misses a daemon.
const codeDaemonOffline = "daemon_offline"

// health counts, for a Mattermost user, only what that user may read.
func (a *API) health(w http.ResponseWriter, r *http.Request) error {
	caller, refusal := a.Auth.Identify(r)
	if refusal != nil {
		return refusal
	}
	active := a.Store.All()
	if caller.Kind == auth.User {
		active = a.readable(caller, (*live.Entry).IsActive)
	} else {
		active = slices.DeleteFunc(active, func(entry *live.Entry) bool { return !entry.IsActive() })
	}
	health := contract.PluginHealth{
		Status:         contract.PluginHealthStatusHealthy,
		ActiveSessions: len(active),
		Version:        a.Version,
		Reasons:        a.reasons(caller, active),
	}
	if len(health.Reasons) > 0 {
		health.Status = contract.PluginHealthStatusDegraded
	}
	writeJSON(w, http.StatusOK, health)
	return nil
}

// reasons names daemons that went silent; to a Mattermost user only those whose sessions he sees.
func (a *API) reasons(caller auth.Caller, active []*live.Entry) []contract.HealthReason {
	sessions := map[string]int{}
	for _, entry := range active {
		sessions[entry.Session.DaemonID]++
	}
	offline := a.Leases.OfflineDaemons(a.Now())
	var reasons []contract.HealthReason
	for _, daemonID := range slices.Sorted(maps.Keys(offline)) {
		if caller.Kind == auth.User && sessions[daemonID] == 0 {
			continue
		}
		reasons = append(reasons, contract.HealthReason{Code: codeDaemonOffline, Message: fmt.Sprintf(
			"The daemon %s (%d active sessions) was last heard %s ago. Look whether it runs and reaches Mattermost.",
			daemonID, sessions[daemonID], offline[daemonID].Round(time.Second))})
	}
	return reasons
}

// config answers what the webapp needs.
func (a *API) config(w http.ResponseWriter, r *http.Request) error {
	caller, refusal := a.Auth.Identify(r)
	if refusal != nil {
		return refusal
	}
	if caller.Kind == auth.Secret {
		return contract.Refuse(contract.CodeUnauthorized, "Log in to Mattermost to read this.")
	}
	writeJSON(w, http.StatusOK, contract.PluginConfig{
		Version:       a.Version,
		TrustedBotIds: a.TrustedBots(),
		WidgetDefault: a.WidgetDefault(),
		Limits: contract.PluginLimits{
			LeaseMs:         contract.LimitLeaseMs,
			LiveSessions:    contract.LimitLiveSessions,
			StepsPerSession: contract.LimitStepsPerSession,
		},
	})
	return nil
}
