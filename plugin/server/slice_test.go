package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

func TestATurnGoesFromTheDaemonToBrowsersAndReaders(t *testing.T) {
	n := startNode(t, newServer())
	result := n.send(asDaemon, snapshot(turn("t1", 10)))
	require.Equal(t, contract.ChangeStatusOk, result.Status)
	require.EqualValues(t, 10, *result.Seq)
	first := n.updates(func(updates []contract.ChannelUpdate) bool { return len(updates) > 0 })[0]
	require.Equal(t, private, n.server.Events()[0].Broadcast.ChannelId)
	require.EqualValues(t, 10, first.Sessions[0].Seq)
	activity := contract.ActivityTool
	delta := contract.Delta{ID: "t1", BaseSeq: 10, Seq: 20, AsOfMs: 1500, Steps: []contract.Step{{
		ID: "s1", Kind: contract.StepKindTool, Label: "Running `ls`", Status: contract.StepStatusRunning, StartedMs: 1400,
	}}}
	delta.Set.Activity.Set(activity)
	require.Equal(t, contract.ChangeStatusOk, n.send(asDaemon, contract.Change{Delta: &delta}).Status)
	require.Equal(t, contract.ChangeStatusOk, n.send(asDaemon, snapshot(ended(turn("t1", 0), 30))).Status)

	n.updates(func(updates []contract.ChannelUpdate) bool {
		last := updates[len(updates)-1]
		return len(last.Sessions) == 1 && last.Sessions[0].Seq == 30
	})

	list := n.list(asAnn)
	require.Len(t, list.Sessions, 1)
	require.Equal(t, contract.SessionStatusDone, list.Sessions[0].Status)
	require.Equal(t, []contract.DaemonState{{DaemonID: daemonA}}, list.Daemons)
	require.Empty(t, n.list(asBob).Sessions)
	health := as[contract.PluginHealth](t, n.do("GET", "/health", asSecret, nil), 200)
	require.Equal(t, contract.PluginHealthStatusHealthy, health.Status)
	require.NotEmpty(t, health.Version)
}
