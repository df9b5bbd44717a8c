// Package delivery is where changes are accepted (docs/protocol.md, D1 to D8): it asks who may, stores what must outlive the
// process, and tells browsers, the other nodes and the keeper of boxes.
package delivery

import (
	"context"
	"sync"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
)

// Access decides where a bot may write.
type Access interface {
	MayWrite(botID, channelID string) bool
	// IsBotIn tells whether a user is a bot and a member of the channel.
	IsBotIn(userID, channelID string) bool
	// DirectChannel between a bot and a person; it is made if there is none.
	DirectChannel(botID, userID string) (channelID string, err error)
}

// Records outlive the process and are shared by all nodes.
type Records interface {
	// Create and Save return what another node has written, if that is newer than the entry.
	Create(entry *live.Entry, now time.Time) (newer *live.Entry, err error)
	Save(entry *live.Entry, now time.Time) (newer *live.Entry, err error)
	Load(id string, now time.Time) (*live.Entry, error)
	Delete(id string) error
	IDs() ([]string, error)
}

// Audience are the browsers of a channel. Its methods return at once.
type Audience interface {
	Session(channelID string, session contract.Session, received time.Time)
	// Changed is for browsers that have the state before.
	Changed(channelID string, before, after contract.Session, received time.Time, isLifecycle bool)
	Daemon(channelID string, state contract.DaemonState)
	Post(channelID string, entry contract.PostEntry)
	Removed(channelID, id string)
}

// Peers are the other nodes.
type Peers interface {
	Publish(message nodes.Message)
}

// Boxes keeps the posts. All but Delete return at once.
type Boxes interface {
	// Begun tells of a session that was not known here, perhaps not any more: PostKnown or PostFailed say what became of its box.
	Begun(session contract.Session, botUserID string)
	Changed(session contract.Session, botUserID string)
	Withdrawn(session contract.Session, botUserID string)
	Delete(ctx context.Context, session contract.Session, botUserID string) error
}

// Logger takes a constant message and pairs of names and values.
type Logger interface {
	Error(message string, keyValuePairs ...any)
	Warn(message string, keyValuePairs ...any)
	Info(message string, keyValuePairs ...any)
}

// Deps is what a Delivery works with. Nothing may be nil.
type Deps struct {
	Store    *live.Store
	Leases   *live.Leases
	Records  Records
	Access   Access
	Audience Audience
	Peers    Peers
	Boxes    Boxes
	Log      Logger
	// OnAuthor is told of a bot that a client names as the author of its boxes.
	OnAuthor func(botID string)
	// Now has a monotonic part.
	Now func() time.Time
}

// Delivery accepts changes. All methods may be called from several goroutines at once.
type Delivery struct {
	Deps

	// creating is held while a session is created by itself.
	creating sync.Mutex

	mu      sync.Mutex
	streams map[live.Owner]*stream
	// wanted is when this node last asked its peers for a session.
	wanted map[string]time.Time
	// waiting are those that wait for a session's box.
	waiting map[string][]chan string
}

// New makes a Delivery.
func New(deps Deps) *Delivery {
	return &Delivery{
		Deps:    deps,
		streams: map[live.Owner]*stream{},
		wanted:  map[string]time.Time{},
		waiting: map[string][]chan string{},
	}
}
