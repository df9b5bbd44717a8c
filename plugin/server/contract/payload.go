package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// updateVersion of what this plugin writes; a reader that knows another one fetches the list.
const updateVersion = 1

// Update is what an event tells of a channel (D6); on the wire `[1, patches, rest]`, the rest only if there is one.
type Update struct {
	Patches []SessionPatch
	UpdateRest
}

// SessionPatch is a way from one state of a session to a later one; on the wire `[id, base_seq, seq - base_seq, changes]`.
type SessionPatch struct {
	ID      string
	BaseSeq int64
	SeqStep int64
	PatchChanges
}

// Payload is the update as the WebSocket event carries it: its JSON with " and ' exchanged. Mattermost puts it as a string into
// JSON of its own, where each " would take two bytes.
func (u Update) Payload() (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // nobody puts it into HTML, and each <, > and & would be six bytes
	if err := encoder.Encode(u.tuple()); err != nil {
		return "", fmt.Errorf("channel update: %w", err)
	}
	payload := bytes.TrimRight(text.Bytes(), "\n")
	for i, char := range payload {
		switch char {
		case '"':
			payload[i] = '\''
		case '\'':
			payload[i] = '"'
		}
	}
	return string(payload), nil
}

func (u Update) tuple() []any {
	patches := make([][4]any, len(u.Patches))
	for i := range u.Patches {
		patches[i] = u.Patches[i].tuple()
	}
	if reflect.ValueOf(u.UpdateRest).IsZero() {
		return []any{updateVersion, patches}
	}
	return []any{updateVersion, patches, u.UpdateRest}
}

func (p *SessionPatch) tuple() [4]any {
	return [4]any{p.ID, p.BaseSeq, p.SeqStep, &p.PatchChanges}
}

// MarshalJSON writes the tuple.
func (u Update) MarshalJSON() ([]byte, error) { return json.Marshal(u.tuple()) }

// UnmarshalJSON reads the tuple.
func (u *Update) UnmarshalJSON(data []byte) error {
	var version int
	*u = Update{}
	if err := readTuple(data, 2, &version, &u.Patches, &u.UpdateRest); err != nil {
		return fmt.Errorf("channel update: %w", err)
	}
	return nil
}

// MarshalJSON writes the tuple.
func (p SessionPatch) MarshalJSON() ([]byte, error) { return json.Marshal(p.tuple()) }

// UnmarshalJSON reads the tuple.
func (p *SessionPatch) UnmarshalJSON(data []byte) error {
	*p = SessionPatch{}
	if err := readTuple(data, 4, &p.ID, &p.BaseSeq, &p.SeqStep, &p.PatchChanges); err != nil {
		return fmt.Errorf("patch: %w", err)
	}
	return nil
}

// readTuple reads at least so many elements of a list into what they are.
func readTuple(data []byte, least int, elements ...any) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if len(raw) < least || len(raw) > len(elements) {
		return errors.New("a list of another length")
	}
	for i := range raw {
		if err := json.Unmarshal(raw[i], elements[i]); err != nil {
			return err
		}
	}
	return nil
}
