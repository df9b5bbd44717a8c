package broadcast

import "time"

const (
	// minInterval is the shortest time between two events of one channel.
	minInterval = 250 * time.Millisecond
	// perChannel bounds events of all channels together to 400 a second: a person may be in every channel, and the server
	// closes a socket whose queue of 256 is full.
	perChannel = 2500 * time.Microsecond
	// burst is how many events may go out at once after a pause.
	burst = 64
	// activeFor is how long a channel counts as busy after its last event.
	activeFor = 10 * time.Second
)

// interval between two events of one channel when so many channels are busy.
func interval(busyChannels int) time.Duration {
	return max(minInterval, time.Duration(busyChannels)*perChannel)
}

// bucket lets burst events through at once, and one each perChannel in the long run.
type bucket struct {
	// fullAt is when the bucket is full again.
	fullAt time.Time
}

// take uses one token; else it tells how long to wait for the next.
func (b *bucket) take(now time.Time) (wait time.Duration) {
	if b.fullAt.Before(now) {
		b.fullAt = now
	}
	if missing := b.fullAt.Sub(now) - (burst-1)*perChannel; missing > 0 {
		return missing
	}
	b.fullAt = b.fullAt.Add(perChannel)
	return 0
}
