package boxes

import "github.com/openclaw/mattermost-plugin-livestatus/server/contract"

// waitsForPerson is what an agent that is seen wants of a person: an approval or an answer. Nil if it waits for nobody, or if
// nobody has said so (T12, guess).
func waitsForPerson(session contract.Session) *contract.Waiting {
	waiting := session.Waiting
	switch {
	case session.Status != contract.SessionStatusActive, isSet(session.Offline), activity(session) != contract.ActivityWaiting:
		return nil
	case waiting == nil, isSet(waiting.Guess):
		return nil
	case waiting.For != contract.WaitingForApproval && waiting.For != contract.WaitingForAnswer:
		return nil
	}
	return waiting
}

// guessed says that an agent may be waiting for an approval, where nobody has said so (T12).
func guessed(session contract.Session) string {
	if session.Waiting == nil || !isSet(session.Waiting.Guess) {
		return ""
	}
	return " · may be waiting for an approval"
}

// personWaitsSince is when the wait for a person began, on the daemon's clock; nil if there is none.
func personWaitsSince(session contract.Session) *int64 {
	waiting := waitsForPerson(session)
	if waiting == nil {
		return nil
	}
	since := waiting.SinceMs
	return &since
}

func sameTime(a, b *int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
