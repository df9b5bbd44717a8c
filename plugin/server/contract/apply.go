package contract

import (
	"slices"

	"github.com/oapi-codegen/nullable"
)

// Apply returns the session as it is after the delta. Neither argument is changed and nothing that the session refers to is
// written to, so a stored session may be read while it is applied to.
//
// Whether the delta fits the session at all is not its question: see Accept.
func Apply(session Session, delta Delta) Session {
	session.Seq = delta.Seq
	session.AsOfMs = delta.AsOfMs
	session.StepsDropped = delta.StepsDropped
	session.Steps = applySteps(session.Steps, delta)
	applySet(&session, delta.Set)
	return session
}

// applySet assigns the fields of the copy; pointers are replaced, never written through.
func applySet(session *Session, set DeltaSet) {
	assign(&session.DaemonID, set.DaemonID)
	assign(&session.SessionKey, set.SessionKey)
	assign(&session.Agent, set.Agent)
	assign(&session.Post, set.Post)
	assign(&session.Status, set.Status)
	assign(&session.StartedMs, set.StartedMs)
	assign(&session.LastEventMs, set.LastEventMs)
	assign(&session.ToolCalls, set.ToolCalls)

	assignOrClear(&session.ChannelID, set.ChannelID)
	assignOrClear(&session.RootID, set.RootID)
	assignOrClear(&session.UserID, set.UserID)
	assignOrClear(&session.PostID, set.PostID)
	assignOrClear(&session.RequestedBy, set.RequestedBy)
	assignOrClear(&session.RequestPostID, set.RequestPostID)
	assignOrClear(&session.Activity, set.Activity)
	assignOrClear(&session.Stalled, set.Stalled)
	assignOrClear(&session.Offline, set.Offline)
	assignOrClear(&session.Title, set.Title)
	assignOrClear(&session.Error, set.Error)
	assignOrClear(&session.EndedMs, set.EndedMs)
	assignOrClear(&session.Waiting, set.Waiting)
	assignOrClear(&session.Usage, set.Usage)
	assignOrClear(&session.Routing, set.Routing)
	if set.Plan.IsSpecified() {
		session.Plan = slices.Clone(set.Plan[true]) // null: nil, which is "no plan"
	}
}

// assign leaves a required field as it is where the delta has nothing, or null.
func assign[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func assignOrClear[T any](field **T, value nullable.Nullable[T]) {
	switch {
	case value.IsNull():
		*field = nil
	case value.IsSpecified():
		fresh := value[true]
		*field = &fresh
	}
}

// applySteps removes first, so an id in both lists moves to the end.
func applySteps(steps []Step, delta Delta) []Step {
	if len(delta.Steps) == 0 && len(delta.RemovedSteps) == 0 {
		return steps
	}
	next := make([]Step, 0, len(steps)+len(delta.Steps))
	for _, step := range steps {
		if !slices.Contains(delta.RemovedSteps, step.ID) {
			next = append(next, step)
		}
	}
	for _, step := range delta.Steps {
		next = upsert(next, step)
	}
	return next
}

// upsert searches from the end: what changes is nearly always among the last steps.
func upsert(steps []Step, step Step) []Step {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].ID == step.ID {
			steps[i] = step
			return steps
		}
	}
	return append(steps, step)
}
