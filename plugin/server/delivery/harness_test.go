package delivery_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/stretchr/testify/require"

	"github.com/openclaw/mattermost-plugin-livestatus/server/access"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/delivery"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/mmtest"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
)

// The bots and channels of these tests.
const (
	ownBot = "own-bot"
	claw   = "claw-bot"  // member of all three channels
	other  = "other-bot" // member of the public channel only
	ann    = "ann"

	room    = "room-channel"    // private
	lobby   = "lobby-channel"   // public
	archive = "archive-channel" // private

	daemonA = "daemon-a"
	daemonB = "daemon-b"
)

// clock is what all nodes of a test read.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// world is a Mattermost with one or more nodes.
type world struct {
	*clock
	server *mmtest.Server
	nodes  []*node
}

func newWorld() *world {
	w := &world{clock: &clock{now: time.Now()}, server: mmtest.NewServer()}
	for _, bot := range []string{ownBot, claw, other} {
		w.server.AddUser(bot, true)
	}
	w.server.AddUser(ann, false)
	w.server.AddChannel(room, model.ChannelTypePrivate, claw, ann)
	w.server.AddChannel(archive, model.ChannelTypePrivate, claw, ann)
	w.server.AddChannel(lobby, model.ChannelTypeOpen, claw, other, ann)
	return w
}

// node is one plugin instance: real store, records, access and delivery; what it tells browsers and boxes is kept.
type node struct {
	t        testing.TB
	world    *world
	api      *mmtest.Node
	store    *live.Store
	leases   *live.Leases
	records  *live.Records
	delivery *delivery.Delivery
	audience *audience
	boxes    *boxKeeper
	// isCut keeps its messages from the other nodes.
	isCut bool
}

func (w *world) start(t testing.TB) *node {
	told := &audience{}
	n := w.startWith(t, told)
	n.audience = told
	return n
}

func (w *world) startWith(t testing.TB, told delivery.Audience) *node {
	n := &node{t: t, world: w, api: w.server.NewNode(), store: live.NewStore(), leases: live.NewLeases(), boxes: &boxKeeper{}}
	n.records = live.NewRecords(n.api)
	n.delivery = delivery.New(delivery.Deps{
		Store: n.store, Leases: n.leases, Records: n.records, Access: access.New(n.api, ownBot), Audience: told,
		Peers: n, Boxes: n.boxes, Log: logger{n.api}, OnAuthor: func(string) {}, Now: w.Now,
	})
	w.nodes = append(w.nodes, n)
	require.NoError(t, n.delivery.Start(n.records))
	return n
}

// Publish reaches the other nodes as JSON, as it does in a cluster.
func (n *node) Publish(message nodes.Message) {
	if n.isCut || message.IsEmpty() {
		return
	}
	data, err := json.Marshal(message)
	require.NoError(n.t, err)
	for _, peer := range n.world.nodes {
		if peer != n && !peer.isCut {
			decoded, err := nodes.Decode(data)
			require.NoError(n.t, err)
			peer.delivery.Receive(decoded)
		}
	}
}

// stop takes the node out, without a word.
func (w *world) stop(gone *node) {
	var left []*node
	for _, n := range w.nodes {
		if n != gone {
			left = append(left, n)
		}
	}
	w.nodes = left
}

type logger struct{ api *mmtest.Node }

func (l logger) Error(message string, pairs ...any) { l.api.LogError(message, pairs...) }
func (l logger) Warn(message string, pairs ...any)  { l.api.LogWarn(message, pairs...) }
func (l logger) Info(message string, pairs ...any)  { l.api.LogInfo(message, pairs...) }

// audience keeps what browsers are told, one line each.
type audience struct {
	mu    sync.Mutex
	lines []string
}

func (a *audience) add(format string, args ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines = append(a.lines, fmt.Sprintf(format, args...))
}

func (a *audience) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	lines := a.lines
	a.lines = nil
	return lines
}

func (a *audience) Session(channelID string, session contract.Session, _ time.Time) {
	a.add("%s: session %s %s", channelID, session.ID, session.Status)
}

func (a *audience) Changed(channelID string, before, after contract.Session, _ time.Time, isLifecycle bool) {
	a.add("%s: changed %s %d -> %d lifecycle=%t", channelID, after.ID, before.Seq, after.Seq, isLifecycle)
}

func (a *audience) Daemon(channelID string, state contract.DaemonState) {
	a.add("%s: daemon %s offline=%t", channelID, state.DaemonID, state.Offline)
}

