// Package mmtest is a small Mattermost for tests: the part of plugin.API that this plugin uses, with the traps of the real one
// (docs: what was measured on a real server). Several nodes may share one Server.
package mmtest

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// Server is what the nodes of a cluster share: database, channels, members. The zero value is not ready: NewServer.
type Server struct {
	mu       sync.Mutex
	kv       map[string][]byte
	channels map[string]*model.Channel
	members  map[string]map[string]bool
	users    map[string]*model.User
	posts    map[string]*model.Post
	prefs    map[string]string
	events   []Event
	nodes    []*Node
	clock    int64
	// down makes every KV call fail.
	down bool
	// slow is how long a write takes.
	slow time.Duration
	// saves counts writes of each key.
	saves map[string]int
}

// Event is what browsers got.
type Event struct {
	Name      string
	Payload   string
	Broadcast model.WebsocketBroadcast
}

// NewServer is empty.
func NewServer() *Server {
	return &Server{
		kv: map[string][]byte{}, channels: map[string]*model.Channel{}, members: map[string]map[string]bool{},
		users: map[string]*model.User{}, posts: map[string]*model.Post{}, prefs: map[string]string{}, saves: map[string]int{},
	}
}

// AddChannel makes a channel with these members.
func (s *Server) AddChannel(id string, kind model.ChannelType, memberIDs ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = &model.Channel{Id: id, Type: kind}
	s.members[id] = map[string]bool{}
	for _, member := range memberIDs {
		s.members[id][member] = true
	}
}

// Join and Leave a channel.
func (s *Server) Join(channelID, userID string) { s.setMember(channelID, userID, true) }

// Leave a channel.
func (s *Server) Leave(channelID, userID string) { s.setMember(channelID, userID, false) }

func (s *Server) setMember(channelID, userID string, isMember bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.members[channelID][userID] = isMember
}

// AddUser makes a person or a bot.
func (s *Server) AddUser(id string, isBot bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[id] = &model.User{Id: id, Username: id, IsBot: isBot, Password: "hash"}
}

// SetDown makes the KV store fail, or work again.
func (s *Server) SetDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// SetSlow makes every write of a key take so long, so that what happens at the same time does.
func (s *Server) SetSlow(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slow = by
}

func (s *Server) beSlow() {
	s.mu.Lock()
	by := s.slow
	s.mu.Unlock()
	time.Sleep(by)
}

// SetKey writes a key behind the plugin's back; nil deletes it.
func (s *Server) SetKey(key string, value []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if value == nil {
		delete(s.kv, key)
		return
	}
	s.kv[key] = value
}

// Key reads a key; nil if there is none.
func (s *Server) Key(key string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.kv[key])
}

// Saves is how often a key was written.
func (s *Server) Saves(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saves[key]
}

// Events that browsers got so far.
func (s *Server) Events() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

// Posts that exist and are not deleted.
func (s *Server) Posts() []*model.Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	var posts []*model.Post
	for _, id := range slices.Sorted(maps.Keys(s.posts)) {
		if s.posts[id].DeleteAt == 0 {
			posts = append(posts, s.posts[id].Clone())
		}
	}
	return posts
}

// Preference of a user; empty if there is none.
func (s *Server) Preference(userID, category, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.prefs[userID+"/"+category+"/"+name]
}

// tick gives posts increasing times.
func (s *Server) tick() int64 {
	s.clock++
	return 1_700_000_000_000 + s.clock
}

// throughRPC does what the host's RPC does with values of interface type. A type that gob does not know ends the real
// connection for good; here it ends the test.
func throughRPC(value any) {
	if err := gob.NewEncoder(&bytes.Buffer{}).Encode(map[string]any{"value": value}); err != nil {
		panic(fmt.Sprintf("the host's RPC would break: %v", err))
	}
}

func init() {
	// What plugin/client_rpc.go of the host registers.
	gob.Register([]any{})
	gob.Register(map[string]any{})
}
