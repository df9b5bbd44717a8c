import { accept, type Change, type Delta, isDelta, type Session } from '@livestatus/contract';

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

export type SessionsEvent =
  /** The whole list: replaces everything. */
  | { readonly type: 'synced'; readonly sessions: readonly Session[] }
  /** Changes, applied in this order: `removed`, `sessions` (snapshots), `deltas`. */
  | {
      readonly type: 'updated';
      readonly removed: readonly string[];
      readonly sessions: readonly Session[];
      readonly deltas: readonly Delta[];
    }
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

/** A list is the truth at its time, whatever its seqs; an equal seq of the same owner is the same state. */
function synced(state: SessionsState, sessions: readonly Session[]): SessionsState {
  const byId: Record<string, Session> = {};
  for (const session of sessions) {
    const kept = state.byId[session.id];
    const isSame = kept !== undefined && kept.seq === session.seq && kept.daemon_id === session.daemon_id;
    byId[session.id] = isSame ? kept : session;
  }
  return { byId, stale: {} };
}

function updated(state: SessionsState, event: Extract<SessionsEvent, { type: 'updated' }>): SessionsState {
  const base = without(state, event.removed);
  const byId = { ...base.byId };
  const stale = { ...base.stale };
  let hasChanged = false;
  for (const change of [...event.sessions, ...event.deltas]) {
    hasChanged = applyChange(byId, stale, change) || hasChanged;
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
  const newer = kept !== undefined && kept.seq >= session.seq ? kept : session;
  const { [session.id]: wanted, ...others } = state.stale;
  const stale = wanted === undefined || newer.seq >= wanted ? others : state.stale;
  if (newer === kept && wanted === undefined) return state;
  return { byId: { ...state.byId, [session.id]: newer }, stale };
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
