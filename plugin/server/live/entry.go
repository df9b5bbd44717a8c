package live

import (
	"strings"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// Owner is who publishes a session: a daemon, with one of its bots. Leases and heartbeats count for each owner.
type Owner struct {
	DaemonID string
	BotID    string
}

// legacyPrefix of the daemon ids of clients that know no daemon ids (D8).
const legacyPrefix = "legacy:"

// LegacyOwner is who publishes what a client of the first release writes through a bot.
func LegacyOwner(botID string) Owner {
	return Owner{DaemonID: legacyPrefix + botID, BotID: botID}
}

// IsLegacy tells whether the owner has no lease: only 30 minutes of silence end its sessions.
func (o Owner) IsLegacy() bool {
	return strings.HasPrefix(o.DaemonID, legacyPrefix)
}

// Entry is a session as this node knows it. An Entry that is in the store is never written to: it is replaced.
type Entry struct {
	// Session without Offline, which is a question to Leases. PostID is the box that was seen to exist.
	Session contract.Session
	// BotID is who wrote it and who is the author of its box.
	BotID string
	// Received is when Session came, on this node's monotonic clock: Session.AsOfMs was true at that moment.
	Received time.Time
	// Heard is when the session was last changed or held by a heartbeat.
	Heard time.Time
	// PostCode is why its box cannot be written (P4); empty if it can.
	PostCode string
}

// Owner of the session.
func (e *Entry) Owner() Owner {
	return Owner{DaemonID: e.Session.DaemonID, BotID: e.BotID}
}

// IsActive tells whether the turn goes on.
func (e *Entry) IsActive() bool {
	return e.Session.Status == contract.SessionStatusActive
}

// ChannelID where the session is shown; empty if it has none.
func (e *Entry) ChannelID() string {
	if e.Session.ChannelID == nil {
		return ""
	}
	return *e.Session.ChannelID
}

// At is the session as of now: AsOfMs moved by the time that it was held here, on the daemon's clock still.
func (e *Entry) At(now time.Time) contract.Session {
	session := e.Session
	session.AsOfMs += HeldMs(e.Received, now)
	return session
}

// HeldMs is how long something that came at received has been held, in milliseconds; never negative.
func HeldMs(received, now time.Time) int64 {
	return max(0, now.Sub(received).Milliseconds())
}
