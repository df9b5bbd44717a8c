package delivery

import (
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/live"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
)

// ReportSilent tells people which daemons went silent since the last call. It ends nothing.
func (d *Delivery) ReportSilent() {
	news := nodes.Message{}
	for _, owner := range d.Leases.Expire(d.Now()) {
		d.tellDaemon(owner, true)
		news.Offline = append(news.Offline, nodes.Owner(owner))
	}
	d.Peers.Publish(news)
}

// tellDaemon tells the channels of the owner's active sessions, and the keeper of their boxes, that it is gone or back. A
// daemon is gone when none of its bots is heard.
func (d *Delivery) tellDaemon(owner live.Owner, offline bool) {
	if _, isGone := d.Leases.OfflineDaemons(d.Now())[owner.DaemonID]; isGone != offline {
		return
	}
	told := map[string]bool{}
	for _, entry := range d.Store.All() {
		if entry.Session.DaemonID != owner.DaemonID || !entry.IsActive() {
			continue
		}
		if channelID := entry.ChannelID(); !told[channelID] {
			told[channelID] = true
			d.Audience.Daemon(channelID, contract.DaemonState{DaemonID: owner.DaemonID, Offline: offline})
		}
		d.Boxes.Changed(withOffline(entry.At(d.Now()), offline), entry.BotID)
	}
}

func withOffline(session contract.Session, offline bool) contract.Session {
	session.Offline = nil
	if offline {
		session.Offline = &offline
	}
	return session
}
