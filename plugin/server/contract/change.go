package contract

import (
	"encoding/json"
	"errors"
	"fmt"
)

// SnapshotOrDelta is a change as it is sent: exactly one of the two is set.
type SnapshotOrDelta struct {
	Snapshot *Session
	Delta    *Delta
}

// ID of the session that changes; empty if neither is set.
func (c SnapshotOrDelta) ID() string {
	switch {
	case c.Delta != nil:
		return c.Delta.ID
	case c.Snapshot != nil:
		return c.Snapshot.ID
	default:
		return ""
	}
}

// UnmarshalJSON reads a delta if there is a base_seq, else a snapshot.
func (c *SnapshotOrDelta) UnmarshalJSON(data []byte) error {
	var probe struct {
		BaseSeq json.RawMessage `json:"base_seq"`
	}
	if err := json.Unmarshal(data, &probe); err != nil {
		return fmt.Errorf("change: %w", err)
	}
	*c = SnapshotOrDelta{}
	if probe.BaseSeq != nil {
		return json.Unmarshal(data, &c.Delta)
	}
	return json.Unmarshal(data, &c.Snapshot)
}

// MarshalJSON writes whichever is set.
func (c SnapshotOrDelta) MarshalJSON() ([]byte, error) {
	switch {
	case c.Delta != nil:
		return json.Marshal(c.Delta)
	case c.Snapshot != nil:
		return json.Marshal(c.Snapshot)
	default:
		return nil, errors.New("change: neither a snapshot nor a delta")
	}
}

// Held is an active session of a daemon and the seq that the server has after the batch; on the wire `[id, seq]`.
type Held struct {
	ID  string
	Seq int64
}

// UnmarshalJSON reads `[id, seq]`.
func (h *Held) UnmarshalJSON(data []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(data, &pair); err != nil {
		return fmt.Errorf("held: want [id, seq]: %w", err)
	}
	if len(pair) != 2 {
		return fmt.Errorf("held: want [id, seq], got %d values", len(pair))
	}
	if err := json.Unmarshal(pair[0], &h.ID); err != nil {
		return fmt.Errorf("held: id: %w", err)
	}
	if err := json.Unmarshal(pair[1], &h.Seq); err != nil {
		return fmt.Errorf("held: seq: %w", err)
	}
	return nil
}

// MarshalJSON writes `[id, seq]`.
func (h Held) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]any{h.ID, h.Seq})
}