func (a *audience) Post(channelID string, entry contract.PostEntry) {
	a.add("%s: post %s %s", channelID, entry.ID, entry.PostID)
}

func (a *audience) Removed(channelID, id string) { a.add("%s: removed %s", channelID, id) }

// boxKeeper keeps what the keeper of boxes is told.
type boxKeeper struct {
	mu        sync.Mutex
	begun     []string
	changed   []contract.Session
	authors   []string
	withdrawn []string
	deleted   []string
	onChanged func(contract.Session)
	fail      error
}

func (b *boxKeeper) Begun(session contract.Session, botUserID string) {
	b.mu.Lock()
	b.begun = append(b.begun, session.ID)
	b.mu.Unlock()
	b.Changed(session, botUserID)
}

func (b *boxKeeper) Changed(session contract.Session, botUserID string) {
	b.mu.Lock()
	b.changed, b.authors = append(b.changed, session), append(b.authors, botUserID)
	onChanged := b.onChanged
	b.mu.Unlock()
	if onChanged != nil {
		go onChanged(session)
	}
}

func (b *boxKeeper) Withdrawn(session contract.Session, _ string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.withdrawn = append(b.withdrawn, session.ID)
}

func (b *boxKeeper) Delete(_ context.Context, session contract.Session, _ string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.deleted = append(b.deleted, session.ID)
	return b.fail
}

func (b *boxKeeper) last() contract.Session {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.changed[len(b.changed)-1]
}

// turn is a valid session of daemonA in room, without a box.
func turn(id string, seq int64) contract.Session {
	channelID := room
	return contract.Session{
		ID: id, DaemonID: daemonA, SessionKey: "agent:main:x", Agent: contract.Agent{ID: "main", Name: "Main", Runtime: "openclaw"},
		ChannelID: &channelID, Post: contract.PostStateNone, Status: contract.SessionStatusActive,
		StartedMs: 1000, LastEventMs: 1000, AsOfMs: 2000, Seq: seq,
	}
}

func ended(session contract.Session) contract.Session {
	end := session.AsOfMs
	session.Status, session.EndedMs = contract.SessionStatusDone, &end
	return session
}

func delta(id string, base, seq int64) contract.Delta {
	tools := int(seq)
	return contract.Delta{ID: id, BaseSeq: base, Seq: seq, AsOfMs: 3000, Set: contract.DeltaSet{ToolCalls: &tools}}
}

// raw is a change as it is sent.
func raw(t testing.TB, change any) json.RawMessage {
	data, err := json.Marshal(change)
	require.NoError(t, err)
	return data
}

// sent is a batch of daemonA by claw unless said otherwise.
type sent struct {
	daemonID, botID string
	asOfMs          int64
	changes         []any
	held            []contract.Held
	complete        bool
}

func (n *node) batch(s sent) contract.BatchAnswer {
	answer, err := n.tryBatch(s)
	require.NoError(n.t, err)
	return answer
}

func (n *node) tryBatch(s sent) (contract.BatchAnswer, error) {
	if s.daemonID == "" {
		s.daemonID = daemonA
	}
	if s.botID == "" {
		s.botID = claw
	}
	if s.asOfMs == 0 {
		s.asOfMs = n.world.Now().UnixMilli()
	}
	batch := delivery.Batch{DaemonID: s.daemonID, AsOfMs: s.asOfMs, Held: s.held, Complete: s.complete}
	for _, change := range s.changes {
		if text, isText := change.(string); isText {
			batch.Changes = append(batch.Changes, json.RawMessage(text))
		} else {
			batch.Changes = append(batch.Changes, raw(n.t, change))
		}
	}
	return n.delivery.Batch(context.Background(), s.botID, batch)
}

// send one change of daemonA.
func (n *node) send(change any) contract.ChangeResult {
	return n.batch(sent{changes: []any{change}}).Results[0]
}

func (n *node) ok(change any) {
	n.t.Helper()
	result := n.send(change)
	require.Equal(n.t, contract.ChangeStatusOk, result.Status, codeOf(result))
}

func codeOf(result contract.ChangeResult) string {
	if result.Code == nil {
		return ""
	}
	return *result.Code
}

// stored is the session that this node has.
func (n *node) stored(id string) contract.Session {
	n.t.Helper()
	entry := n.store.Get(id)
	require.NotNil(n.t, entry, "%s is not stored", id)
	return entry.Session
}

func requireCode(t testing.TB, err error, code string) *contract.CodedError {
	t.Helper()
	var coded *contract.CodedError
	require.ErrorAs(t, err, &coded)
	require.Equal(t, code, coded.Code, coded.Message)
	return coded
}
