package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
	"github.com/openclaw/mattermost-plugin-livestatus/server/validate"
)

// postWait is how long the answer to a creation waits for the box; the session stands already.
const postWait = 3 * time.Second

// Client is who writes one session by itself (D8).
type Client struct {
	BotID string
	// IsOwnBot: the client has the secret alone, so it may name another bot as author (bot_user_id).
	IsOwnBot bool
}

// Create makes a session, or finds the one that is meant: that of the id, else the active one of the same conversation and
// channel. A session that was found is not changed. One that was made or found by its id is answered with its box, if that
// stands soon.
func (d *Delivery) Create(ctx context.Context, client Client, input contract.SessionInput) (session contract.Session, isNew bool, err error) {
	if refusal := validate.Input(input); refusal != nil {
		return session, false, refusal
	}
	owner, refusal := d.ownerOf(client, input)
	if refusal != nil {
		return session, false, refusal
	}
	id := orElse(input.ID, model.NewId())
	box, leave := d.awaitPost(id)
	defer leave()
	session, isNew, refusal = d.establish(client.BotID, owner, id, input)
	if refusal != nil {
		return session, false, refusal
	}
	if session.ID != id {
		return session, isNew, nil // found by its conversation: nobody here waits for that one's box
	}
	return d.withBox(ctx, session, box), isNew, nil
}

// establish finds or makes the session. Two requests without an id must not make two.
func (d *Delivery) establish(actor string, owner live.Owner, id string, input contract.SessionInput) (contract.Session, bool, *contract.CodedError) {
	d.creating.Lock()
	defer d.creating.Unlock()
	news := &nodes.Message{}
	defer func() { d.Peers.Publish(*news) }()
	r := d.request(actor, owner, news)
	if found, refusal := r.find(input); found != nil || refusal != nil {
		return r.answer(found), false, refusal
	}
	fresh, refusal := r.fromInput(id, input)
	if refusal != nil {
		return fresh, false, refusal
	}
	return fresh, true, r.create(fresh)
}

// asError keeps a nil pointer from becoming an error that is not nil.
func asError(refusal *contract.CodedError) error {
	if refusal == nil {
		return nil
	}
	return refusal
}

// ownerOf tells for whom a client writes: a daemon that names itself, else the legacy owner of the bot.
func (d *Delivery) ownerOf(client Client, input contract.SessionInput) (live.Owner, *contract.CodedError) {
	botID := client.BotID
	if d.mayNameAuthor(client, input) {
		botID = *input.BotUserID
		d.OnAuthor(botID)
	}
	owner := live.LegacyOwner(botID)
	if input.DaemonID == nil || *input.DaemonID == owner.DaemonID {
		return owner, nil
	}
	owner.DaemonID = *input.DaemonID
	if owner.IsLegacy() {
		return owner, contract.Refuse(contract.CodeInvalidField, "daemon_id must not begin with legacy:.")
	}
	return owner, nil
}

// mayNameAuthor: another bot may be the author of the box if it is a member of the channel. Who asks must have the right to
// write there himself: the secret alone must not open the channels of every bot.
func (d *Delivery) mayNameAuthor(client Client, input contract.SessionInput) bool {
	channelID, hasChannel := valueOf(input.ChannelID)
	return hasChannel && client.IsOwnBot && input.BotUserID != nil &&
		d.Access.MayWrite(client.BotID, channelID) && d.Access.IsBotIn(*input.BotUserID, channelID)
}

// find looks for the session that is meant; one in a channel where the writer may not write is refused.
func (r *request) find(input contract.SessionInput) (*live.Entry, *contract.CodedError) {
	if input.ID != nil {
		found := r.Store.Get(*input.ID)
		if found == nil {
			return nil, nil
		}
		return found, r.needsWrite(found.ChannelID())
	}
	channelID, hasChannel := valueOf(input.ChannelID)
	if input.SessionKey == nil || !hasChannel {
		return nil, nil
	}
	for _, entry := range r.Store.All() {
		if entry.IsActive() && entry.Session.SessionKey == *input.SessionKey && entry.ChannelID() == channelID {
			return entry, r.needsWrite(channelID)
		}
	}
	return nil, nil
}

