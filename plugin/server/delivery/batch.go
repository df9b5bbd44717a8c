package delivery

import (
	"context"
	"encoding/json"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
	"github.com/openclaw/mattermost-plugin-livestatus/server/validate"
)

// Batch is a BatchRequest whose changes were not looked into yet: one that makes no sense must not keep out the others.
type Batch struct {
	DaemonID string            `json:"daemon_id"`
	AsOfMs   int64             `json:"as_of_ms"`
	Changes  []json.RawMessage `json:"changes"`
	// Held is nil if there is no heartbeat.
	Held     []contract.Held `json:"held"`
	Complete bool            `json:"complete"`
}

// Batch takes the changes and the heartbeat of a daemon (D1). botID is who sends it. The error is a *contract.CodedError.
func (d *Delivery) Batch(ctx context.Context, botID string, batch Batch) (contract.BatchAnswer, error) {
	if err := validate.Batch(batch.DaemonID, batch.AsOfMs, len(batch.Changes), batch.Held); err != nil {
		return contract.BatchAnswer{}, err
	}
	owner := live.Owner{DaemonID: batch.DaemonID, BotID: botID}
	if owner.IsLegacy() {
		return contract.BatchAnswer{}, contract.Refuse(contract.CodeInvalidField, "daemon_id must not begin with legacy:.")
	}
	own := d.stream(owner)
	if err := takeTurn(ctx, own); err != nil {
		return contract.BatchAnswer{}, err
	}
	defer func() { <-own.turn }()

	news := &nodes.Message{}
	defer func() { d.Peers.Publish(*news) }()
	d.hear(owner, news)
	request := d.request(botID, owner, news)
	answer := contract.BatchAnswer{}
	for _, raw := range batch.Changes {
		answer.Results = append(answer.Results, request.change(raw))
	}
	if own.isNewest(batch.AsOfMs) && batch.Held != nil {
		answer.Resync = d.heartbeat(request, batch)
	}
	answer.Posts = d.untold(own)
	return answer, nil
}

func takeTurn(ctx context.Context, own *stream) error {
	timer := time.NewTimer(turnWait)
	defer timer.Stop()
	select {
	case own.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
	case <-timer.C:
	}
	return contract.Refuse(contract.CodeRateLimited, "An earlier batch of this daemon and bot is still at work; send one at a time.")
}

// hear renews the lease, and tells people if the daemon was gone.
func (d *Delivery) hear(owner live.Owner, news *nodes.Message) {
	news.Heard = append(news.Heard, nodes.Heard{Owner: nodes.Owner(owner)})
	if d.Leases.Touch(owner, d.Now(), true) {
		d.tellDaemon(owner, false)
	}
}

// change looks at one change; its result stands for it in the answer.
func (r *request) change(raw json.RawMessage) contract.ChangeResult {
	var change contract.SnapshotOrDelta
	if err := json.Unmarshal(raw, &change); err != nil {
		return refused(idOf(raw), contract.Refuse(contract.CodeInvalidField, "A change cannot be read."))
	}
	if err := validate.Change(change); err != nil {
		return refused(change.ID(), err)
	}
	return r.accept(change)
}

// idOf finds the id of a change that cannot be read otherwise; empty if even that is unreadable.
func idOf(raw json.RawMessage) string {
	var named struct {
		ID json.RawMessage `json:"id"`
	}
	var id string
	if json.Unmarshal(raw, &named) != nil || json.Unmarshal(named.ID, &id) != nil {
		return ""
	}
	return id
}

func refused(id string, err *contract.CodedError) contract.ChangeResult {
	return contract.ChangeResult{ID: id, Status: contract.ChangeStatusError, Code: &err.Code}
}
