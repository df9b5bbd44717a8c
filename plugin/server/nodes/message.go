// Package nodes carries what the nodes of a Mattermost cluster tell each other (docs/protocol.md, D3): every node runs this
// plugin, and any of them may get any request.
package nodes

import (
	"encoding/json"
	"fmt"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

// version of Message. Nodes of different releases run side by side during an upgrade; a greater one is not read.
const version = 1

// Message is what one node tells all others. Every part may be empty. Hearing it twice, late or out of order does no harm.
type Message struct {
	V int `json:"v"`
	// Changes that were accepted, in this order; answers to Want and Hello are snapshots.
	Changes []Change             `json:"changes,omitempty"`
	Removed []string             `json:"removed,omitempty"`
	Posts   []contract.PostEntry `json:"posts,omitempty"`
	// Failed are sessions whose box cannot be written any more (P4).
	Failed []Failed `json:"failed,omitempty"`
	// Heard are owners that showed a sign of life; Offline those that people were told are gone.
	Heard   []Heard `json:"heard,omitempty"`
	Offline []Owner `json:"offline,omitempty"`
	// Want are sessions whose snapshot the sender needs.
	Want []string `json:"want,omitempty"`
	// Hello is what a node that has just started knows: whoever has more tells it.
	Hello *Hello `json:"hello,omitempty"`
	// Bots are trusted as authors of boxes.
	Bots []string `json:"bots,omitempty"`
}

// Change is an accepted change and who wrote it.
type Change struct {
	Change contract.SnapshotOrDelta `json:"change"`
	BotID  string                   `json:"bot_id"`
	// PostCode of a snapshot that answers a peer: why its box cannot be written (P4); empty if it can.
	PostCode string `json:"post_code,omitempty"`
}

// Failed says why a session's box cannot be written: one of the contract's post_* codes.
type Failed struct {
	ID   string `json:"id"`
	Code string `json:"code"`
}

// Owner is a daemon with one of its bots.
type Owner struct {
	DaemonID string `json:"daemon_id"`
	BotID    string `json:"bot_id"`
}

// Heard is a sign of life. Of a heartbeat it also says what the node that got it has then.
type Heard struct {
	Owner
	// Held are the sessions that the heartbeat named and that are stored with the seq that it named.
	Held []contract.Held `json:"held,omitempty"`
	// Complete: other active sessions of the owner are over.
	Complete bool `json:"complete,omitempty"`
}

// Hello is what the sender has.
type Hello struct {
	Have []contract.Held `json:"have"`
}

// IsEmpty tells that there is nothing to tell.
func (m *Message) IsEmpty() bool {
	return m.Hello == nil &&
		len(m.Changes)+len(m.Removed)+len(m.Posts)+len(m.Failed)+len(m.Heard)+len(m.Offline)+len(m.Want)+len(m.Bots) == 0
}

func encode(message Message) ([]byte, error) {
	message.V = version
	return json.Marshal(message)
}

// Decode reads what a peer sent. Peers are trusted, but may be of another release.
func Decode(data []byte) (Message, error) {
	var message Message
	if err := json.Unmarshal(data, &message); err != nil {
		return Message{}, fmt.Errorf("message of a node: %w", err)
	}
	if message.V > version {
		return Message{}, fmt.Errorf("message of a node has version %d; %d is the newest known", message.V, version)
	}
	return message, nil
}
