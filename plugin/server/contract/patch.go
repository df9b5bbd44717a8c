package contract

import (
	"reflect"
	"slices"

	"github.com/oapi-codegen/nullable"
)

// PatchSince is the way from any of these states to after, which is a later state of the same session: whoever has one of them has
// after then, but for post_id and offline, which the server tells by themselves (D2). states are in order and not empty. It is not
// ok if a step has moved: then only the whole will do. Nothing is changed, and the patch may share memory with after.
func PatchSince(states []Session, after Session) (patch SessionPatch, ok bool) {
	since := pointers(states)
	patch = SessionPatch{ID: after.ID, BaseSeq: states[0].Seq, SeqStep: after.Seq - states[0].Seq}
	patch.PatchChanges = PatchChanges{
		Activity:     activityPatch(since, &after),
		ToolCalls:    changed(since, &after, func(s *Session) int { return s.ToolCalls }),
		Usage:        usagePatch(since, after.Usage),
		StepsDropped: changed(since, &after, func(s *Session) int { return s.StepsDropped }),
		Set:          otherFields(since, &after),
		AsOfStep:     unlessEqual(0, after.AsOfMs-after.Seq),

		LastEventStep: relative(changed(since, &after, func(s *Session) int64 { return s.LastEventMs }), after.AsOfMs),
	}
	ok = patch.changeSteps(since, after.Steps, after.AsOfMs)
	return patch, ok
}

func activityPatch(since []*Session, after *Session) nullable.Nullable[int] {
	activity := optional(since, after, func(s *Session) *Activity { return s.Activity })
	switch {
	case !activity.IsSpecified():
		return nil
	case activity.IsNull():
		return nullable.NewNullNullable[int]()
	default:
		return nullable.NewNullableWithValue(slices.Index(activityValues, *after.Activity))
	}
}

// otherFields are those that seldom change; nil if none has.
func otherFields(since []*Session, after *Session) *DeltaSet {
	set := DeltaSet{
		DaemonID:      changed(since, after, func(s *Session) string { return s.DaemonID }),
		SessionKey:    changed(since, after, func(s *Session) string { return s.SessionKey }),
		Agent:         changed(since, after, func(s *Session) Agent { return s.Agent }),
		ChannelID:     optional(since, after, func(s *Session) *string { return s.ChannelID }),
		RootID:        optional(since, after, func(s *Session) *string { return s.RootID }),
		UserID:        optional(since, after, func(s *Session) *string { return s.UserID }),
		Post:          changed(since, after, func(s *Session) PostState { return s.Post }),
		RequestedBy:   optional(since, after, func(s *Session) *string { return s.RequestedBy }),
		RequestPostID: optional(since, after, func(s *Session) *string { return s.RequestPostID }),
		Status:        changed(since, after, func(s *Session) SessionStatus { return s.Status }),
		Stalled:       optional(since, after, func(s *Session) *bool { return s.Stalled }),
		Title:         optional(since, after, func(s *Session) *string { return s.Title }),
		Error:         optional(since, after, func(s *Session) *SessionError { return s.Error }),
		StartedMs:     changed(since, after, func(s *Session) int64 { return s.StartedMs }),
		EndedMs:       optional(since, after, func(s *Session) *int64 { return s.EndedMs }),
		Routing:       optional(since, after, func(s *Session) *Routing { return s.Routing }),
	}
	if differs(since, func(s *Session) bool { return !reflect.DeepEqual(s.Waiting, after.Waiting) }) {
		set.Waiting = orNull(after.Waiting)
	}
	if differs(since, func(s *Session) bool { return !reflect.DeepEqual(s.Plan, after.Plan) }) {
		set.Plan = nullable.NewNullNullable[[]PlanItem]()
		if after.Plan != nil { // nil is "no plan", and not an empty one
			set.Plan = nullable.NewNullableWithValue(after.Plan)
		}
	}
	if reflect.ValueOf(set).IsZero() {
		return nil
	}
	return &set
}

