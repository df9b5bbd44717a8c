package contract

// Writer is who sent a change. Only the server asks; browsers and peer nodes hear the server, which has asked.
type Writer struct {
	DaemonID string
	// OwnerAlive says whether the lease of the stored session's owner lives.
	OwnerAlive bool
}

// Acceptance is what becomes of a change.
type Acceptance struct {
	// Status is ok, resync or not_owner.
	Status ChangeStatus
	// Changed is false when this change, or the same state, is stored already.
	Changed bool
	// Session is what to store: with ok the new state, or the stored one if nothing changed. Else nil.
	Session *Session
	// Seq is what is stored afterwards; 0 = the session is unknown.
	Seq int64
}

// Accept is the acceptance rule (D3), the same for server, peer nodes and browsers. stored is nil for an unknown session,
// writer is nil where nobody asks. The change must have passed validation: exactly one of its parts is set.
//
// A snapshot is accepted if its seq is greater than the stored one, a delta if its base is the stored state; what is stored
// already is fine; anything else needs a resync. A session whose owner is silent is taken over by a snapshot only: a delta
// cannot have been made against a state that its writer never got acknowledged.
func Accept(stored *Session, change SnapshotOrDelta, writer *Writer) Acceptance {
	if stored == nil {
		if change.Snapshot == nil {
			return Acceptance{Status: ChangeStatusResync}
		}
		return accepted(*change.Snapshot)
	}
	foreign := writer != nil && writer.DaemonID != stored.DaemonID
	switch {
	case foreign && writer.OwnerAlive:
		return Acceptance{Status: ChangeStatusNotOwner, Seq: stored.Seq}
	case change.Snapshot != nil:
		return acceptSnapshot(stored, *change.Snapshot)
	case change.Delta != nil && !foreign:
		return acceptDelta(stored, *change.Delta)
	default:
		return resync(stored)
	}
}

func acceptSnapshot(stored *Session, snapshot Session) Acceptance {
	switch {
	case snapshot.Seq == stored.Seq:
		return unchanged(stored)
	case snapshot.Seq < stored.Seq:
		return resync(stored)
	}
	if snapshot.PostID == nil {
		// The box is the server's own knowledge (D2): a daemon that does not know it yet does not unmake it.
		snapshot.PostID = stored.PostID
	}
	return accepted(snapshot)
}

func acceptDelta(stored *Session, delta Delta) Acceptance {
	switch {
	case delta.Seq == stored.Seq:
		return unchanged(stored)
	case delta.BaseSeq != stored.Seq, delta.Seq < stored.Seq:
		return resync(stored)
	}
	return accepted(Apply(*stored, delta))
}

func accepted(session Session) Acceptance {
	return Acceptance{Status: ChangeStatusOk, Changed: true, Session: &session, Seq: session.Seq}
}

func unchanged(stored *Session) Acceptance {
	return Acceptance{Status: ChangeStatusOk, Session: stored, Seq: stored.Seq}
}

func resync(stored *Session) Acceptance {
	return Acceptance{Status: ChangeStatusResync, Seq: stored.Seq}
}
