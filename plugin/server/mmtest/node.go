package mmtest

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/mattermost/mattermost/server/public/plugin/plugintest"
)

// Node is plugin.API on one node. A method that is not written here panics: the plugin is not known to need it.
type Node struct {
	plugintest.API
	server *Server
	// Receive is called with what other nodes publish.
	Receive func(event model.PluginClusterEvent)
	// Config is what LoadPluginConfiguration gives.
	Config func(dest any) error
	// IsCluster is ClusterSettings.Enable.
	IsCluster bool
	// Bundle is the folder with plugin.json.
	Bundle string
	// Logs are the lines so far, level first.
	Logs *Lines
}

// NewNode joins the server.
func (s *Server) NewNode() *Node {
	s.mu.Lock()
	defer s.mu.Unlock()
	node := &Node{server: s, Receive: func(model.PluginClusterEvent) {}, Config: func(any) error { return nil }, Logs: &Lines{}}
	s.nodes = append(s.nodes, node)
	return node
}

// Remove takes a node out of the cluster.
func (s *Server) Remove(node *Node) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nodes = slices.DeleteFunc(s.nodes, func(other *Node) bool { return other == node })
}

func failed(where string) *model.AppError {
	return model.NewAppError(where, "mmtest", nil, "", 500)
}

func missing(where string) *model.AppError {
	return model.NewAppError(where, "mmtest", nil, "", 404)
}

// KVGet reads a key.
func (n *Node) KVGet(key string) ([]byte, *model.AppError) {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	if n.server.down {
		return nil, failed("KVGet")
	}
	return slices.Clone(n.server.kv[key]), nil
}

// KVSet writes a key.
func (n *Node) KVSet(key string, value []byte) *model.AppError {
	_, appErr := n.KVSetWithOptions(key, value, model.PluginKVSetOptions{})
	return appErr
}

// KVSetWithOptions writes a key; atomic writes compare bytes.
func (n *Node) KVSetWithOptions(key string, value []byte, options model.PluginKVSetOptions) (bool, *model.AppError) {
	n.server.beSlow()
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	if n.server.down {
		return false, failed("KVSetWithOptions")
	}
	if options.Atomic && !bytes.Equal(n.server.kv[key], options.OldValue) {
		return false, nil
	}
	if value == nil {
		delete(n.server.kv, key)
		return true, nil
	}
	n.server.kv[key] = slices.Clone(value)
	n.server.saves[key]++
	return true, nil
}

// KVDelete removes a key.
func (n *Node) KVDelete(key string) *model.AppError {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	if n.server.down {
		return failed("KVDelete")
	}
	delete(n.server.kv, key)
	return nil
}

// KVList pages over all keys of the plugin, those of cluster jobs included.
func (n *Node) KVList(page, perPage int) ([]string, *model.AppError) {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	if n.server.down {
		return nil, failed("KVList")
	}
	keys := slices.Sorted(maps.Keys(n.server.kv))
	from := min(page*perPage, len(keys))
	return keys[from:min(from+perPage, len(keys))], nil
}

// HasPermissionToChannel is true for members.
func (n *Node) HasPermissionToChannel(userID, channelID string, _ *model.Permission) bool {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	return n.server.members[channelID][userID]
}

// GetChannel finds a channel.
func (n *Node) GetChannel(channelID string) (*model.Channel, *model.AppError) {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	if channel, ok := n.server.channels[channelID]; ok {
		return channel.DeepCopy(), nil
	}
	return nil, missing("GetChannel")
}

// GetChannelMember finds a member.
func (n *Node) GetChannelMember(channelID, userID string) (*model.ChannelMember, *model.AppError) {
	if n.HasPermissionToChannel(userID, channelID, nil) {
		return &model.ChannelMember{ChannelId: channelID, UserId: userID}, nil
	}
	return nil, missing("GetChannelMember")
}

