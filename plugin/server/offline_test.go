package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/access"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/mmtest"
	"github.com/openclaw/mattermost-plugin-livestatus/server/view"
)

func TestASilentDaemonIsOfflineInListsAndHealth(t *testing.T) {
	server := newServer()
	n := startNode(t, server)
	n.batch(asDaemon, contract.BatchRequest{Changes: []contract.Change{snapshot(turn("t1", 10)), snapshot(ended(turn("over", 0), 10))}})
	running := n.plugin.running.Load()
	later := time.Now().Add(61 * time.Second)
	running.api.View.Leases.Expire(later)

	list := n.list(asAnn)
	require.Equal(t, []contract.DaemonState{{DaemonID: daemonA, Offline: true}}, list.Daemons)
	require.True(t, *list.Sessions[0].Offline)
	require.Nil(t, list.Sessions[1].Offline, "what has ended is not lost")
	require.True(t, *n.session("t1").Offline)
	for name, row := range map[string]struct {
		who    who
		status contract.PluginHealthStatus
	}{"the daemon": {asDaemon, "degraded"}, "curl": {asSecret, "degraded"}, "a member": {asAnn, "degraded"}, "somebody else": {asBob, "healthy"}} {
		health := as[contract.PluginHealth](t, n.do("GET", "/health", row.who, nil), 200)
		require.Equal(t, row.status, health.Status, name)
		if row.status == "degraded" {
			require.Equal(t, "daemon_offline", health.Reasons[0].Code)
			require.Contains(t, health.Reasons[0].Message, daemonA+" (1 active sessions)")
		}
	}
	n.batch(asDaemon, contract.BatchRequest{})
	require.Nil(t, n.session("t1").Offline)
	require.Equal(t, contract.PluginHealthStatusHealthy, as[contract.PluginHealth](t, n.do("GET", "/health", asAnn, nil), 200).Status)
}

func TestBrowsersAreToldWhenADaemonFallsSilentAndTheCleanUpEndsItsTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := startNode(t, newServer())
		n.send(asDaemon, snapshot(turn("t1", 10)))
		time.Sleep(70 * time.Second)
		told := n.updates(func([]contract.ChannelUpdate) bool { return true })
		require.Equal(t, []contract.DaemonState{{DaemonID: daemonA, Offline: true}}, told[len(told)-1].Daemons)
		require.Equal(t, contract.SessionStatusActive, n.session("t1").Status)
		time.Sleep(35 * time.Minute)
		require.Equal(t, contract.SessionCodeSilent, n.session("t1").Error.Code)
		time.Sleep(70 * time.Minute)
		require.Empty(t, n.reads())
		require.Nil(t, n.server.Key("ls_session_t1"))
	})
}

func TestTheViewAsksOnceForEachChannelAndMovesTimes(t *testing.T) {
	server := mmtest.NewServer()
	server.AddChannel(private, "P", ann)
	asked := map[string]int{}
	now := time.Now()
	store := live.NewStore()
	for _, id := range []string{"t1", "t2", "t3"} {
		store.Change(id, func(*live.Entry) { store.Put(&live.Entry{Session: turn(id, 10), Received: now}) })
	}
	readers := &view.View{Store: store, Leases: live.NewLeases(), Access: counting{access.New(server.NewNode(), ownBot), asked},
		Now: func() time.Time { return now.Add(5 * time.Second) }}
	list := readers.List(ann, view.Filter{})
	require.Len(t, list.Sessions, 3)
	require.EqualValues(t, 6000, list.Sessions[0].AsOfMs)
	require.Equal(t, map[string]int{private: 1}, asked)
}

type counting struct {
	*access.Access
	asked map[string]int
}

func (c counting) MayRead(userID, channelID string) bool {
	c.asked[channelID]++
	return c.Access.MayRead(userID, channelID)
}
