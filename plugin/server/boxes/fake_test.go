package boxes

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

const (
	theBot     = "bot"
	theChannel = "c1"
	theRoot    = "r1"
	theRequest = "q1"
	theAsker   = "u1"
)

// fault is how a call goes wrong.
type fault struct {
	// done: the server does it, only the answer is lost.
	done bool
	// silent: the answer is nil and nil (a broken RPC connection), else a 500.
	silent bool
	// refusal is an answer of the server, instead of a 500.
	refusal *model.AppError
	// after is how long the server takes to do it.
	after time.Duration
}

// mattermost is a chat server in memory: posts, channels, members, KV. It does not deduplicate by pending post id, as the real
// one does for half a minute on one node.
type mattermost struct {
	mu       sync.Mutex
	posts    map[string]*model.Post
	channels map[string]*model.Channel
	members  map[string]bool // of every channel
	readOnly bool
	kv       map[string]kvEntry
	calls    map[string]int
	nextID   int
	users    map[string]*model.User
	// faultOf is asked before every call; nil = all goes well.
	faultOf func(method string) *fault
}

type kvEntry struct {
	value   []byte
	expires time.Time
}

func newMattermost() *mattermost {
	m := &mattermost{
		posts: map[string]*model.Post{}, kv: map[string]kvEntry{}, calls: map[string]int{},
		channels: map[string]*model.Channel{theChannel: {Id: theChannel, Type: model.ChannelTypePrivate}},
		members:  map[string]bool{theBot: true},
		users:    map[string]*model.User{theBot: {Id: theBot, Username: "ops-bot", IsBot: true}, theAsker: {Id: theAsker, Username: "ann"}},
	}
	m.add(&model.Post{Id: theRoot, ChannelId: theChannel, UserId: "ann", Message: "do it"})
	return m
}

// add puts a post there as if somebody else had written it.
func (m *mattermost) add(post *model.Post) *model.Post {
	m.mu.Lock()
	defer m.mu.Unlock()
	if post.Id == "" {
		m.nextID++
		post.Id = fmt.Sprintf("p%d", m.nextID)
	}
	if post.CreateAt == 0 {
		post.CreateAt = time.Now().UnixMilli()
	}
	post.UpdateAt = post.CreateAt
	m.posts[post.Id] = post
	return post
}

// boxes are the posts that say that they are a session's box, deleted ones too.
func (m *mattermost) boxes(sessionID string) []*model.Post {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []*model.Post
	for _, id := range slices.Sorted(maps.Keys(m.posts)) {
		if props, ok := decodeProps(m.posts[id]); ok && props.ID == sessionID && m.posts[id].UserId == theBot {
			found = append(found, m.posts[id].Clone())
		}
	}
	return found
}

func (m *mattermost) edit(postID string, change func(*model.Post)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m.posts[postID])
}

func (m *mattermost) set(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
}

func (m *mattermost) count(method string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.calls[method]
}

var broken = model.NewAppError("fake", "fake.broken", nil, "", http.StatusInternalServerError)

func missing() *model.AppError {
	return model.NewAppError("fake", "app.post.get.app_error", nil, "", http.StatusNotFound)
}

// call does what a call does, with the fault that it has.
func call[T any](m *mattermost, method string, do func() (T, *model.AppError)) (T, *model.AppError) {
	m.mu.Lock()
	m.calls[method]++
	faultOf := m.faultOf
	m.mu.Unlock()
	var wrong *fault
	if faultOf != nil {
		wrong = faultOf(method)
	}
	var none T
	if wrong == nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		return do()
	}
	time.Sleep(wrong.after)
	if wrong.done {
		m.mu.Lock()
		result, appErr := do()
		m.mu.Unlock()
		if wrong.after > 0 && !wrong.silent && wrong.refusal == nil {
			return result, appErr // only slow
		}
	}
	switch {
	case wrong.refusal != nil:
		return none, wrong.refusal
	case wrong.silent:
		return none, nil
	default:
		return none, broken
	}
}

