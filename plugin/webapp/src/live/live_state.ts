import {
  type DaemonState,
  type Delta,
  deltaOf,
  type PluginConfig,
  type ReceivedUpdate,
  type Session,
  type SessionList,
} from '@livestatus/contract';
import {
  betterAnchor,
  type ClockAnchor,
  keepNewestEnded,
  NO_SESSIONS,
  type SessionsState,
  sessionsReducer,
} from '@livestatus/ui';
import { type Acts, type ActsEvent, reduceActs, settleActs } from '../actions/act_state.ts';

/** Which sessions the panel lists. */
export type PanelScope = 'all' | 'channel';

/** The plugin's slice of the host's store: all that the server has told, and what the reader chose. */
export interface LiveState {
  readonly sessions: SessionsState;
  /** By daemon: whether its lease ran out. A daemon that is not listed has no lease, or is not known. */
  readonly offline: Readonly<Record<string, boolean>>;
  /** By daemon: its clock as this browser knows it. */
  readonly anchors: Readonly<Record<string, ClockAnchor>>;
  /** Whether the list has been received at all: an empty list is not the same as none. */
  readonly isLoaded: boolean;
  /** Code of the last attempt to get the list, if it failed. */
  readonly trouble: string | undefined;
  readonly config: PluginConfig | undefined;
  readonly scope: PanelScope;
  /** Clicks whose end has not been seen. */
  readonly acts: Acts;
}

/** An update and the monotonic time (`performance.now()`) when it came. */
export interface Received {
  readonly update: ReceivedUpdate;
  readonly atMs: number;
}

export type LiveEvent =
  /** The whole list, and what came while it was on its way, in order. */
  | {
      readonly type: 'listed';
      readonly list: SessionList;
      readonly atMs: number;
      readonly meanwhile: readonly Received[];
    }
  | { readonly type: 'list_failed'; readonly code: string }
  | { readonly type: 'retried' }
  | { readonly type: 'updated'; readonly received: readonly Received[] }
  /** The answer to the fetch of a stale session. */
  | { readonly type: 'fetched'; readonly session: Session; readonly atMs: number }
  | { readonly type: 'gone'; readonly id: string }
  | { readonly type: 'configured'; readonly config: PluginConfig }
  | { readonly type: 'scope_chosen'; readonly scope: PanelScope }
  /** The plugin leaves: nothing of it stays in the store. */
  | { readonly type: 'left' }
  | ActsEvent;

export const INITIAL_LIVE: LiveState = {
  sessions: NO_SESSIONS,
  offline: {},
  anchors: {},
  isLoaded: false,
  trouble: undefined,
  config: undefined,
  scope: 'all',
  acts: {},
};

/** Pure; the same reference comes back when nothing changed. */
export function reduceLive(state: LiveState, event: LiveEvent): LiveState {
  const next = reduceNews(state, event);
  if (next.sessions === state.sessions && next.offline === state.offline) return next;
  return withActs(next, settleActs(next.acts, next));
}

function reduceNews(state: LiveState, event: LiveEvent): LiveState {
  switch (event.type) {
    case 'listed':
      return event.meanwhile.reduce(onUpdate, onList(state, event.list, event.atMs));
    case 'list_failed':
      return state.trouble === event.code ? state : { ...state, trouble: event.code };
    case 'retried':
      return state.trouble === undefined ? state : { ...state, trouble: undefined };
    case 'updated':
      return event.received.reduce(onUpdate, state);
    case 'fetched':
      return withSessions(withAnchors(state, [event.session], event.atMs), sessionsReducer(state.sessions, event));
    case 'gone':
      return withSessions(state, sessionsReducer(state.sessions, event));
    case 'configured':
      return { ...state, config: event.config };
    case 'scope_chosen':
      return state.scope === event.scope ? state : { ...state, scope: event.scope };
    case 'left':
      return INITIAL_LIVE;
    default:
      return withActs(state, reduceActs(state.acts, event, state));
  }
}

function withActs(state: LiveState, acts: Acts): LiveState {
  return acts === state.acts ? state : { ...state, acts };
}

function onList(state: LiveState, list: SessionList, atMs: number): LiveState {
  const sessions = sessionsReducer(state.sessions, { type: 'synced', sessions: list.sessions });
  const offline = withDaemons({}, list.daemons);
  return { ...withAnchors(state, list.sessions, atMs), sessions, offline, isLoaded: true, trouble: undefined };
}

function onUpdate(state: LiveState, { update, atMs }: Received): LiveState {
  // A session is told whole or by a patch, once in an update, so the patches are about what is known now.
  const deltas = update.patches.map((patch) => deltaOf(patch, state.sessions.byId[patch[0]]));
  const sessions = sessionsReducer(state.sessions, { ...update, deltas, type: 'updated' });
  const offline = withDaemons(state.offline, update.daemons);
  const told = withAnchors(withSessions(state, sessions), update.sessions, atMs);
  const next = withAnchors(told, clocksOf(deltas, sessions), atMs);
  return offline === state.offline ? next : { ...next, offline };
}

/** A delta tells the time of its session's daemon. */
function clocksOf(deltas: readonly Delta[], { byId }: SessionsState): Clock[] {
  return deltas.flatMap(({ id, as_of_ms }) => {
    const owner = byId[id]?.daemon_id;
    return owner === undefined ? [] : [{ daemon_id: owner, as_of_ms }];
  });
}

type Clock = Pick<Session, 'daemon_id' | 'as_of_ms'>;

/** The newest time that a message tells of each daemon counts; what it says of older copies does not turn a clock back. */
function withAnchors(state: LiveState, clocks: readonly Clock[], atMs: number): LiveState {
  const newest = new Map<string, number>();
  for (const { daemon_id, as_of_ms } of clocks) {
    newest.set(daemon_id, Math.max(newest.get(daemon_id) ?? as_of_ms, as_of_ms));
  }
  let { anchors } = state;
  for (const [daemonId, asOfMs] of newest) {
    const kept = anchors[daemonId];
    const better = betterAnchor(kept, { asOfMs, receivedAtMs: atMs });
    if (better !== kept) anchors = { ...anchors, [daemonId]: better };
  }
  return anchors === state.anchors ? state : { ...state, anchors };
}

function withDaemons(
  known: Readonly<Record<string, boolean>>,
  daemons: readonly DaemonState[],
): Readonly<Record<string, boolean>> {
  const isNews = daemons.some(({ daemon_id, offline }) => known[daemon_id] !== offline);
  if (!isNews) return known;
  return { ...known, ...Object.fromEntries(daemons.map(({ daemon_id, offline }) => [daemon_id, offline])) };
}

/** A tab that stays open for weeks keeps this many ended turns; older boxes draw themselves from their posts. */
const MAX_ENDED = 200;

function withSessions(state: LiveState, sessions: SessionsState): LiveState {
  return sessions === state.sessions ? state : { ...state, sessions: keepNewestEnded(sessions, MAX_ENDED) };
}