// GetDirectChannel makes it if there is none.
func (n *Node) GetDirectChannel(userID, otherUserID string) (*model.Channel, *model.AppError) {
	n.server.mu.Lock()
	if n.server.users[userID] == nil || n.server.users[otherUserID] == nil {
		n.server.mu.Unlock()
		return nil, missing("GetDirectChannel")
	}
	n.server.mu.Unlock()
	pair := []string{userID, otherUserID}
	slices.Sort(pair)
	id := strings.Join(pair, "-")
	if channel, appErr := n.GetChannel(id); appErr == nil {
		return channel, nil
	}
	n.server.AddChannel(id, model.ChannelTypeDirect, userID, otherUserID)
	return n.GetChannel(id)
}

// GetUser finds a user, with the password's hash as the real one does.
func (n *Node) GetUser(userID string) (*model.User, *model.AppError) {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	if user, ok := n.server.users[userID]; ok {
		return user.DeepCopy(), nil
	}
	return nil, missing("GetUser")
}

// GetBot finds a bot.
func (n *Node) GetBot(userID string, _ bool) (*model.Bot, *model.AppError) {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	if user, ok := n.server.users[userID]; ok && user.IsBot {
		return &model.Bot{UserId: userID, Username: user.Username}, nil
	}
	return nil, missing("GetBot")
}

// EnsureBotUser makes the plugin's own bot.
func (n *Node) EnsureBotUser(bot *model.Bot) (string, error) {
	id := bot.Username + "-bot"
	n.server.AddUser(id, true)
	return id, nil
}

// PublishWebSocketEvent keeps what browsers get. Without a broadcast the real server crashes.
func (n *Node) PublishWebSocketEvent(name string, payload map[string]any, broadcast *model.WebsocketBroadcast) {
	if broadcast == nil {
		panic("the real server would crash")
	}
	throughRPC(payload)
	text, _ := payload["p"].(string)
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	n.server.events = append(n.server.events, Event{Name: name, Payload: text, Broadcast: *broadcast})
}

// PublishPluginClusterEvent reaches all other nodes at once.
func (n *Node) PublishPluginClusterEvent(event model.PluginClusterEvent, _ model.PluginClusterEventSendOptions) error {
	n.server.mu.Lock()
	others := slices.Clone(n.server.nodes)
	n.server.mu.Unlock()
	for _, other := range others {
		if other != n {
			other.Receive(model.PluginClusterEvent{Id: event.Id, Data: slices.Clone(event.Data)})
		}
	}
	return nil
}

// LoadPluginConfiguration gives Config.
func (n *Node) LoadPluginConfiguration(dest any) error { return n.Config(dest) }

// GetConfig of the server.
func (n *Node) GetConfig() *model.Config {
	config := &model.Config{}
	config.SetDefaults()
	config.ClusterSettings.Enable = &n.IsCluster
	return config
}

// GetBundlePath is Bundle.
func (n *Node) GetBundlePath() (string, error) { return n.Bundle, nil }

// GetServerVersion is that of the oldest server.
func (n *Node) GetServerVersion() string { return "9.9.0" }

// RegisterCommand always works.
func (n *Node) RegisterCommand(*model.Command) error { return nil }

// UpdatePreferencesForUser keeps them.
func (n *Node) UpdatePreferencesForUser(_ string, preferences []model.Preference) *model.AppError {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	for _, one := range preferences {
		n.server.prefs[one.UserId+"/"+one.Category+"/"+one.Name] = one.Value
	}
	return nil
}

// GetPreferencesForUser lists them.
func (n *Node) GetPreferencesForUser(userID string) ([]model.Preference, *model.AppError) {
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	var found []model.Preference
	for key, value := range n.server.prefs {
		if parts := strings.SplitN(key, "/", 3); parts[0] == userID {
			found = append(found, model.Preference{UserId: userID, Category: parts[1], Name: parts[2], Value: value})
		}
	}
	return found, nil
}
