package delivery

import (
	"slices"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// interrupted is the session after its end, of which only the server knows. Nothing that the session refers to is written to.
// endedMs is on the daemon's clock, nowMs is the server's: seq only has to grow (D2).
func interrupted(session contract.Session, code string, endedMs, nowMs int64) contract.Session {
	endedMs = max(endedMs, session.StartedMs)
	session.Status = contract.SessionStatusInterrupted
	session.Error = &contract.SessionError{Code: code, Message: sessionMessage(code)}
	session.EndedMs = &endedMs
	session.AsOfMs = max(session.AsOfMs, endedMs)
	session.Activity, session.Waiting, session.Stalled = nil, nil, nil
	session.Steps = slices.Clone(session.Steps)
	for i := range session.Steps {
		if step := &session.Steps[i]; step.Status == contract.StepStatusRunning {
			step.Status, step.EndedMs = contract.StepStatusCancelled, &endedMs
		}
	}
	session.Seq = nextSeq(session.Seq, nowMs)
	return session
}

// nextSeq is D2's formula.
func nextSeq(previous, nowMs int64) int64 {
	return max(previous+1, nowMs)
}

func sessionMessage(code string) string {
	for _, row := range contract.SessionErrors() {
		if row.Code == code {
			return row.Message
		}
	}
	return ""
}