func (m *mattermost) CreatePost(post *model.Post) (*model.Post, *model.AppError) {
	return call(m, "CreatePost", func() (*model.Post, *model.AppError) {
		if root := m.posts[post.RootId]; post.RootId != "" && (root == nil || root.DeleteAt > 0) {
			return nil, model.NewAppError("fake", "api.post.create_post.root_id.app_error", nil, "", http.StatusBadRequest)
		}
		created := post.Clone()
		m.nextID++
		created.Id = fmt.Sprintf("p%d", m.nextID)
		created.CreateAt = time.Now().UnixMilli()
		created.UpdateAt = created.CreateAt
		created.AddProp("from_bot", "true")
		m.posts[created.Id] = created
		return created.Clone(), nil
	})
}

func (m *mattermost) UpdatePost(post *model.Post) (*model.Post, *model.AppError) {
	return call(m, "UpdatePost", func() (*model.Post, *model.AppError) {
		old := m.posts[post.Id]
		if old == nil || old.DeleteAt > 0 {
			return nil, missing()
		}
		updated := post.Clone()
		updated.UpdateAt = time.Now().UnixMilli()
		if updated.Message != old.Message {
			updated.EditAt = updated.UpdateAt
		}
		m.posts[post.Id] = updated
		return updated.Clone(), nil
	})
}

func (m *mattermost) DeletePost(postID string) *model.AppError {
	_, appErr := call(m, "DeletePost", func() (struct{}, *model.AppError) {
		if m.posts[postID] == nil || m.posts[postID].DeleteAt > 0 {
			return struct{}{}, missing()
		}
		m.remove(postID)
		return struct{}{}, nil
	})
	return appErr
}

// remove needs the lock.
func (m *mattermost) remove(postID string) {
	for _, post := range m.posts {
		if post.Id == postID || post.RootId == postID {
			post.DeleteAt = time.Now().UnixMilli()
			post.UpdateAt = post.DeleteAt
		}
	}
}

func (m *mattermost) GetPost(postID string) (*model.Post, *model.AppError) {
	return call(m, "GetPost", func() (*model.Post, *model.AppError) {
		if m.posts[postID] == nil || m.posts[postID].DeleteAt > 0 {
			return nil, missing()
		}
		return m.posts[postID].Clone(), nil
	})
}

func (m *mattermost) GetPostThread(postID string) (*model.PostList, *model.AppError) {
	return call(m, "GetPostThread", func() (*model.PostList, *model.AppError) {
		if m.posts[postID] == nil || m.posts[postID].DeleteAt > 0 {
			return nil, missing()
		}
		return m.list(func(post *model.Post) bool {
			return post.DeleteAt == 0 && (post.Id == postID || post.RootId == postID)
		}), nil
	})
}

func (m *mattermost) GetPostsSince(channelID string, since int64) (*model.PostList, *model.AppError) {
	return call(m, "GetPostsSince", func() (*model.PostList, *model.AppError) {
		return m.list(func(post *model.Post) bool { return post.ChannelId == channelID && post.UpdateAt > since }), nil
	})
}

func (m *mattermost) GetPostsForChannel(channelID string, _, perPage int) (*model.PostList, *model.AppError) {
	return call(m, "GetPostsForChannel", func() (*model.PostList, *model.AppError) {
		if perPage != searchPosts {
			panic("unexpected page")
		}
		return m.list(func(post *model.Post) bool { return post.ChannelId == channelID && post.DeleteAt == 0 }), nil
	})
}

func (m *mattermost) list(wanted func(*model.Post) bool) *model.PostList {
	list := model.NewPostList()
	for _, post := range m.posts {
		if wanted(post) {
			list.AddPost(post.Clone())
		}
	}
	return list
}

func (m *mattermost) GetChannel(channelID string) (*model.Channel, *model.AppError) {
	return call(m, "GetChannel", func() (*model.Channel, *model.AppError) {
		if m.channels[channelID] == nil {
			return nil, missing()
		}
		channel := *m.channels[channelID]
		return &channel, nil
	})
}

func (m *mattermost) HasPermissionToChannel(userID, _ string, permission *model.Permission) bool {
	allowed, _ := call(m, "HasPermissionToChannel", func() (bool, *model.AppError) {
		return m.members[userID] && !m.readOnly && permission == model.PermissionCreatePost, nil
	})
	return allowed
}

func (m *mattermost) GetChannelMember(channelID, userID string) (*model.ChannelMember, *model.AppError) {
	return call(m, "GetChannelMember", func() (*model.ChannelMember, *model.AppError) {
		if !m.members[userID] {
			return nil, missing()
		}
		return &model.ChannelMember{ChannelId: channelID, UserId: userID}, nil
	})
}

