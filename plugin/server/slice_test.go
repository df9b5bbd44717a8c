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
	activity := contract.ActivityTool
	delta := contract.Delta{ID: "t1", BaseSeq: 10, Seq: 20, AsOfMs: 1500, Steps: []contract.Step{{
		ID: "s1", Kind: contract.StepKindTool, Label: "Running `ls`", Status: contract.StepStatusRunning, StartedMs: 1400,
	}}}
	delta.Set.Activity.Set(activity)
	require.Equal(t, contract.ChangeStatusOk, n.send(asDaemon, contract.Change{Delta: &delta}).Status)
	require.Equal(t, contract.ChangeStatusOk, n.send(asDaemon, snapshot(ended(turn("t1", 0), 30))).Status)

	updates := n.updates(func(updates []contract.ChannelUpdate) bool {
		last := updates[max(0, len(updates)-1):]
		return len(last) == 1 && len(last[0].Sessions) == 1 && last[0].Sessions[0].Seq == 30
	})
	require.Equal(t, private, updates[0].ChannelID)
	require.EqualValues(t, 10, updates[0].Sessions[0].Seq)

	list := n.list(asAnn)
	require.Len(t, list.Sessions, 1)
	require.Equal(t, contract.SessionStatusDone, list.Sessions[0].Status)
	require.Equal(t, []contract.DaemonState{{DaemonID: daemonA}}, list.Daemons)
	require.Empty(t, n.list(asBob).Sessions)
	health := as[contract.PluginHealth](t, n.do("GET", "/health", asSecret, nil), 200)
	require.Equal(t, contract.PluginHealthStatusHealthy, health.Status)
	require.NotEmpty(t, health.Version)
}
