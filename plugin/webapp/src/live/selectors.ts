import type { Session } from '@livestatus/contract';
import { type ClockAnchor, endedInOrder, inStartOrder, stoppedAnchor } from '@livestatus/ui';
import { PLUGIN_ID } from '../manifest.ts';
import { INITIAL_LIVE, type LiveState } from './live_state.ts';

/** The host's store, as far as our slice is concerned. */
export type WithLive = Readonly<Record<string, unknown>>;

/** Our slice; before the reducer has run, what it will begin with. */
export function selectLive(state: WithLive): LiveState {
  return (state[`plugins-${PLUGIN_ID}`] as LiveState | undefined) ?? INITIAL_LIVE;
}

/** Remembers the last answer: the same arguments give the same reference, so that nothing is drawn again. */
export function memoised<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: { readonly args: A; readonly answer: R } | undefined;
  return (...args) => {
    if (last === undefined || args.some((arg, index) => arg !== last?.args[index])) {
      last = { args, answer: compute(...args) };
    }
    return last.answer;
  };
}

/** One object for each session and word about its host, so that rows stay memoised. */
const overlaid = new WeakMap<Session, Session>();

/** The session with what the server knows of its host (D2): the list of daemons counts more than an older copy. */
export function withHost(session: Session, offline: LiveState['offline']): Session {
  const isOffline = offline[session.daemon_id] ?? session.offline === true;
  if (isOffline === (session.offline === true)) return session;
  let other = overlaid.get(session);
  if (other === undefined) {
    const { offline: _, ...rest } = session;
    other = isOffline ? { ...rest, offline: true } : rest;
    overlaid.set(session, other);
  }
  return other;
}

const activeOf = memoised((sessions: LiveState['sessions'], offline: LiveState['offline']): readonly Session[] => {
  const active = Object.values(sessions.byId).filter(({ status }) => status === 'active');
  return inStartOrder(active.map((session) => withHost(session, offline)));
});

const endedOf = memoised((byId: LiveState['sessions']['byId']): readonly Session[] =>
  endedInOrder(Object.values(byId)),
);

/** All that is active, oldest start first; the same list until one of them changes. */
export function selectActive(state: WithLive): readonly Session[] {
  const { sessions, offline } = selectLive(state);
  return activeOf(sessions, offline);
}

/** All that has ended, newest end first. */
export function selectEnded(state: WithLive): readonly Session[] {
  return endedOf(selectLive(state).sessions.byId);
}

export function selectActiveCount(state: WithLive): number {
  return selectActive(state).length;
}

export function selectSession(state: WithLive, id: string): Session | undefined {
  const { sessions, offline } = selectLive(state);
  const session = sessions.byId[id];
  return session === undefined ? undefined : withHost(session, offline);
}

const byPost = memoised((byId: LiveState['sessions']['byId']): ReadonlyMap<string, string> => {
  const ids = new Map<string, string>();
  for (const { id, post_id } of Object.values(byId)) if (post_id !== undefined) ids.set(post_id, id);
  return ids;
});

/** The session whose box the server says this post is. */
export function selectSessionOfPost(state: WithLive, postId: string): Session | undefined {
  const id = byPost(selectLive(state).sessions.byId).get(postId);
  return id === undefined ? undefined : selectSession(state, id);
}

/**
 * The clock of a session's daemon, or, if that never spoke, one that stands still where the session was last true: one
 * object a session, so that nothing is drawn again.
 */
export function anchorOf(anchor: ClockAnchor | undefined, session: Session): ClockAnchor {
  if (anchor !== undefined) return anchor;
  let stopped = stoppedAnchors.get(session);
  if (stopped === undefined) {
    stopped = stoppedAnchor(session.as_of_ms);
    stoppedAnchors.set(session, stopped);
  }
  return stopped;
}

const stoppedAnchors = new WeakMap<Session, ClockAnchor>();