func (r *request) answer(entry *live.Entry) contract.Session {
	if entry == nil {
		return contract.Session{}
	}
	return entry.At(r.Now())
}

// create accepts a new session as a snapshot.
func (r *request) create(fresh contract.Session) *contract.CodedError {
	result := r.accept(contract.SnapshotOrDelta{Snapshot: &fresh})
	switch result.Status {
	case contract.ChangeStatusOk:
		return nil
	case contract.ChangeStatusNotOwner:
		return &contract.CodedError{Code: contract.CodeNotOwner, Message: contract.Refuse(contract.CodeNotOwner, "").Message, Seq: result.Seq}
	case contract.ChangeStatusResync:
		return staleSeq(*result.Seq)
	default:
		return contract.Refuse(*result.Code, "")
	}
}

// withBox is the session, with its box if that stands soon.
func (d *Delivery) withBox(ctx context.Context, session contract.Session, box <-chan string) contract.Session {
	if expectsBox(d.Store.Get(session.ID)) {
		timer := time.NewTimer(postWait)
		defer timer.Stop()
		select {
		case <-box:
		case <-ctx.Done():
		case <-timer.C:
		}
	}
	if entry := d.Store.Get(session.ID); entry != nil {
		return entry.At(d.Now())
	}
	return session
}

// expectsBox: a box may come, and none stands or was given up.
func expectsBox(entry *live.Entry) bool {
	return entry != nil && entry.IsActive() && entry.Session.Post == contract.PostStateWanted &&
		entry.Session.PostID == nil && entry.PostCode == ""
}

// fromInput fills in what a client of the first release does not send. Its times are the server's.
func (r *request) fromInput(id string, input contract.SessionInput) (contract.Session, *contract.CodedError) {
	nowMs := r.Now().UnixMilli()
	session := contract.Session{
		ID: id, DaemonID: r.owner.DaemonID, Post: contract.PostStateWanted, Status: contract.SessionStatusActive,
		StartedMs: nowMs, Agent: defaultAgent(input), Seq: nowMs,
	}
	if input.Seq != nil {
		session.Seq = *input.Seq
	}
	session, err := withInput(session, input, nowMs)
	if err != nil {
		return session, err
	}
	return session, validate.Session(session)
}

// withInput applies a partial body; seq is the caller's matter.
func withInput(session contract.Session, input contract.SessionInput, nowMs int64) (contract.Session, *contract.CodedError) {
	fields, err := fieldsOf(input)
	if err != nil {
		return session, &contract.CodedError{Code: contract.CodeInternal, Message: contract.Refuse(contract.CodeInternal, "").Message, Cause: err}
	}
	delta := contract.Delta{Seq: session.Seq, AsOfMs: orElse(input.AsOfMs, nowMs), Set: fields, StepsDropped: orElse(input.StepsDropped, session.StepsDropped)}
	daemonID := session.DaemonID
	session = contract.Apply(session, delta)
	session.DaemonID = daemonID
	session.LastEventMs = orElse(input.LastEventMs, nowMs)
	if input.Steps != nil {
		session.Steps = input.Steps
	}
	if input.Agent == nil && input.AgentID != nil {
		session.Agent.ID, session.Agent.Name = *input.AgentID, *input.AgentID
	}
	if session.Status == contract.SessionStatusActive {
		session.EndedMs = nil
	} else if session.EndedMs == nil {
		session.EndedMs = &nowMs
	}
	if session.Status != contract.SessionStatusActive {
		session.Activity, session.Waiting, session.Stalled = nil, nil, nil
	}
	return session, nil
}

// fieldsOf is the part of the body that has the names of DeltaSet.
func fieldsOf(input contract.SessionInput) (contract.DeltaSet, error) {
	data, err := json.Marshal(input)
	if err != nil {
		return contract.DeltaSet{}, fmt.Errorf("session input: %w", err)
	}
	var fields contract.DeltaSet
	if err := json.Unmarshal(data, &fields); err != nil {
		return contract.DeltaSet{}, fmt.Errorf("session input: %w", err)
	}
	return fields, nil
}

func orElse[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}
