package boxes

import (
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

const (
	// endedEdit is the least time between two edits of an ended box: details come late, and several at a time.
	endedEdit = 5 * time.Second
	// firstRetry and lastRetry bound the time to the next try after Mattermost did not answer.
	firstRetry = time.Second
	lastRetry  = time.Minute
	// maxDenials of the right to post are believed: 15 s after the first one.
	maxDenials = 5
)

// checksAfter what seems settled is looked at again: a box that was written, because another node that had read the post
// before may write an older state a moment later; a box that was not found, because a broken connection finds nothing.
var checksAfter = []time.Duration{3 * time.Second, 30 * time.Second}

func checksFrom(now time.Time) []time.Time {
	var checks []time.Time
	for _, wait := range checksAfter {
		checks = append(checks, now.Add(wait))
	}
	return checks
}

// box is what a Keeper knows of a session's post. Only the goroutine that works on the box touches it.
type box struct {
	state boxState
	// postID of the box once it stands.
	postID string
	// code says why it is given up.
	code string
	// shown is what the post says of itself; nil before it was read or written.
	shown *contract.BoxProps
	// writtenAt is the last time of the post's message, on this server's clock; edited says that it was not its creation.
	writtenAt time.Time
	edited    bool
	// turn is when a routine edit that is due may be written; zero if none was.
	turn time.Time
	// checks are when a box that was written is looked at again, soonest first.
	checks []time.Time
	// looked is what was known when nothing was found; looks are when it is looked for again with the same knowledge.
	looked *knowledge
	looks  []time.Time
	// failures in a row; no try before notBefore.
	failures  int
	notBefore time.Time
	// denials in a row of the right to post.
	denials int
	// notice of a wait for a person.
	notice noticeState
}

type boxState int

const (
	// unknown: nobody has looked, or there is none (yet).
	unknown boxState = iota
	standing
	// givenUp for good (P4).
	givenUp
)

// knowledge is what decides whether there can be a box.
type knowledge struct {
	mayCreate bool
	postID    string
}

// backOff counts a failure and gives the time until the next try: 1 s, doubled each time, at most a minute.
func (b *box) backOff() time.Duration {
	wait := lastRetry
	if b.failures < 6 {
		wait = firstRetry << b.failures
	}
	b.failures++
	b.notBefore = time.Now().Add(wait)
	return wait
}

// read takes over what the post says now.
func (b *box) read(post *model.Post) {
	shown, _ := decodeProps(post)
	b.shown = &shown
	b.edited = post.EditAt > post.CreateAt
	b.writtenAt = time.UnixMilli(max(post.CreateAt, post.EditAt))
}

// dueIn says when the box must be written so that it shows what is wanted (P3); ok is false if it need not be.
func (b *box) dueIn(w want, settings Settings, now time.Time) (wait time.Duration, ok bool) {
	if b.shown == nil {
		return 0, true
	}
	shown, session := *b.shown, w.session
	if w.withdrawn {
		return 0, session.Seq >= shown.Seq && !isSet(shown.Withdrawn)
	}
	if session.Seq == shown.Seq {
		return 0, w.isActive() && shown.Status == session.Status && isSet(session.Offline) != isSet(shown.Offline)
	}
	if session.Seq < shown.Seq {
		return 0, false
	}
	return b.newerDueIn(w, settings, now)
}

// newerDueIn is dueIn for a state that is newer than the one shown.
func (b *box) newerDueIn(w want, settings Settings, now time.Time) (wait time.Duration, ok bool) {
	switch {
	case b.isNews(w):
		return 0, true
	case !w.isActive():
		return max(0, b.writtenAt.Add(endedEdit).Sub(now)), true
	}
	interval := settings.FirstEdit
	if b.edited && settings.FirstEdit > 0 {
		interval = settings.ActiveEdit
	}
	return max(0, b.writtenAt.Add(interval).Sub(now)), interval > 0
}

// isNews: what is wanted is more than how the turn goes on.
func (b *box) isNews(w want) bool {
	shown, session := *b.shown, w.session
	switch {
	case session.Status != shown.Status, isSet(shown.Withdrawn), w.isActive() && isSet(session.Offline) != isSet(shown.Offline):
		return true
	default: // phones read the message only, and a person is waited for
		return w.isActive() && !sameTime(personWaitsSince(session), shown.WaitingSinceMs)
	}
}

// isRoutine: a box that is due would tell nothing but how the turn goes on.
func (b *box) isRoutine(w want) bool {
	return b.shown != nil && !w.withdrawn && w.isActive() && !b.isNews(w)
}

// nextCheck tells when a written box is looked at again.
func (b *box) nextCheck(now time.Time) (wait time.Duration, checking bool) {
	if len(b.checks) == 0 {
		return 0, false
	}
	return max(0, b.checks[0].Sub(now)), true
}

// nextLook says whether to look for the box now, or when else; 0 = only when more is known.
func (b *box) nextLook(known knowledge, now time.Time) (wait time.Duration, again bool) {
	switch {
	case b.looked == nil || *b.looked != known:
		return 0, true
	case len(b.looks) == 0:
		return 0, false
	}
	wait = b.looks[0].Sub(now)
	return max(0, wait), wait <= 0
}

// foundNothing notes that there is no box, as far as is known, and gives the time until the next look.
func (b *box) foundNothing(known knowledge, now time.Time) time.Duration {
	if b.looked == nil || *b.looked != known {
		b.looked, b.looks = &known, checksFrom(now)
	} else {
		b.looks = b.looks[1:]
	}
	if len(b.looks) == 0 {
		return 0
	}
	return b.looks[0].Sub(now)
}
