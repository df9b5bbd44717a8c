package contract

import "encoding/json"

// The contract knows no null lists, but a nil slice would be written as one. What this plugin sends is written by these.

func list[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}

// MarshalJSON writes an empty list for nil.
func (s Session) MarshalJSON() ([]byte, error) {
	type plain Session
	s.Steps = list(s.Steps)
	return json.Marshal(plain(s))
}

// MarshalJSON writes empty lists for nil.
func (d Delta) MarshalJSON() ([]byte, error) {
	type plain Delta
	d.Steps, d.RemovedSteps = list(d.Steps), list(d.RemovedSteps)
	return json.Marshal(plain(d))
}

// MarshalJSON writes empty lists for nil.
func (a BatchAnswer) MarshalJSON() ([]byte, error) {
	type plain BatchAnswer
	a.Results, a.Resync, a.Posts = list(a.Results), list(a.Resync), list(a.Posts)
	return json.Marshal(plain(a))
}

// MarshalJSON writes empty lists for nil.
func (l SessionList) MarshalJSON() ([]byte, error) {
	type plain SessionList
	l.Sessions, l.Daemons = list(l.Sessions), list(l.Daemons)
	return json.Marshal(plain(l))
}

// MarshalJSON writes an empty list for nil.
func (h PluginHealth) MarshalJSON() ([]byte, error) {
	type plain PluginHealth
	h.Reasons = list(h.Reasons)
	return json.Marshal(plain(h))
}

// MarshalJSON writes an empty list for nil.
func (c PluginConfig) MarshalJSON() ([]byte, error) {
	type plain PluginConfig
	c.TrustedBotIds = list(c.TrustedBotIds)
	return json.Marshal(plain(c))
}
