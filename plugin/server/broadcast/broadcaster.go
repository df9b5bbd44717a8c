// Package broadcast tells browsers of changes: one WebSocket event a channel and interval (docs/protocol.md, D6).
package broadcast

import (
	"context"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

const (
	// Event is the name on our side; on the wire Mattermost puts custom_<plugin id>_ before it.
	Event = "update"
	// payloadKey holds the ChannelUpdate as one string. Only a string: a value that the host's RPC cannot encode would break the
	// connection between plugin and server for good.
	payloadKey = "p"
)

// Socket is where events go; plugin.API has it.
type Socket interface {
	PublishWebSocketEvent(event string, payload map[string]any, broadcast *model.WebsocketBroadcast)
}

// Logger takes a constant message and pairs of names and values.
type Logger interface {
	Error(message string, keyValuePairs ...any)
}

// Broadcaster coalesces what channels are told. All methods may be called from several goroutines at once and return at
// once; one goroutine (Run) publishes.
type Broadcaster struct {
	socket Socket
	log    Logger

	mu       sync.Mutex
	channels map[string]*channel
	wake     chan struct{}
	bucket   bucket
}

type channel struct {
	pending pending
	sent    time.Time
	// asked is when the oldest pending change came.
	asked time.Time
}

// New makes a Broadcaster; nothing is published until Run.
func New(socket Socket, log Logger) *Broadcaster {
	return &Broadcaster{socket: socket, log: log, channels: map[string]*channel{}, wake: make(chan struct{}, 1)}
}

// Session tells of a whole session that came at received.
func (b *Broadcaster) Session(channelID string, session contract.Session, received time.Time) {
	b.add(channelID, func(p *pending) { p.session(session, received) })
}

// Changed tells that a session of which browsers were told became another at received; isLifecycle if its status changed. Neither
// state may be written to afterwards.
func (b *Broadcaster) Changed(channelID string, before, after contract.Session, received time.Time, isLifecycle bool) {
	b.add(channelID, func(p *pending) {
		p.change(before, after, received)
		p.isLifecycle = p.isLifecycle || isLifecycle
	})
}

// Daemon tells that a daemon was lost or is back.
func (b *Broadcaster) Daemon(channelID string, state contract.DaemonState) {
	b.add(channelID, func(p *pending) {
		put(&p.daemons, state.DaemonID, state.Offline)
		p.isLifecycle = true
	})
}

// Post tells which post is a session's box.
func (b *Broadcaster) Post(channelID string, entry contract.PostEntry) {
	b.add(channelID, func(p *pending) {
		put(&p.posts, entry.ID, entry.PostID)
		p.isLifecycle = true
	})
}

// Removed tells that a session is gone.
func (b *Broadcaster) Removed(channelID, id string) {
	b.add(channelID, func(p *pending) { p.remove(id) })
}

func (b *Broadcaster) add(channelID string, change func(*pending)) {
	if channelID == "" {
		return // an event without a channel would reach everybody
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	known, ok := b.channels[channelID]
	if !ok {
		known = &channel{}
		b.channels[channelID] = known
	}
	if known.pending.isEmpty() {
		known.asked = time.Now()
	}
	change(&known.pending)
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run publishes until ctx is done, then what is pending.
func (b *Broadcaster) Run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(b.publishDue(time.Now()))
		select {
		case <-ctx.Done():
			b.flush()
			return
		case <-b.wake:
		case <-timer.C:
		}
	}
}

// publishDue sends what is due and returns how long nothing else will be.
func (b *Broadcaster) publishDue(now time.Time) time.Duration {
	for {
		channelID, due, ok := b.next(now)
		if !ok {
			return time.Hour
		}
		if wait := due.Sub(now); wait > 0 {
			return wait
		}
		if wait := b.bucket.take(now); wait > 0 {
			return wait
		}
		b.publish(channelID, now)
	}
}

// next finds the channel that has waited longest among those due, else the one that is due first.
func (b *Broadcaster) next(now time.Time) (channelID string, due time.Time, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forgetQuiet(now)
	pause := interval(len(b.channels))
	var asked time.Time
	for id, known := range b.channels {
		if known.pending.isEmpty() {
			continue
		}
		at := known.sent.Add(pause)
		if at.Before(now) {
			at = now
		}
		if !ok || at.Before(due) || (at.Equal(due) && known.asked.Before(asked)) {
			channelID, due, asked, ok = id, at, known.asked, true
		}
	}
	return channelID, due, ok
}

func (b *Broadcaster) forgetQuiet(now time.Time) {
	for id, known := range b.channels {
		if known.pending.isEmpty() && now.Sub(known.sent) > activeFor {
			delete(b.channels, id)
		}
	}
}

func (b *Broadcaster) publish(channelID string, now time.Time) {
	b.mu.Lock()
	known := b.channels[channelID]
	told := known.pending
	known.pending, known.sent = pending{}, now
	b.mu.Unlock()
	b.send(channelID, told.update(now), told.isLifecycle)
}

func (b *Broadcaster) flush() {
	b.mu.Lock()
	var waiting []string
	for id, known := range b.channels {
		if !known.pending.isEmpty() {
			waiting = append(waiting, id)
		}
	}
	b.mu.Unlock()
	for _, id := range waiting {
		b.publish(id, time.Now())
	}
}

func (b *Broadcaster) send(channelID string, update contract.ChannelUpdate, isLifecycle bool) {
	payload, err := update.Payload()
	if err != nil {
		b.log.Error("An update cannot be written as JSON", "channel_id", channelID, "err", err.Error())
		return
	}
	if first, second, ok := split(update); len(payload) > maxPayload && ok {
		b.send(channelID, first, isLifecycle)
		b.send(channelID, second, isLifecycle)
		return
	}
	b.socket.PublishWebSocketEvent(Event, map[string]any{payloadKey: payload},
		&model.WebsocketBroadcast{ChannelId: channelID, ReliableClusterSend: isLifecycle})
}
