package contract

import (
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/oapi-codegen/nullable"
)

// minLabelKept of a label's end are worth more than saying how many they are.
const minLabelKept = 8

// PatchBetween is the way from before to after, two states of one session: whoever has before has after then, but for post_id and
// offline, which the server tells by themselves (D2). Neither is changed, and the patch may share memory with after.
func PatchBetween(before, after Session) SessionPatch {
	patch := SessionPatch{ID: after.ID, BaseSeq: before.Seq, SeqStep: after.Seq - before.Seq}
	patch.PatchChanges = PatchChanges{
		Activity:     activityPatch(before.Activity, after.Activity),
		ToolCalls:    changed(before.ToolCalls, after.ToolCalls),
		Usage:        usagePatch(before.Usage, after.Usage),
		StepsDropped: changed(before.StepsDropped, after.StepsDropped),
		Set:          otherFields(before, after),
	}
	if after.AsOfMs != after.Seq {
		patch.AsOfStep = pointer(after.AsOfMs - after.Seq)
	}
	if before.LastEventMs != after.LastEventMs {
		patch.LastEventStep = pointer(after.LastEventMs - after.AsOfMs)
	}
	patch.changeSteps(before.Steps, after.Steps, after.AsOfMs)
	return patch
}

func activityPatch(before, after *Activity) nullable.Nullable[int] {
	switch {
	case same(before, after):
		return nil
	case after == nil:
		return nullable.NewNullNullable[int]()
	default:
		return nullable.NewNullableWithValue(slices.Index(activityValues, *after))
	}
}

// otherFields are those that seldom change; nil if none has.
func otherFields(before, after Session) *DeltaSet {
	set := DeltaSet{
		DaemonID:      changed(before.DaemonID, after.DaemonID),
		SessionKey:    changed(before.SessionKey, after.SessionKey),
		Agent:         changed(before.Agent, after.Agent),
		ChannelID:     optional(before.ChannelID, after.ChannelID),
		RootID:        optional(before.RootID, after.RootID),
		UserID:        optional(before.UserID, after.UserID),
		Post:          changed(before.Post, after.Post),
		RequestedBy:   optional(before.RequestedBy, after.RequestedBy),
		RequestPostID: optional(before.RequestPostID, after.RequestPostID),
		Status:        changed(before.Status, after.Status),
		Stalled:       optional(before.Stalled, after.Stalled),
		Title:         optional(before.Title, after.Title),
		Error:         optional(before.Error, after.Error),
		StartedMs:     changed(before.StartedMs, after.StartedMs),
		EndedMs:       optional(before.EndedMs, after.EndedMs),
		Plan:          planOf(before.Plan, after.Plan),
		Waiting:       waitingOf(before.Waiting, after.Waiting),
		Routing:       optional(before.Routing, after.Routing),
	}
	if reflect.ValueOf(set).IsZero() {
		return nil
	}
	return &set
}

func usagePatch(before, after *Usage) nullable.Nullable[UsagePatch] {
	switch {
	case after == before:
		return nil
	case after == nil:
		return nullable.NewNullNullable[UsagePatch]()
	case before == nil:
		return nullable.NewNullableWithValue(UsagePatch{
			Input: &after.Input, Output: &after.Output, CacheRead: &after.CacheRead, CacheWrite: &after.CacheWrite, Total: totalPatch(after),
			CostUsd:       optional(nil, after.CostUsd),
			ContextUsed:   optional(nil, after.ContextUsed),
			ContextWindow: optional(nil, after.ContextWindow),
		})
	}
	patch := UsagePatch{
		Input:         changed(before.Input, after.Input),
		Output:        changed(before.Output, after.Output),
		CacheRead:     changed(before.CacheRead, after.CacheRead),
		CacheWrite:    changed(before.CacheWrite, after.CacheWrite),
		CostUsd:       optional(before.CostUsd, after.CostUsd),
		ContextUsed:   optional(before.ContextUsed, after.ContextUsed),
		ContextWindow: optional(before.ContextWindow, after.ContextWindow),
	}
	if reflect.ValueOf(patch).IsZero() && before.Total == after.Total {
		return nil
	}
	patch.Total = totalPatch(after)
	return nullable.NewNullableWithValue(patch)
}

// totalPatch: readers can add up themselves.
func totalPatch(usage *Usage) *int64 {
	return changed(usage.Input+usage.Output+usage.CacheRead+usage.CacheWrite, usage.Total)
}

