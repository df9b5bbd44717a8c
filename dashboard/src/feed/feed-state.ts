import type { LinkHealth, Session, StreamHealth, StreamHello, StreamSync, StreamUpdate } from '@livestatus/contract';
import {
  betterAnchor,
  type ClockAnchor,
  keepNewestEnded,
  NO_SESSIONS,
  type SessionsState,
  sessionsReducer,
} from '@livestatus/ui';

/**
 * How the page is connected to the daemon.
 * - `connecting`: never heard anything yet
 * - `live`
 * - `lost`: since then (monotonic ms) nothing is new; times stand still, what is known stays readable
 * - `unauthorized`: the daemon wants its token
 * - `outdated`: the daemon speaks another version of the stream than this page
 */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly sinceMs: number }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'outdated' };

export interface FeedState {
  readonly connection: Connection;
  readonly sessions: SessionsState;
  /** Undefined until the first message. */
  readonly anchor: ClockAnchor | undefined;
  readonly sources: readonly LinkHealth[];
  readonly sinks: readonly LinkHealth[];
  /** Whether the list has been received at all: an empty list is not the same as none. */
  readonly isLoaded: boolean;
  /** This page may allow and deny. */
  readonly mayDecide: boolean;
}

export type FeedEvent =
  | { readonly type: 'hello'; readonly message: StreamHello; readonly atMs: number }
  | { readonly type: 'sync'; readonly message: StreamSync; readonly atMs: number }
  | { readonly type: 'update'; readonly message: StreamUpdate; readonly atMs: number }
  | { readonly type: 'health'; readonly message: StreamHealth; readonly atMs: number }
  | { readonly type: 'fetched'; readonly session: Session }
  | { readonly type: 'gone'; readonly id: string }
  | { readonly type: 'lost'; readonly atMs: number }
  | { readonly type: 'unauthorized' }
  | { readonly type: 'outdated' };

export const INITIAL_FEED: FeedState = {
  connection: { kind: 'connecting' },
  sessions: NO_SESSIONS,
  anchor: undefined,
  sources: [],
  sinks: [],
  isLoaded: false,
  mayDecide: false,
};

/** `atMs` is the monotonic time of receipt. Pure. */
export function feedReducer(state: FeedState, event: FeedEvent): FeedState {
  switch (event.type) {
    case 'hello':
      return { ...heard(state, event), connection: { kind: 'live' }, mayDecide: event.message.may_decide === true };
    case 'sync':
      return onSync(heard(state, event), event.message);
    case 'update':
      return onUpdate(heard(state, event), event.message);
    case 'health':
      return { ...heard(state, event), sources: event.message.sources, sinks: event.message.sinks };
    case 'fetched':
    case 'gone':
      return withSessions(state, sessionsReducer(state.sessions, event));
    case 'lost':
      return state.connection.kind === 'lost' ? state : onLost(state, event.atMs);
    case 'unauthorized':
    case 'outdated':
      return { ...state, connection: { kind: event.type } };
  }
}

interface Heard {
  readonly message: { readonly as_of_ms: number };
  readonly atMs: number;
}

/** Every message tells the daemon's time. */
function heard(state: FeedState, { message, atMs }: Heard): FeedState {
  const anchor = betterAnchor(state.anchor, { asOfMs: message.as_of_ms, receivedAtMs: atMs });
  return anchor === state.anchor ? state : { ...state, anchor };
}

function onSync(state: FeedState, message: StreamSync): FeedState {
  const sessions = sessionsReducer(state.sessions, { type: 'synced', sessions: message.sessions });
  return { ...state, sessions, sources: message.sources, sinks: message.sinks, isLoaded: true };
}

function onUpdate(state: FeedState, message: StreamUpdate): FeedState {
  return withSessions(state, sessionsReducer(state.sessions, { type: 'updated', ...message }));
}

/** Before the first word there is nothing whose time could stand still. */
function onLost(state: FeedState, atMs: number): FeedState {
  return { ...state, connection: { kind: 'lost', sinceMs: atMs } };
}

/** A page that stays open for weeks keeps this many ended turns; more are a search away in the daemon's API. */
const MAX_ENDED = 1000;

function withSessions(state: FeedState, sessions: SessionsState): FeedState {
  if (sessions === state.sessions) return state;
  return { ...state, sessions: keepNewestEnded(sessions, MAX_ENDED) };
}
