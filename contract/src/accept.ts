import { apply, isDelta } from './apply.ts';
import type { Change, Delta, Session } from './types.ts';

/** Who sent the change; only the server asks. Browsers and peer nodes hear the server, which has asked. */
export interface Writer {
  readonly daemonId: string;
  /** Whether the lease of the stored session's owner lives. */
  readonly ownerAlive: boolean;
}

export type Acceptance =
  /** `changed` is false when this change, or the same state, is stored already; then `session` is the stored object. */
  | { readonly ok: true; readonly changed: boolean; readonly session: Session }
  /** `seq` is what is stored, 0 for an unknown session. The server answers it; a browser fetches the session. */
  | { readonly ok: false; readonly reason: 'resync'; readonly seq: number }
  | { readonly ok: false; readonly reason: 'not_owner'; readonly seq: number };

/**
 * The acceptance rule (D3), the same for server, peer nodes and browsers. Pure.
 *
 * A snapshot is accepted if its seq is greater than the stored one, a delta if its base is the stored state; what is stored
 * already is fine; anything else needs a resync. A session whose owner is silent is taken over by a snapshot only: a delta
 * cannot have been made against a state that its writer never got acknowledged.
 */
export function accept(stored: Session | undefined, change: Change, writer?: Writer): Acceptance {
  if (stored === undefined) {
    return isDelta(change) ? { ok: false, reason: 'resync', seq: 0 } : { ok: true, changed: true, session: change };
  }
  const foreign = writer !== undefined && writer.daemonId !== stored.daemon_id;
  if (foreign && writer.ownerAlive) return { ok: false, reason: 'not_owner', seq: stored.seq };
  if (!isDelta(change)) return acceptSnapshot(stored, change);
  return foreign ? { ok: false, reason: 'resync', seq: stored.seq } : acceptDelta(stored, change);
}

function acceptSnapshot(stored: Session, snapshot: Session): Acceptance {
  if (snapshot.seq === stored.seq) return { ok: true, changed: false, session: stored };
  if (snapshot.seq < stored.seq) return { ok: false, reason: 'resync', seq: stored.seq };
  return { ok: true, changed: true, session: keepPost(stored, snapshot) };
}

function acceptDelta(stored: Session, delta: Delta): Acceptance {
  if (delta.seq === stored.seq) return { ok: true, changed: false, session: stored };
  if (delta.base_seq !== stored.seq || delta.seq < stored.seq) return { ok: false, reason: 'resync', seq: stored.seq };
  return { ok: true, changed: true, session: apply(stored, delta) };
}

/** The box is the server's own knowledge (D2): a daemon that does not know it yet does not unmake it. */
function keepPost(stored: Session, snapshot: Session): Session {
  if (stored.post_id === undefined || snapshot.post_id !== undefined) return snapshot;
  return { ...snapshot, post_id: stored.post_id };
}
