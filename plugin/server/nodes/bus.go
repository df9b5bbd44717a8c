package nodes

import (
	"github.com/mattermost/mattermost/server/public/model"
)

// EventID of our cluster events.
const EventID = "livestatus"

// Cluster sends to the other nodes; plugin.API has it.
type Cluster interface {
	PublishPluginClusterEvent(event model.PluginClusterEvent, options model.PluginClusterEventSendOptions) error
}

// Logger takes a constant message and pairs of names and values.
type Logger interface {
	Warn(message string, keyValuePairs ...any)
}

// Bus sends messages to the other nodes.
type Bus struct {
	cluster Cluster
	log     Logger
	// isCluster is false on a single server: nothing is sent then.
	isCluster func() bool
}

// NewBus sends through cluster while isCluster.
func NewBus(cluster Cluster, log Logger, isCluster func() bool) *Bus {
	return &Bus{cluster: cluster, log: log, isCluster: isCluster}
}

// Publish tells all other nodes. A message that cannot be sent is logged: nodes that miss one ask for what they need.
func (b *Bus) Publish(message Message) {
	if message.IsEmpty() || !b.isCluster() {
		return
	}
	data, err := encode(message)
	if err != nil {
		b.log.Warn("A message for the other nodes cannot be written", "err", err.Error())
		return
	}
	event := model.PluginClusterEvent{Id: EventID, Data: data}
	reliable := model.PluginClusterEventSendOptions{SendType: model.PluginClusterEventSendTypeReliable}
	if err := b.cluster.PublishPluginClusterEvent(event, reliable); err != nil {
		b.log.Warn("The other nodes cannot be told", "err", err.Error())
	}
}
