import { accept, type Change, type Delta, isDelta, type PostEntry, type Session } from '@livestatus/contract';
import { endedInOrder } from './selectors.ts';

/**
 * The sessions a page knows. Pure; the same reference comes back when nothing changed, and every session keeps its
 * identity until it changes, so that a view draws only what is new.
 */
export interface SessionsState {
  readonly byId: Readonly<Record<string, Session>>;
  /**
   * Sessions that a change did not fit, with the lowest seq that makes them whole again: the host fetches each and
   * reports `fetched` or `gone` (D3).
   */
  readonly stale: Readonly<Record<string, number>>;
}

/** Changes, applied in this order: `removed`, `sessions` (snapshots), `deltas`, `posts`. */
export interface SessionsUpdate {
  readonly removed: readonly string[];
  readonly sessions: readonly Session[];
  readonly deltas: readonly Delta[];
  /** Boxes that the server has made; outside seq (D2). */
  readonly posts?: readonly PostEntry[];
}

export type SessionsEvent =
  /** The whole list: replaces everything. */
  | { readonly type: 'synced'; readonly sessions: readonly Session[] }
  | ({ readonly type: 'updated' } & SessionsUpdate)
  /** The answer to a fetch of a stale session. */
  | { readonly type: 'fetched'; readonly session: Session }
  /** A fetched session does not exist (any more). */
  | { readonly type: 'gone'; readonly id: string };

export const NO_SESSIONS: SessionsState = { byId: {}, stale: {} };

export function sessionsReducer(state: SessionsState, event: SessionsEvent): SessionsState {
  switch (event.type) {
    case 'synced':
      return synced(state, event.sessions);
    case 'updated':
      return updated(state, event);
    case 'fetched':
      return fetched(state, event.session);
    case 'gone':
      return without(state, [event.id]);
  }
}

/** A list is the truth at its time, whatever its seqs. */
function synced(state: SessionsState, sessions: readonly Session[]): SessionsState {
  const byId: Record<string, Session> = {};
  for (const session of sessions) {
    const kept = state.byId[session.id];
    byId[session.id] = kept !== undefined && isSameState(kept, session) ? kept : session;
  }
  return { byId, stale: {} };
}

/** An equal seq of the same owner is the same state, but for what the server adds by itself (D2). */
function isSameState(kept: Session, other: Session): boolean {
  const isSameSeq = kept.seq === other.seq && kept.daemon_id === other.daemon_id;
  return isSameSeq && kept.post_id === other.post_id && kept.offline === other.offline;
}

function updated(state: SessionsState, event: Extract<SessionsEvent, { type: 'updated' }>): SessionsState {
  const base = without(state, event.removed);
  const byId = { ...base.byId };
  const stale = { ...base.stale };
  let hasChanged = false;
  for (const change of [...event.sessions, ...event.deltas]) {
    hasChanged = applyChange(byId, stale, change) || hasChanged;
  }
  for (const { id, post_id } of event.posts ?? []) {
    const session = byId[id];
    if (session === undefined || session.post_id === post_id) continue;
    byId[id] = { ...session, post_id };
    hasChanged = true;
  }
  return hasChanged ? { byId, stale } : base;
}

/** Changes the two drafts in place; says whether it did. */
function applyChange(byId: Record<string, Session>, stale: Record<string, number>, change: Change): boolean {
  const answer = accept(byId[change.id], change);
  if (answer.ok) {
    if (!answer.changed) return false;
    byId[change.id] = answer.session;
    if (answer.session.seq >= (stale[change.id] ?? 0)) delete stale[change.id];
    return true;
  }
  // A late snapshot is older than what we have: nothing is missing.
  if (!isDelta(change) || change.seq < answer.seq) return false;
  const wanted = Math.max(stale[change.id] ?? 0, change.seq);
  if (stale[change.id] === wanted) return false;
  stale[change.id] = wanted;
  return true;
}

/** Deltas may have overtaken the fetch: the higher seq wins, and what is still too old stays stale. */
function fetched(state: SessionsState, session: Session): SessionsState {
  const kept = state.byId[session.id];
  const isKept = kept !== undefined && (kept.seq > session.seq || isSameState(kept, session));
  const newer = isKept ? kept : withPostOf(kept, session);
  const { [session.id]: wanted, ...others } = state.stale;
  const stale = wanted === undefined || newer.seq >= wanted ? others : state.stale;
  if (newer === kept && wanted === undefined) return state;
  return { byId: { ...state.byId, [session.id]: newer }, stale };
}

/** The box may have been told while the fetch was on its way. */
function withPostOf(kept: Session | undefined, session: Session): Session {
  if (kept?.post_id === undefined || session.post_id !== undefined) return session;
  return { ...session, post_id: kept.post_id };
}

/**
 * The state with at most `max` ended sessions, the newest: for pages that stay open for weeks. The same reference while
 * there are not more.
 */
export function keepNewestEnded(state: SessionsState, max: number): SessionsState {
  const all = Object.values(state.byId);
  if (all.length <= max) return state;
  const surplus = endedInOrder(all).slice(max);
  return without(
    state,
    surplus.map(({ id }) => id),
  );
}

function without(state: SessionsState, ids: readonly string[]): SessionsState {
  if (!ids.some((id) => id in state.byId || id in state.stale)) return state;
  const byId = { ...state.byId };
  const stale = { ...state.stale };
  for (const id of ids) {
    delete byId[id];
    delete stale[id];
  }
  return { byId, stale };
}
