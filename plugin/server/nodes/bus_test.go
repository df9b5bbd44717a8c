package nodes_test

import (
	"errors"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
)

type cluster struct {
	sent []model.PluginClusterEvent
	how  []model.PluginClusterEventSendOptions
	fail error
}

func (c *cluster) PublishPluginClusterEvent(event model.PluginClusterEvent, options model.PluginClusterEventSendOptions) error {
	c.sent, c.how = append(c.sent, event), append(c.how, options)
	return c.fail
}

type log struct{ warnings int }

func (l *log) Warn(string, ...any) { l.warnings++ }

func TestAMessageArrivesAsItWasSent(t *testing.T) {
	c, lines := &cluster{}, &log{}
	bus := nodes.NewBus(c, lines, func() bool { return true })
	session := contract.Session{ID: "t1", DaemonID: "d", Seq: 5, Status: contract.SessionStatusActive, Steps: []contract.Step{}}
	delta := contract.Delta{ID: "t2", BaseSeq: 1, Seq: 2, RemovedSteps: []string{}, Steps: []contract.Step{}}
	message := nodes.Message{
		V:       1,
		Changes: []nodes.Change{{Change: contract.Change{Snapshot: &session}, BotID: "b"}, {Change: contract.Change{Delta: &delta}, BotID: "b"}},
		Removed: []string{"t3"}, Posts: []contract.PostEntry{{ID: "t1", PostID: "p"}}, Failed: []nodes.Failed{{ID: "t2", Code: "c"}}, Want: []string{"t4"}, Bots: []string{"b"},
		Heard:   []nodes.Heard{{Owner: nodes.Owner{DaemonID: "d", BotID: "b"}, Held: []contract.Held{{ID: "t1", Seq: 5}}, Complete: true}},
		Offline: []nodes.Owner{{DaemonID: "d", BotID: "b"}}, Hello: &nodes.Hello{Have: []contract.Held{{ID: "t1", Seq: 5}}},
	}
	bus.Publish(message)
	require.Len(t, c.sent, 1)
	require.Equal(t, nodes.EventID, c.sent[0].Id)
	require.Equal(t, model.PluginClusterEventSendTypeReliable, c.how[0].SendType, "datagrams lose what is large")
	got, err := nodes.Decode(c.sent[0].Data)
	require.NoError(t, err)
	require.Equal(t, message, got)
	require.Zero(t, lines.warnings)
}

func TestNothingIsSentWhereNobodyListensOrNothingIsNew(t *testing.T) {
	c := &cluster{}
	nodes.NewBus(c, &log{}, func() bool { return false }).Publish(nodes.Message{Removed: []string{"t1"}})
	nodes.NewBus(c, &log{}, func() bool { return true }).Publish(nodes.Message{})
	require.Empty(t, c.sent)
}

func TestAMessageThatCannotBeSentIsLogged(t *testing.T) {
	lines := &log{}
	nodes.NewBus(&cluster{fail: errors.New("no")}, lines, func() bool { return true }).Publish(nodes.Message{Removed: []string{"t1"}})
	require.Equal(t, 1, lines.warnings)
}
