package delivery

import (
	"context"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
	"github.com/openclaw/mattermost-plugin-livestatus/server/validate"
)

// Update changes the given fields of one session (D8). Without a seq the server counts on.
func (d *Delivery) Update(client Client, id string, input contract.SessionInput) (contract.Session, error) {
	if refusal := validate.Input(input); refusal != nil {
		return contract.Session{}, refusal
	}
	news := &nodes.Message{}
	defer func() { d.Peers.Publish(*news) }()
	var session contract.Session
	var refusal *contract.CodedError
	d.Store.Change(id, func(current *live.Entry) {
		var r *request
		if r, refusal = d.claim(client, current, input.DaemonID, news); refusal == nil {
			session, refusal = r.update(current, input)
		}
	})
	return session, asError(refusal)
}

// claim asks whether the client may change a session; the request then acts for the session's owner, or for the daemon that
// takes it over. A session in a channel where the client may not write does not exist for it.
func (d *Delivery) claim(client Client, current *live.Entry, daemonID *string, news *nodes.Message) (*request, *contract.CodedError) {
	if current == nil {
		return nil, contract.Refuse(contract.CodeSessionNotFound, "")
	}
	owner := current.Owner()
	if daemonID != nil && *daemonID == owner.DaemonID {
		daemonID = nil // a client that sends back what it got
	}
	r := d.request(client.BotID, live.Owner{DaemonID: orElse(daemonID, owner.DaemonID), BotID: client.BotID}, news)
	switch {
	case r.needsWrite(current.ChannelID()) != nil:
		return nil, contract.Refuse(contract.CodeSessionNotFound, "")
	case client.BotID == owner.BotID && daemonID == nil:
		return r, nil
	case d.Leases.IsAlive(owner, d.Now()):
		return nil, &contract.CodedError{Code: contract.CodeNotOwner, Message: contract.Refuse(contract.CodeNotOwner, "").Message, Seq: &current.Session.Seq}
	case daemonID != nil && r.owner.IsLegacy():
		return nil, contract.Refuse(contract.CodeInvalidField, "daemon_id must not begin with legacy:.")
	case daemonID == nil:
		r.owner.BotID = owner.BotID // helps out; the session and its box stay the owner's
	}
	return r, nil
}

// update is called inside Change.
func (r *request) update(current *live.Entry, input contract.SessionInput) (contract.Session, *contract.CodedError) {
	nowMs, stored := r.Now().UnixMilli(), current.Session
	seq := orElse(input.Seq, nextSeq(stored.Seq, nowMs))
	if seq <= stored.Seq {
		return stored, staleSeq(stored.Seq)
	}
	stored.Seq, stored.DaemonID = seq, r.owner.DaemonID
	changed, refusal := withInput(stored, input, nowMs)
	if refusal != nil {
		return changed, refusal
	}
	change, sentPost := withoutServersOwn(contract.SnapshotOrDelta{Snapshot: &changed})
	if refusal := validate.Session(*change.Snapshot); refusal != nil {
		return changed, refusal
	}
	next := &live.Entry{Session: *change.Snapshot, BotID: r.owner.BotID}
	if refusal := r.finish(current, next); refusal != nil {
		return changed, refusal
	}
	if refusal := r.keep(current, next, change, sentPost); refusal != nil {
		return changed, refusal
	}
	return next.At(r.Now()), nil
}

// Remove forgets a session. With withPost its box is deleted first, and after an error both stay, so that the client can try
// again; else a box that stands says that no reply was needed (T7), unless it belongs to a client that just tidies up what has
// ended.
func (d *Delivery) Remove(ctx context.Context, client Client, id string, withPost bool) error {
	if withPost {
		if err := d.removeBox(ctx, client, id); err != nil {
			return err
		}
	}
	removed, refusal := d.forgetFor(client, id)
	switch {
	case refusal != nil && withPost && refusal.Code == contract.CodeSessionNotFound:
		return nil // somebody else forgot it while its box was being deleted
	case refusal != nil:
		return refusal
	case !withPost && (removed.IsActive() || !removed.Owner().IsLegacy()):
		d.Boxes.Withdrawn(removed.Session, removed.BotID)
	}
	return nil
}

// removeBox deletes the box of a session that the client may change. It waits for Mattermost, so it is not inside Change.
func (d *Delivery) removeBox(ctx context.Context, client Client, id string) error {
	entry := d.Store.Get(id)
	if _, refusal := d.claim(client, entry, nil, &nodes.Message{}); refusal != nil {
		return refusal
	}
	if err := d.Boxes.Delete(ctx, entry.Session, entry.BotID); err != nil {
		return &contract.CodedError{Code: contract.CodeInternal, Message: "The post could not be deleted, so the session was kept. Try again.", Cause: err}
	}
	return nil
}

// forgetFor takes the session out of every store.
func (d *Delivery) forgetFor(client Client, id string) (removed *live.Entry, refusal *contract.CodedError) {
	news := &nodes.Message{}
	defer func() { d.Peers.Publish(*news) }()
	d.Store.Change(id, func(current *live.Entry) {
		if _, refusal = d.claim(client, current, nil, news); refusal == nil {
			removed, refusal = current, d.remove(current, news)
		}
	})
	return removed, refusal
}
