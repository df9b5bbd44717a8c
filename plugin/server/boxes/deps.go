package boxes

import (
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// API is what the keeper needs of Mattermost; plugin.API has it all. Every method may be called from several goroutines at
// once. An answer of nil and nil is possible: it is what a broken RPC connection gives.
type API interface {
	Posts
	Channels
	KV
	Users
}

// Users tells what people and bots are called.
type Users interface {
	GetUser(userID string) (*model.User, *model.AppError)
}

// Posts reads and writes posts.
type Posts interface {
	CreatePost(post *model.Post) (*model.Post, *model.AppError)
	UpdatePost(post *model.Post) (*model.Post, *model.AppError)
	DeletePost(postID string) *model.AppError
	GetPost(postID string) (*model.Post, *model.AppError)
	GetPostThread(postID string) (*model.PostList, *model.AppError)
	GetPostsSince(channelID string, time int64) (*model.PostList, *model.AppError)
	GetPostsForChannel(channelID string, page, perPage int) (*model.PostList, *model.AppError)
}

// Channels tells where a bot may write.
type Channels interface {
	GetChannel(channelID string) (*model.Channel, *model.AppError)
	GetChannelMember(channelID, userID string) (*model.ChannelMember, *model.AppError)
	HasPermissionToChannel(userID, channelID string, permission *model.Permission) bool
}

// KV is the store that the nodes of a cluster share.
type KV interface {
	KVGet(key string) ([]byte, *model.AppError)
	KVSetWithOptions(key string, value []byte, options model.PluginKVSetOptions) (bool, *model.AppError)
}

// Logger takes a constant message and pairs of names and values; pluginapi's LogService is one.
type Logger interface {
	Error(message string, keyValuePairs ...any)
	Warn(message string, keyValuePairs ...any)
	Info(message string, keyValuePairs ...any)
}

// Settings may change at any time; they count from the next edit on.
type Settings struct {
	// FirstEdit is the time from the creation of a box to its first edit while the turn goes on. 0 = only changes of the status
	// are written.
	FirstEdit time.Duration
	// ActiveEdit is the time between two edits after the first. 0 = no further ones but for changes of the status.
	ActiveEdit time.Duration
	// MaxLines of a message; below 1 counts as DefaultMaxLines.
	MaxLines int
	// NotifyWaiting: the asker is called when an agent waits for a person (P7).
	NotifyWaiting bool
}

// Defaults of Settings.
const (
	DefaultFirstEdit  = 30 * time.Second
	DefaultActiveEdit = 2 * time.Minute
	DefaultMaxLines   = 20
)

// Deps is what a Keeper works with. Nothing may be nil.
type Deps struct {
	API API
	Log Logger
	// OwnBotID is the plugin's own bot, which acts for clients that bring no bot token (D8): it may write in public channels
	// without being a member.
	OwnBotID string
	// Settings is asked at every edit. It must not block.
	Settings func() Settings
	// OnPost is told of a box once in the life of this Keeper, when it was created, found or adopted, and again after Begun. It may
	// be called from several goroutines at once; while it runs nothing else happens to this box.
	OnPost func(sessionID, postID string)
	// OnFailure is told why a box is given up for good (P4): one of the contract's post_* codes. Called as OnPost is.
	OnFailure func(sessionID, code string)
}
