package boxes

import (
	"sync"
	"time"
)

// routineEvery is the least time between two edits of boxes, all together, that tell nothing but how a turn goes on. Each is
// some 8 ms of the server, a row with the whole post, and an event to every member: a thousand boxes that are due at once must
// not keep the server from telling what happens now. With more than 1,200 active boxes each is edited less often than P3 allows.
const routineEvery = 100 * time.Millisecond

// turns gives each routine edit a moment of its own.
type turns struct {
	mu   sync.Mutex
	next time.Time
}

// reserve gives the first moment from now on that nobody else has.
func (t *turns) reserve(now time.Time) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	moment := t.next
	if moment.Before(now) {
		moment = now
	}
	t.next = moment.Add(routineEvery)
	return moment
}
