package contract

import (
	"slices"
	"unicode/utf8"

	"github.com/oapi-codegen/nullable"
)

// Differences between a value and what it was before, at one or several times. S is a thing with fields, since what it was.

func differs[S any](since []*S, fromAfter func(*S) bool) bool {
	return slices.ContainsFunc(since, fromAfter)
}

// changed is the new value of a required field; nil if it was always that.
func changed[S any, T comparable](since []*S, after *S, get func(*S) T) *T {
	value := get(after)
	if !differs(since, func(before *S) bool { return get(before) != value }) {
		return nil
	}
	return &value
}

// optional is the new value of an optional field, or null if it is gone; unspecified if it was always that.
func optional[S any, T comparable](since []*S, after *S, get func(*S) *T) nullable.Nullable[T] {
	value := get(after)
	if !differs(since, func(before *S) bool { return !same(get(before), value) }) {
		return nil
	}
	return orNull(value)
}

func same[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

func orNull[T any](value *T) nullable.Nullable[T] {
	if value == nil {
		return nullable.NewNullNullable[T]()
	}
	return nullable.NewNullableWithValue(*value)
}

// unlessEqual is the value, nil if that is what its absence says.
func unlessEqual[T comparable](absent, value T) *T {
	if value == absent {
		return nil
	}
	return &value
}

// placeOf a value in its closed set.
func placeOf[T comparable](values []T, value *T) *int {
	if value == nil {
		return nil
	}
	return pointer(slices.Index(values, *value))
}

// relative is a time as a difference to asOfMs.
func relative(ms *int64, asOfMs int64) *int64 {
	if ms == nil {
		return nil
	}
	return pointer(*ms - asOfMs)
}

func pointer[T any](value T) *T { return &value }

func pointers[S any](values []S) []*S {
	all := make([]*S, len(values))
	for i := range values {
		all[i] = &values[i]
	}
	return all
}

// minLabelKept of a label's end are worth more than saying how many they are.
const minLabelKept = 8

// labelPatch: "Reading src/app.ts" becomes "Read" and the last 11 of what stood there, if all that stood there ends like that.
func labelPatch(versions []*Step, after string) (beginning *string, kept *int) {
	rest, count := commonEnd(versions[0].Label, after)
	for _, version := range versions[1:] {
		if shorter, fewer := commonEnd(version.Label, after); fewer < count {
			rest, count = shorter, fewer
		}
	}
	if count < minLabelKept {
		return &after, nil
	}
	return &rest, &count
}

// commonEnd is what stands in after before the end that it shares with before, and how many code points that end has.
func commonEnd(before, after string) (rest string, count int) {
	rest = after
	for {
		old, oldSize := utf8.DecodeLastRuneInString(before)
		char, size := utf8.DecodeLastRuneInString(rest)
		if size == 0 || old != char || size != oldSize {
			return rest, count
		}
		before, rest = before[:len(before)-oldSize], rest[:len(rest)-size]
		count++
	}
}