func usagePatch(since []*Session, after *Usage) nullable.Nullable[UsagePatch] {
	if !differs(since, func(s *Session) bool { return s.Usage != after && !reflect.DeepEqual(s.Usage, after) }) {
		return nil
	}
	if after == nil {
		return nullable.NewNullNullable[UsagePatch]()
	}
	known := make([]*Usage, len(since))
	for i, session := range since {
		if known[i] = session.Usage; known[i] == nil {
			known[i] = unlike(after)
		}
	}
	return nullable.NewNullableWithValue(UsagePatch{
		Input:      changed(known, after, func(u *Usage) int64 { return u.Input }),
		Output:     changed(known, after, func(u *Usage) int64 { return u.Output }),
		CacheRead:  changed(known, after, func(u *Usage) int64 { return u.CacheRead }),
		CacheWrite: changed(known, after, func(u *Usage) int64 { return u.CacheWrite }),
		// Readers can add up themselves.
		Total:         unlessEqual(after.Input+after.Output+after.CacheRead+after.CacheWrite, after.Total),
		CostUsd:       optional(known, after, func(u *Usage) *float64 { return u.CostUsd }),
		ContextUsed:   optional(known, after, func(u *Usage) *int64 { return u.ContextUsed }),
		ContextWindow: optional(known, after, func(u *Usage) *int64 { return u.ContextWindow }),
	})
}

// unlike differs from usage in every required member: to whom there was none, all are told.
func unlike(usage *Usage) *Usage {
	return &Usage{Input: usage.Input + 1, Output: usage.Output + 1, CacheRead: usage.CacheRead + 1, CacheWrite: usage.CacheWrite + 1}
}

// changeSteps walks each of the lists beside after: as long as after is such a list with steps changed, left out or appended, each
// costs one entry.
func (p *PatchChanges) changeSteps(since []*Session, after []Step, asOfMs int64) (ok bool) {
	known := len(after)           // so many of the first steps are in all lists
	versions := map[int][]*Step{} // of these steps, where they differ
	for _, session := range since {
		place := 0
		for i := range session.Steps {
			old := &session.Steps[i]
			switch {
			case place < len(after) && after[place].ID == old.ID:
				if *old != after[place] { // what did not change shares its memory
					versions[place] = append(versions[place], old)
				}
				place++
			case hasStep(after[place:], old.ID):
				return false
			case !slices.Contains(p.Removed, old.ID):
				p.Removed = append(p.Removed, old.ID)
			}
		}
		known = min(known, place)
	}
	for place := range after {
		if place >= known {
			p.NewSteps = append(p.NewSteps, newStep(&after[place], asOfMs))
		} else if change, differs := stepPatch(versions[place], &after[place], asOfMs); differs {
			p.Steps = append(p.Steps, change)
		}
	}
	return true
}

func hasStep(steps []Step, id string) bool {
	return slices.ContainsFunc(steps, func(step Step) bool { return step.ID == id })
}

func stepPatch(versions []*Step, after *Step, asOfMs int64) (patch StepPatch, differs bool) {
	if len(versions) == 0 {
		return patch, false
	}
	patch = StepPatch{
		ParentID:    optional(versions, after, func(s *Step) *string { return s.ParentID }),
		Kind:        placeOf(stepKindValues, changed(versions, after, func(s *Step) StepKind { return s.Kind })),
		Name:        optional(versions, after, func(s *Step) *string { return s.Name }),
		Detail:      optional(versions, after, func(s *Step) *string { return s.Detail }),
		Status:      placeOf(stepStatusValues, changed(versions, after, func(s *Step) StepStatus { return s.Status })),
		StartedStep: relative(changed(versions, after, func(s *Step) int64 { return s.StartedMs }), asOfMs),
	}
	if changed(versions, after, func(s *Step) string { return s.Label }) != nil {
		patch.Label, patch.LabelKept = labelPatch(versions, after.Label)
	}
	if ended := optional(versions, after, func(s *Step) *int64 { return s.EndedMs }); ended.IsSpecified() {
		patch.EndedStep = orNull(relative(after.EndedMs, asOfMs))
	}
	differs = !reflect.ValueOf(patch).IsZero()
	patch.ID = after.ID
	return patch, differs
}

func newStep(step *Step, asOfMs int64) NewStep {
	return NewStep{
		ID: step.ID, ParentID: step.ParentID, Name: step.Name, Label: step.Label, Detail: step.Detail,
		Kind:        unlessEqual(0, slices.Index(stepKindValues, step.Kind)),
		Status:      unlessEqual(0, slices.Index(stepStatusValues, step.Status)),
		StartedStep: step.StartedMs - asOfMs,
		EndedStep:   relative(step.EndedMs, asOfMs),
	}
}