func (m *mattermost) GetUser(userID string) (*model.User, *model.AppError) {
	return call(m, "GetUser", func() (*model.User, *model.AppError) {
		if m.users[userID] == nil {
			return nil, missing()
		}
		user := *m.users[userID]
		return &user, nil
	})
}

func (m *mattermost) KVGet(key string) ([]byte, *model.AppError) {
	return call(m, "KVGet", func() ([]byte, *model.AppError) { return m.stored(key), nil })
}

func (m *mattermost) stored(key string) []byte {
	if e, ok := m.kv[key]; ok && time.Now().Before(e.expires) {
		return e.value
	}
	return nil
}

func (m *mattermost) KVSetWithOptions(key string, value []byte, options model.PluginKVSetOptions) (bool, *model.AppError) {
	return call(m, "KVSetWithOptions", func() (bool, *model.AppError) {
		if !options.Atomic || options.ExpireInSeconds != 7*24*3600 {
			panic("not atomic, or no expiry of 7 days")
		}
		if !bytes.Equal(m.stored(key), options.OldValue) {
			return false, nil
		}
		m.kv[key] = kvEntry{value: bytes.Clone(value), expires: time.Now().Add(7 * 24 * time.Hour)}
		return true, nil
	})
}

// testLog gives a keeper's log to the test.
type testLog struct{ t testing.TB }

func (l testLog) Error(message string, pairs ...any) { l.t.Errorf("logged: %s %v", message, pairs) }
func (l testLog) Warn(message string, pairs ...any)  { l.t.Logf("%s %v", message, pairs) }
func (l testLog) Info(message string, pairs ...any)  { l.t.Logf("%s %v", message, pairs) }

// rig is a keeper with its server, and what it told.
type rig struct {
	*Keeper
	server   *mattermost
	settings Settings

	mu       sync.Mutex
	posts    map[string]string
	failures map[string][]string
}

func newRig(t testing.TB, server *mattermost) *rig {
	r := &rig{
		server: server, settings: Settings{FirstEdit: DefaultFirstEdit, ActiveEdit: DefaultActiveEdit, MaxLines: DefaultMaxLines},
		posts: map[string]string{}, failures: map[string][]string{},
	}
	r.Keeper = New(Deps{
		API: server, Log: testLog{t}, OwnBotID: "own", Settings: func() Settings { return r.settings },
		OnPost: func(sessionID, postID string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.posts[sessionID] = postID
		},
		OnFailure: func(sessionID, code string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.failures[sessionID] = append(r.failures[sessionID], code)
		},
	})
	return r
}

func (r *rig) failed(sessionID string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.failures[sessionID])
}

func (r *rig) postOf(sessionID string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.posts[sessionID]
}

func pointer[T any](value T) *T { return &value }

// session s1 at work, as of seq.
func sessionAt(seq int64, changes ...func(*contract.Session)) contract.Session {
	session := contract.Session{
		ID: "s1", DaemonID: "d", SessionKey: "k", Agent: contract.Agent{ID: "main", Name: "Main", Runtime: "openclaw"},
		ChannelID: pointer(theChannel), RootID: pointer(theRoot), Post: contract.PostStateWanted,
		Status: contract.SessionStatusActive, Activity: pointer(contract.ActivityThinking),
		StartedMs: 1_000, LastEventMs: 1_000, AsOfMs: 1_000 + 1_000*seq, Seq: seq,
	}
	for _, change := range changes {
		change(&session)
	}
	return session
}

func ended(status contract.SessionStatus) func(*contract.Session) {
	return func(s *contract.Session) {
		s.Status, s.Activity, s.EndedMs = status, nil, pointer(s.AsOfMs)
	}
}

func notWanted(s *contract.Session) { s.Post = contract.PostStateNone }
func noChannel(s *contract.Session) { s.ChannelID, s.RootID = nil, nil }
func topLevel(s *contract.Session)  { s.RootID = nil }
func offline(s *contract.Session)   { s.Offline = pointer(true) }

// waitsFor says what the agent waits for, since when.
func waitsFor(reason contract.WaitingFor, sinceMs int64) func(*contract.Session) {
	return func(s *contract.Session) {
		s.Activity = pointer(contract.ActivityWaiting)
		s.Waiting = &contract.Waiting{For: reason, SinceMs: sinceMs}
	}
}
