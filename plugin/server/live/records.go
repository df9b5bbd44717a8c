package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

const (
	// KeyPrefix of every session in the KV store (the first release's).
	KeyPrefix = "ls_session_"
	pageSize  = 1000
	// saveTries bounds how often a write is tried again because another node wrote in between.
	saveTries = 5
)

// ErrStore is any failure of the KV store. The text of the cause may be logged, not sent.
var ErrStore = errors.New("the KV store failed")

// KV is the part of Mattermost's API that records need; plugin.API has it.
type KV interface {
	KVGet(key string) ([]byte, *model.AppError)
	KVSetWithOptions(key string, value []byte, options model.PluginKVSetOptions) (bool, *model.AppError)
	KVDelete(key string) *model.AppError
	KVList(page, perPage int) ([]string, *model.AppError)
}

// record is a session in the KV store. It is as old as the last change of the session's status (docs/architecture.md).
type record struct {
	Session contract.Session `json:"session"`
	BotID   string           `json:"bot_id"`
	// SavedMs is the wall clock of the server; Session.AsOfMs was true then.
	SavedMs int64 `json:"saved_ms"`
}

// Records is what outlives this process, shared by all nodes.
type Records struct {
	kv KV
}

// NewRecords works on kv.
func NewRecords(kv KV) *Records {
	return &Records{kv: kv}
}

// Create writes an entry that is believed to be new: one call less than Save. If it is not new after all it is saved.
func (r *Records) Create(entry *Entry, now time.Time) (newer *Entry, err error) {
	if done, err := r.replace(KeyPrefix+entry.Session.ID, nil, recordOf(entry, now)); err != nil || done {
		return nil, err
	}
	return r.Save(entry, now)
}

// Save writes the entry, unless another node has written a newer state: that is returned then, and of the entry only the box
// is kept. A box that is known is never forgotten.
func (r *Records) Save(entry *Entry, now time.Time) (newer *Entry, err error) {
	key := KeyPrefix + entry.Session.ID
	mine := recordOf(entry, now)
	for range saveTries {
		old, err := r.get(key)
		if err != nil {
			return nil, err
		}
		winner := mine
		if stored, isOurs := decodeRecord(old); isOurs {
			winner = merge(stored, mine)
		}
		if done, err := r.replace(key, old, winner); err != nil || done {
			return newerThan(mine, winner, now), err
		}
	}
	return nil, fmt.Errorf("%w: %s was written by others %d times in a row", ErrStore, key, saveTries)
}

func recordOf(entry *Entry, now time.Time) record {
	return record{Session: entry.At(now), BotID: entry.BotID, SavedMs: now.UnixMilli()}
}

// replace writes the record if nobody else has written since old was read.
func (r *Records) replace(key string, old []byte, next record) (bool, error) {
	data, err := json.Marshal(next)
	if err != nil {
		return false, fmt.Errorf("%w: encoding %s: %w", ErrStore, key, err)
	}
	done, appErr := r.kv.KVSetWithOptions(key, data, model.PluginKVSetOptions{Atomic: true, OldValue: old})
	if appErr != nil {
		return false, fmt.Errorf("%w: writing %s: %w", ErrStore, key, appErr)
	}
	return done, nil
}

// merge keeps the newer state and whichever box is known.
func merge(stored, mine record) record {
	winner, loser := mine, stored
	if stored.Session.Seq > mine.Session.Seq {
		winner, loser = stored, mine
	}
	if winner.Session.PostID == nil {
		winner.Session.PostID = loser.Session.PostID
	}
	return winner
}

func newerThan(mine, winner record, now time.Time) *Entry {
	if winner.Session.Seq <= mine.Session.Seq {
		return nil
	}
	return winner.entry(now)
}

// Load reads one session; nil if there is none, or something that is not ours.
func (r *Records) Load(id string, now time.Time) (*Entry, error) {
	data, err := r.get(KeyPrefix + id)
	if err != nil {
		return nil, err
	}
	stored, isOurs := decodeRecord(data)
	if !isOurs {
		return nil, nil
	}
	return stored.entry(now), nil
}

// entry as it is known now. The time since it was saved is measured on the server's wall clock at both ends.
func (r record) entry(now time.Time) *Entry {
	held := max(0, now.UnixMilli()-r.SavedMs)
	received := now.Add(-time.Duration(held) * time.Millisecond)
	return &Entry{Session: r.Session, BotID: r.BotID, Received: received, Heard: now}
}

// Delete removes one session; it may be gone already.
func (r *Records) Delete(id string) error {
	if appErr := r.kv.KVDelete(KeyPrefix + id); appErr != nil {
		return fmt.Errorf("%w: deleting %s: %w", ErrStore, KeyPrefix+id, appErr)
	}
	return nil
}

// IDs lists every session in the store. Keys are paged as they are and filtered here: pages count the keys of cluster jobs
// too, so a page without a session may be followed by pages with some. Only a short page is the last one.
func (r *Records) IDs() ([]string, error) {
	var ids []string
	for page := 0; ; page++ {
		keys, appErr := r.kv.KVList(page, pageSize)
		if appErr != nil {
			return nil, fmt.Errorf("%w: listing keys: %w", ErrStore, appErr)
		}
		for _, key := range keys {
			if id, ok := strings.CutPrefix(key, KeyPrefix); ok {
				ids = append(ids, id)
			}
		}
		if len(keys) < pageSize {
			return ids, nil
		}
	}
}

// ListAllSessions reads every session in the store. What is not ours (the first release's entries) is skipped.
func (r *Records) ListAllSessions(now time.Time) ([]*Entry, error) {
	ids, err := r.IDs()
	if err != nil {
		return nil, err
	}
	var entries []*Entry
	for _, id := range ids {
		entry, err := r.Load(id, now)
		if err != nil {
			return nil, err
		}
		if entry != nil {
			entries = append(entries, entry)
		}
	}
	return entries, nil
}

// ListActiveSessions reads the sessions that go on.
func (r *Records) ListActiveSessions(now time.Time) ([]*Entry, error) {
	all, err := r.ListAllSessions(now)
	if err != nil {
		return nil, err
	}
	var active []*Entry
	for _, entry := range all {
		if entry.IsActive() {
			active = append(active, entry)
		}
	}
	return active, nil
}

func (r *Records) get(key string) ([]byte, error) {
	data, appErr := r.kv.KVGet(key)
	if appErr != nil {
		return nil, fmt.Errorf("%w: reading %s: %w", ErrStore, key, appErr)
	}
	return data, nil
}

// decodeRecord tells whether the bytes are a record of this release, and complete.
func decodeRecord(data []byte) (record, bool) {
	var stored record
	if data == nil || json.Unmarshal(data, &stored) != nil {
		return record{}, false
	}
	session := &stored.Session
	return stored, session.ID != "" && session.DaemonID != "" && session.Status.Valid() && session.Seq > 0
}
