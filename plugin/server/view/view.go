// Package view is what readers get to see: the sessions of channels that they may read, as they are now.
package view

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
)

// Access decides what a person or bot may read.
type Access interface {
	MayRead(userID, channelID string) bool
}

// View reads the store for somebody. Everything that leaves the plugin on request goes through it.
type View struct {
	Store  *live.Store
	Leases *live.Leases
	Access Access
	Now    func() time.Time
}

// Filter is what is asked for.
type Filter struct {
	// ChannelID is empty for all channels.
	ChannelID string
	// Statuses is empty for all.
	Statuses map[contract.SessionStatus]bool
}

// Active asks for what goes on.
func Active() Filter {
	return Filter{Statuses: map[contract.SessionStatus]bool{contract.SessionStatusActive: true}}
}

func (f Filter) has(entry *live.Entry) bool {
	return (f.ChannelID == "" || entry.ChannelID() == f.ChannelID) && (len(f.Statuses) == 0 || f.Statuses[entry.Session.Status])
}

// List gives what the reader may read, active sessions by their start, then ended ones by their end, each newest first; and
// their daemons. Mattermost is asked once for each channel.
func (v *View) List(readerID string, filter Filter) contract.SessionList {
	mayRead := map[string]bool{}
	var entries []*live.Entry
	for _, entry := range v.Store.All() {
		if !filter.has(entry) {
			continue
		}
		channelID := entry.ChannelID()
		if _, isKnown := mayRead[channelID]; !isKnown {
			mayRead[channelID] = v.Access.MayRead(readerID, channelID)
		}
		if mayRead[channelID] {
			entries = append(entries, entry)
		}
	}
	slices.SortFunc(entries, activeFirst)
	return v.listOf(entries)
}

func activeFirst(a, b *live.Entry) int {
	if a.IsActive() != b.IsActive() {
		if a.IsActive() {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(since(b), since(a)), cmp.Compare(a.Session.ID, b.Session.ID))
}

func since(entry *live.Entry) int64 {
	if entry.Session.EndedMs != nil {
		return *entry.Session.EndedMs
	}
	return entry.Session.StartedMs
}

func (v *View) listOf(entries []*live.Entry) contract.SessionList {
	now := v.Now()
	offline := v.Leases.OfflineDaemons(now)
	daemons := map[string]bool{}
	list := contract.SessionList{}
	for _, entry := range entries {
		_, isOffline := offline[entry.Session.DaemonID]
		daemons[entry.Session.DaemonID] = isOffline
		list.Sessions = append(list.Sessions, shown(entry, now, isOffline))
	}
	for _, daemonID := range slices.Sorted(maps.Keys(daemons)) {
		list.Daemons = append(list.Daemons, contract.DaemonState{DaemonID: daemonID, Offline: daemons[daemonID]})
	}
	return list
}

func shown(entry *live.Entry, now time.Time, isOffline bool) contract.Session {
	session := entry.At(now)
	if isOffline && entry.IsActive() {
		session.Offline = &isOffline
	}
	return session
}

// Get gives one session; false if there is none, or if the reader may not read its channel: he cannot tell which.
func (v *View) Get(readerID, id string) (contract.Session, bool) {
	entry := v.Store.Get(id)
	if entry == nil || !v.Access.MayRead(readerID, entry.ChannelID()) {
		return contract.Session{}, false
	}
	now := v.Now()
	_, isOffline := v.Leases.OfflineDaemons(now)[entry.Session.DaemonID]
	return shown(entry, now, isOffline), true
}

// ActiveByDaemon counts all sessions that go on, of all channels; only for callers who have the secret.
func (v *View) ActiveByDaemon() map[string]int {
	counts := map[string]int{}
	for _, entry := range v.Store.All() {
		if entry.IsActive() {
			counts[entry.Session.DaemonID]++
		}
	}
	return counts
}

// OfflineDaemons tells which daemons are silent, and for how long.
func (v *View) OfflineDaemons() map[string]time.Duration {
	return v.Leases.OfflineDaemons(v.Now())
}
