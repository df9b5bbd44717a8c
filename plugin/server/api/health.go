package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/auth"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/view"
)

// codeDaemonOffline is the reason of a plugin that misses a daemon.
const codeDaemonOffline = "daemon_offline"

// health counts, for a Mattermost user, only what that user may read.
func (a *API) health(w http.ResponseWriter, r *http.Request) error {
	caller, refusal := a.Auth.Identify(r)
	if refusal != nil {
		return refusal
	}
	active := a.activeByDaemon(caller)
	health := contract.PluginHealth{Status: contract.PluginHealthStatusHealthy, Version: a.Version}
	for _, count := range active {
		health.ActiveSessions += count
	}
	health.Reasons = a.reasons(caller, active)
	if len(health.Reasons) > 0 {
		health.Status = contract.PluginHealthStatusDegraded
	}
	writeJSON(w, http.StatusOK, health)
	return nil
}

func (a *API) activeByDaemon(caller auth.Caller) map[string]int {
	if caller.IsWriter() {
		return a.View.ActiveByDaemon()
	}
	counts := map[string]int{}
	for _, session := range a.View.List(caller.ID, view.Active()).Sessions {
		counts[session.DaemonID]++
	}
	return counts
}

// reasons names daemons that went silent; to a Mattermost user only those whose sessions he sees.
func (a *API) reasons(caller auth.Caller, active map[string]int) []contract.HealthReason {
	offline := a.View.OfflineDaemons()
	var reasons []contract.HealthReason
	for _, daemonID := range slices.Sorted(maps.Keys(offline)) {
		if caller.IsWriter() || active[daemonID] > 0 {
			reasons = append(reasons, contract.HealthReason{Code: codeDaemonOffline, Message: fmt.Sprintf(
				"The daemon %s (%d active sessions) was last heard %s ago. Look whether it runs and reaches Mattermost.",
				daemonID, active[daemonID], offline[daemonID].Round(time.Second))})
		}
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