func planOf(before, after []PlanItem) nullable.Nullable[[]PlanItem] {
	switch {
	case reflect.DeepEqual(before, after): // nil is "no plan", and not an empty one
		return nil
	case after == nil:
		return nullable.NewNullNullable[[]PlanItem]()
	default:
		return nullable.NewNullableWithValue(after)
	}
}

func waitingOf(before, after *Waiting) nullable.Nullable[Waiting] {
	if reflect.DeepEqual(before, after) {
		return nil
	}
	return orNull(after)
}

// changeSteps walks both lists at once. As long as after is before with steps changed, left out or appended, each costs one entry.
// When a step stands where appending cannot bring it (a dropped parent that comes back above its children), everything from
// there on is removed and appended again.
func (p *PatchChanges) changeSteps(before, after []Step, asOfMs int64) {
	next := 0
	for i := range before {
		if next < len(after) && after[next].ID == before[i].ID {
			if change, differs := stepPatch(&before[i], &after[next], asOfMs); differs {
				change.Index = i
				p.Steps = append(p.Steps, change)
			}
			next++
			continue
		}
		p.Removed = append(p.Removed, i)
		if !hasStep(after[next:], before[i].ID) {
			continue
		}
		for rest := i + 1; rest < len(before); rest++ {
			p.Removed = append(p.Removed, rest)
		}
		break
	}
	for ; next < len(after); next++ {
		p.NewSteps = append(p.NewSteps, newStep(&after[next], asOfMs))
	}
}

func hasStep(steps []Step, id string) bool {
	for i := range steps {
		if steps[i].ID == id {
			return true
		}
	}
	return false
}

func stepPatch(before, after *Step, asOfMs int64) (patch StepPatch, differs bool) {
	if *before == *after {
		return patch, false // the usual case: what did not change shares its memory
	}
	patch = StepPatch{
		ParentID: optional(before.ParentID, after.ParentID),
		Name:     optional(before.Name, after.Name),
		Detail:   optional(before.Detail, after.Detail),
	}
	if before.Kind != after.Kind {
		patch.Kind = pointer(slices.Index(stepKindValues, after.Kind))
	}
	if before.Status != after.Status {
		patch.Status = pointer(slices.Index(stepStatusValues, after.Status))
	}
	if before.Label != after.Label {
		patch.Label, patch.LabelKept = labelPatch(before.Label, after.Label)
	}
	if before.StartedMs != after.StartedMs {
		patch.StartedStep = pointer(after.StartedMs - asOfMs)
	}
	if !same(before.EndedMs, after.EndedMs) {
		patch.EndedStep = orNull(since(after.EndedMs, asOfMs))
	}
	return patch, !reflect.ValueOf(patch).IsZero()
}

// labelPatch: "Reading src/app.ts" becomes "Read" and the last 11 of what stood there.
func labelPatch(before, after string) (beginning *string, kept *int) {
	count, rest := 0, after
	for {
		old, oldSize := utf8.DecodeLastRuneInString(before)
		char, size := utf8.DecodeLastRuneInString(rest)
		if size == 0 || old != char || size != oldSize {
			break
		}
		before, rest = before[:len(before)-oldSize], rest[:len(rest)-size]
		count++
	}
	if count < minLabelKept {
		return &after, nil
	}
	return &rest, &count
}

func newStep(step *Step, asOfMs int64) NewStep {
	return NewStep{
		ID: step.ID, ParentID: step.ParentID, Name: step.Name, Label: step.Label, Detail: step.Detail,
		Kind:        changed(0, slices.Index(stepKindValues, step.Kind)),
		Status:      changed(0, slices.Index(stepStatusValues, step.Status)),
		StartedStep: step.StartedMs - asOfMs,
		EndedStep:   since(step.EndedMs, asOfMs),
	}
}

// since is a time as a difference to asOfMs.
func since(ms *int64, asOfMs int64) *int64 {
	if ms == nil {
		return nil
	}
	return pointer(*ms - asOfMs)
}

func pointer[T any](value T) *T { return &value }

func same[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// changed is the new value of a required field, nil if it is the old one.
func changed[T comparable](before, after T) *T {
	if before == after {
		return nil
	}
	return &after
}

// optional is the new value of an optional field, or null if it is gone; unspecified if nothing changed.
func optional[T comparable](before, after *T) nullable.Nullable[T] {
	if same(before, after) {
		return nil
	}
	return orNull(after)
}

func orNull[T any](value *T) nullable.Nullable[T] {
	if value == nil {
		return nullable.NewNullNullable[T]()
	}
	return nullable.NewNullableWithValue(*value)
}
