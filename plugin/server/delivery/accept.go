package delivery

import (
	"github.com/oapi-codegen/nullable"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
	"github.com/openclaw/mattermost-plugin-livestatus/server/validate"
)

// request is the work for one HTTP request of a writer.
type request struct {
	*Delivery
	// actor is the bot that asks: it must have the right to write. owner is for whom, and who is the author of boxes.
	actor string
	owner live.Owner
	// news is what the other nodes are told when the request is over.
	news *nodes.Message
	// mayWrite remembers the answers of Access for this request only.
	mayWrite map[string]bool
}

func (d *Delivery) request(actor string, owner live.Owner, news *nodes.Message) *request {
	return &request{Delivery: d, actor: actor, owner: owner, news: news, mayWrite: map[string]bool{}}
}

// accept applies the acceptance rule (D3) to a change that is valid.
func (r *request) accept(change contract.SnapshotOrDelta) (result contract.ChangeResult) {
	change, sentPost := withoutServersOwn(change)
	r.makeRoom(change.Snapshot)
	r.Store.Change(change.ID(), func(current *live.Entry) {
		var entry *live.Entry
		entry, result = r.acceptInto(current, change, sentPost)
		if entry != nil {
			result.PostID = entry.Session.PostID
			if entry.PostCode != "" && result.Code == nil {
				result.Code = &entry.PostCode
			}
		}
	})
	return result
}

// acceptInto returns what is stored afterwards, if that is this writer's, and the result.
func (r *request) acceptInto(current *live.Entry, change contract.SnapshotOrDelta, sentPost *string) (*live.Entry, contract.ChangeResult) {
	id := change.ID()
	if err := r.mayTouch(current, change); err != nil {
		return nil, refused(id, err)
	}
	acceptance := contract.Accept(sessionOf(current), change, r.writer(current))
	result := contract.ChangeResult{ID: id, Status: acceptance.Status, Seq: &acceptance.Seq}
	switch {
	case acceptance.Status != contract.ChangeStatusOk:
		return nil, result
	case !acceptance.Changed && saysOtherwise(change, current.Session):
		result.Status = contract.ChangeStatusResync
		return nil, result
	case !acceptance.Changed:
		return current, result
	}
	next := &live.Entry{Session: *acceptance.Session, BotID: r.owner.BotID}
	if err := r.finish(current, next); err != nil {
		return nil, refused(id, err)
	}
	err := r.keep(current, next, change, sentPost)
	switch {
	case err == nil:
		return next, result
	case err.Code == contract.CodeStaleSeq:
		return nil, contract.ChangeResult{ID: id, Status: contract.ChangeStatusResync, Seq: err.Seq}
	default:
		return nil, refused(id, err)
	}
}

// saysOtherwise: the server has ended the session with the very seq that the daemon chose for another state. To call that
// known would lose the daemon's word for ever; its next snapshot has a greater seq.
func saysOtherwise(change contract.SnapshotOrDelta, stored contract.Session) bool {
	says := contract.SessionStatusActive
	switch {
	case change.Snapshot != nil:
		says = change.Snapshot.Status
	case change.Delta.Set.Status != nil:
		says = *change.Delta.Set.Status
	case stored.Status != contract.SessionStatusInterrupted:
		return false // a delta without a status says nothing of it
	}
	return says != stored.Status
}

// withoutServersOwn takes out what only the server knows (D2), and what only the daemon's own page shows. A box that was sent in is returned: the keeper looks whether
// it is one (P2).
func withoutServersOwn(change contract.SnapshotOrDelta) (contract.SnapshotOrDelta, *string) {
	if change.Snapshot != nil {
		session := *change.Snapshot
		sent := session.PostID
		session.PostID, session.Offline, session.Routing = nil, nil, nil
		return contract.SnapshotOrDelta{Snapshot: &session}, sent
	}
	delta := *change.Delta
	var sent *string
	if delta.Set.PostID.IsSpecified() && !delta.Set.PostID.IsNull() {
		postID := delta.Set.PostID[true]
		sent = &postID
	}
	delta.Set.PostID, delta.Set.Offline = nullable.Nullable[string]{}, nullable.Nullable[bool]{}
	delta.Set.Routing = nullable.Nullable[contract.Routing]{}
	return contract.SnapshotOrDelta{Delta: &delta}, sent
}

// mayTouch asks whether the writer's bot may write where the session is shown now, and whether it speaks for itself. Nobody
// may write about a session that stands in a channel where he may not write: not even learn that it exists.
func (r *request) mayTouch(current *live.Entry, change contract.SnapshotOrDelta) *contract.CodedError {
	daemonID := r.owner.DaemonID
	if change.Snapshot != nil {
		daemonID = change.Snapshot.DaemonID
	} else if change.Delta.Set.DaemonID != nil {
		daemonID = *change.Delta.Set.DaemonID
	}
	if daemonID != r.owner.DaemonID {
		return contract.Refuse(contract.CodeInvalidField, "daemon_id of a change must be that of the batch.")
	}
	if current != nil {
		return r.needsWrite(current.ChannelID())
	}
	return nil
}

func (r *request) needsWrite(channelID string) *contract.CodedError {
	allowed, known := r.mayWrite[channelID]
	if !known {
		allowed = channelID != "" && r.Access.MayWrite(r.actor, channelID)
		r.mayWrite[channelID] = allowed
	}
	if !allowed {
		return contract.Refuse(contract.CodeChannelForbidden, "")
	}
	return nil
}

// writer for the acceptance rule. The same daemon with another bot is another owner.
func (r *request) writer(current *live.Entry) *contract.Writer {
	if current == nil {
		return nil
	}
	writer := &contract.Writer{DaemonID: r.owner.DaemonID, OwnerAlive: r.Leases.IsAlive(current.Owner(), r.Now())}
	if current.BotID != r.owner.BotID {
		writer.DaemonID = ""
	}
	return writer
}

func sessionOf(entry *live.Entry) *contract.Session {
	if entry == nil {
		return nil
	}
	return &entry.Session
}

// finish completes an accepted session with what the server adds, and looks once more at what came out.
func (r *request) finish(current, next *live.Entry) *contract.CodedError {
	session := &next.Session
	session.Offline = nil
	if err := validate.Result(*session); err != nil {
		return err
	}
	if current != nil {
		session.PostID, next.PostCode = current.Session.PostID, current.PostCode
	}
	if err := r.route(session); err != nil {
		return err
	}
	if current == nil && r.Store.Len() >= contract.LimitLiveSessions {
		return contract.Refuse(contract.CodeTooManySessions, "")
	}
	return nil
}

// route gives a direct message its channel, and asks whether the bot may write there.
func (r *request) route(session *contract.Session) *contract.CodedError {
	if session.ChannelID == nil && session.UserID == nil {
		return contract.Refuse(contract.CodeMissingField, "channel_id or user_id is missing.")
	}
	if session.ChannelID == nil {
		channelID, err := r.Access.DirectChannel(r.owner.BotID, *session.UserID)
		if err != nil {
			return &contract.CodedError{Code: contract.CodeChannelForbidden, Message: "There is no direct channel with this user.", Cause: err}
		}
		session.ChannelID = &channelID
	}
	return r.needsWrite(*session.ChannelID)
}
