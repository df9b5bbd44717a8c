package live

import (
	"hash/maphash"
	"sync"
	"time"
)

// stripes bounds how many sessions change at the same time. Changing one may wait for the database.
const stripes = 64

// Store holds the sessions of this node. Reading never waits for a change that waits for the database.
type Store struct {
	mu      sync.RWMutex
	entries map[string]*Entry

	seed    maphash.Seed
	changes [stripes]sync.Mutex
}

// NewStore is empty.
func NewStore() *Store {
	return &Store{entries: map[string]*Entry{}, seed: maphash.MakeSeed()}
}

// Get returns what is stored, nil if nothing is.
func (s *Store) Get(id string) *Entry {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.entries[id]
}

// All returns every entry, in no order.
func (s *Store) All() []*Entry {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]*Entry, 0, len(s.entries))
	for _, entry := range s.entries {
		all = append(all, entry)
	}
	return all
}

// Len is the number of entries.
func (s *Store) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.entries)
}

// Change runs while nobody else changes this session. It may call Put, Remove and Hold for that session, and nothing that
// changes another one.
func (s *Store) Change(id string, run func(current *Entry)) {
	stripe := &s.changes[maphash.String(s.seed, id)%stripes]
	stripe.Lock()
	defer stripe.Unlock()
	run(s.Get(id))
}

// Put stores an entry; only inside Change.
func (s *Store) Put(entry *Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries[entry.Session.ID] = entry
}

// Remove forgets a session; only inside Change.
func (s *Store) Remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.entries, id)
}

// Hold notes that a heartbeat named the session.
func (s *Store) Hold(id string, now time.Time) {
	s.Change(id, func(current *Entry) {
		if current == nil {
			return
		}
		next := *current
		next.Heard = now
		s.Put(&next)
	})
}
