package boxes

import "github.com/openclaw/mattermost-plugin-livestatus/server/contract"

// The words are those of the webapp (ui/src/session/describe.ts).

// activeWord is the one state to tell. What we do not know comes before what we knew last (P6): nothing that is not observed
// looks as if it worked.
func activeWord(session contract.Session) string {
	if isSet(session.Offline) {
		return "No longer observed"
	}
	switch activity(session) {
	case contract.ActivityUnobserved:
		return "Not observed"
	case contract.ActivityRetrying:
		return "Waiting to retry"
	case contract.ActivityCompacting:
		return "Tidying its memory"
	case contract.ActivityWaiting:
		return waitingWord(session.Waiting)
	}
	if isSet(session.Stalled) {
		return "Quiet for " + duration(session.AsOfMs-session.LastEventMs)
	}
	return "Working"
}

func waitingWord(waiting *contract.Waiting) string {
	if waiting == nil {
		return "Working"
	}
	switch waiting.For {
	case contract.WaitingForApproval:
		return "Waiting for approval"
	case contract.WaitingForAnswer:
		return "Waiting for an answer"
	case contract.WaitingForAgents:
		return "Waiting for sub-agents"
	case contract.WaitingForProvider:
		return "Waiting to retry"
	default:
		return "Working"
	}
}

// endedWord gives the word and what joins it to the time that it took.
func endedWord(session contract.Session) (word, joint string) {
	switch {
	case session.Status == contract.SessionStatusDone:
		return "Done", "in"
	case session.Status == contract.SessionStatusError:
		return "Failed", "after"
	case isStopped(session):
		return "Stopped", "after"
	default:
		return "Interrupted", "after"
	}
}

func isStopped(session contract.Session) bool {
	return session.Status == contract.SessionStatusInterrupted && session.Error != nil && session.Error.Code == contract.SessionCodeAborted
}

// activity is what an active session is busy with; absent counts as thinking.
func activity(session contract.Session) contract.Activity {
	if session.Activity == nil {
		return contract.ActivityThinking
	}
	return *session.Activity
}

func isSet(flag *bool) bool { return flag != nil && *flag }
