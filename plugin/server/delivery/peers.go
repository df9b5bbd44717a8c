package delivery

import (
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
)

// wantAgain is how long a node waits for its peers' answer before it asks for the same session again.
const wantAgain = 2 * time.Second

// Receive takes what another node tells. Browsers and boxes are not told: the node that accepted a change has done that.
func (d *Delivery) Receive(message nodes.Message) {
	answer := nodes.Message{}
	for _, change := range message.Changes {
		d.receiveChange(change, &answer)
	}
	for _, id := range message.Removed {
		d.Store.Change(id, func(*live.Entry) { d.Store.Remove(id) })
	}
	for _, post := range message.Posts {
		d.receivePost(post)
	}
	for _, failed := range message.Failed {
		d.noteFailure(failed.ID, failed.Code)
	}
	for _, heard := range message.Heard {
		d.receiveHeard(heard, &answer)
	}
	for _, owner := range message.Offline {
		d.Leases.Reported(live.Owner(owner), d.Now())
	}
	d.answerPeer(message, &answer)
	d.Peers.Publish(answer)
}

// receiveChange applies the same rule as everybody (D3), but does not ask who wrote it: the node that accepted it has.
func (d *Delivery) receiveChange(received nodes.Change, answer *nodes.Message) {
	id := received.Change.ID()
	if id == "" {
		return
	}
	d.Store.Change(id, func(current *live.Entry) {
		acceptance := contract.Accept(sessionOf(current), received.Change, nil)
		switch {
		case acceptance.Status == contract.ChangeStatusResync && received.Change.Delta != nil:
			d.want(id, answer)
		case acceptance.Status == contract.ChangeStatusOk && acceptance.Changed:
			now := d.Now()
			next := &live.Entry{Session: *acceptance.Session, BotID: received.BotID, Received: now, Heard: now, PostCode: received.PostCode}
			if current != nil && next.PostCode == "" {
				next.PostCode = current.PostCode
			}
			d.Store.Put(next)
		}
	})
}

// want asks for a session whose base this node lacks, unless it has just asked.
func (d *Delivery) want(id string, answer *nodes.Message) {
	now := d.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	for other, asked := range d.wanted {
		if now.Sub(asked) > wantAgain {
			delete(d.wanted, other)
		}
	}
	if _, hasAsked := d.wanted[id]; !hasAsked {
		d.wanted[id] = now
		answer.Want = append(answer.Want, id)
	}
}

func (d *Delivery) receivePost(post contract.PostEntry) {
	d.Store.Change(post.ID, func(current *live.Entry) {
		if current != nil && (current.Session.PostID == nil || *current.Session.PostID != post.PostID) {
			d.withPost(current, post.PostID)
		}
	})
	d.answerWaiting(post.ID, post.PostID)
}

// receiveHeard renews the lease. A heartbeat is also the occasion to notice that messages of peers were lost.
func (d *Delivery) receiveHeard(heard nodes.Heard, answer *nodes.Message) {
	now, owner := d.Now(), live.Owner(heard.Owner)
	d.Leases.Touch(owner, now, false)
	held := make(map[string]bool, len(heard.Held))
	for _, entry := range heard.Held {
		held[entry.ID] = true
		switch stored := d.Store.Get(entry.ID); {
		case stored == nil || stored.Session.Seq < entry.Seq:
			d.want(entry.ID, answer)
		case stored.Session.Seq > entry.Seq:
			answer.Changes = append(answer.Changes, d.snapshotForPeers(stored, now))
		default:
			d.Store.Hold(entry.ID, now)
		}
	}
	if !heard.Complete {
		return
	}
	for _, entry := range d.Store.All() {
		if entry.Owner() == owner && (entry.IsActive() || isEndedByServer(entry)) && !held[entry.Session.ID] {
			d.reread(entry)
		}
	}
}

// reread takes over what the database says of a session whose end this node has not heard of.
func (d *Delivery) reread(seen *live.Entry) {
	d.Store.Change(seen.Session.ID, func(current *live.Entry) {
		if current == nil || current.Session.Seq != seen.Session.Seq {
			return
		}
		stored, err := d.Records.Load(current.Session.ID, d.Now())
		switch {
		case err != nil:
			d.Log.Error("A stored session cannot be read", "session_id", current.Session.ID, "err", err.Error())
		case stored == nil && current.IsActive():
			d.Store.Remove(current.Session.ID)
		case stored != nil && stored.Session.Seq > current.Session.Seq:
			d.Store.Put(stored)
		}
	})
}

// answerPeer gives a peer what it asks for and this node has.
func (d *Delivery) answerPeer(message nodes.Message, answer *nodes.Message) {
	now := d.Now()
	for _, id := range message.Want {
		if entry := d.Store.Get(id); entry != nil {
			answer.Changes = append(answer.Changes, d.snapshotForPeers(entry, now))
		}
	}
	if message.Hello == nil {
		return
	}
	have := make(map[string]int64, len(message.Hello.Have))
	for _, held := range message.Hello.Have {
		have[held.ID] = held.Seq
	}
	for _, entry := range d.Store.All() {
		if entry.Session.Seq > have[entry.Session.ID] {
			answer.Changes = append(answer.Changes, d.snapshotForPeers(entry, now))
		}
	}
}
