package live

import (
	"sync"
	"time"

	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
)

const (
	leaseTime = contract.LimitLeaseMs * time.Millisecond
	// peerGrace is how much longer a node waits that heard of the owner only through its peers: the node that the owner
	// talks to is the one to tell people that it went silent.
	peerGrace = 10 * time.Second
	// forgetAfter is how long an owner that went silent is reported.
	forgetAfter = time.Hour
)

type lease struct {
	heard time.Time
	// local is false if a peer told of the last sign of life.
	local bool
	// offline is what people were told.
	offline bool
}

// Leases knows which owners are heard. An owner that is not known at all is not alive.
type Leases struct {
	mu     sync.Mutex
	owners map[Owner]*lease
}

// NewLeases knows nobody.
func NewLeases() *Leases {
	return &Leases{owners: map[Owner]*lease{}}
}

// Touch notes a sign of life; local is false if a peer passed it on. True if the owner had been reported as offline.
func (l *Leases) Touch(owner Owner, now time.Time, local bool) (isBack bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, ok := l.owners[owner]
	if !ok {
		l.owners[owner] = &lease{heard: now, local: local}
		return false
	}
	isBack = known.offline
	known.heard, known.local, known.offline = now, local, false
	return isBack
}

// Known gives an owner that was never heard the time of one lease: its sessions were read from the store. An owner without a lease (legacy clients, D8) gets none.
func (l *Leases) Known(owner Owner, now time.Time) {
	if owner.IsLegacy() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.owners[owner]; !ok {
		l.owners[owner] = &lease{heard: now, local: true}
	}
}

// IsKnown tells whether the owner was heard within the last hour or so.
func (l *Leases) IsKnown(owner Owner) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ok := l.owners[owner]
	return ok
}

// IsAlive tells whether the owner's lease lives.
func (l *Leases) IsAlive(owner Owner, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, ok := l.owners[owner]
	return ok && now.Sub(known.heard) <= leaseTime
}

// Expire returns the owners whose lease ran out since the last call and that this node is to report.
func (l *Leases) Expire(now time.Time) []Owner {
	l.mu.Lock()
	defer l.mu.Unlock()
	var expired []Owner
	for owner, known := range l.owners {
		silent := now.Sub(known.heard)
		switch {
		case known.offline && silent > forgetAfter:
			delete(l.owners, owner)
		case !known.offline && silent > leaseTime && (known.local || silent > leaseTime+peerGrace):
			known.offline = true
			expired = append(expired, owner)
		}
	}
	return expired
}

// Reported notes that a peer has told people that the owner is offline. False if this node hears the owner itself.
func (l *Leases) Reported(owner Owner, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, ok := l.owners[owner]
	if !ok || now.Sub(known.heard) <= leaseTime-peerGrace {
		return false
	}
	known.offline = true
	return true
}

// OfflineDaemons returns which daemons were reported as silent: those of which no bot is heard. The value is how long.
func (l *Leases) OfflineDaemons(now time.Time) map[string]time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	silence := map[string]time.Duration{}
	online := map[string]bool{}
	for owner, known := range l.owners {
		if !known.offline {
			online[owner.DaemonID] = true
			continue
		}
		silent := now.Sub(known.heard)
		if before, ok := silence[owner.DaemonID]; !ok || silent < before {
			silence[owner.DaemonID] = silent
		}
	}
	for daemonID := range online {
		delete(silence, daemonID)
	}
	return silence
}
