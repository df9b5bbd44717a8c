import type { Session } from '@livestatus/contract';
import { type FeedEvent, type FeedState, feedReducer, INITIAL_FEED } from './feed-state.ts';
import { followStream, type StreamPorts } from './stream.ts';

export interface FeedPorts extends StreamPorts {
  /** One session by id; undefined when there is none. Rejects when there is no answer. */
  fetchSession(id: string): Promise<Session | undefined>;
}

/** What the page knows of the daemon, and the way to hear of changes. */
export interface Feed {
  getState(): FeedState;
  /** Called after every change; returns the unsubscribe. */
  subscribe(listener: () => void): () => void;
  /** Asks for a session that is not in the list (a link to an old turn). It appears in the state, or stays absent. */
  request(id: string): Promise<'found' | 'gone' | 'unreachable'>;
  stop(): void;
}

const RETRY_MS = 2000;

/** Starts following the daemon. Sessions that a change did not fit are fetched whole, one request each at a time. */
export function startFeed(ports: FeedPorts): Feed {
  let state = INITIAL_FEED;
  const listeners = new Set<() => void>();
  const inFlight = new Map<string, Promise<'found' | 'gone' | 'unreachable'>>();
  let cancelRetry: (() => void) | undefined;

  const dispatch = (event: FeedEvent): void => {
    const next = feedReducer(state, event);
    if (next === state) return;
    state = next;
    fetchStale();
    for (const listener of [...listeners]) listener();
  };

  const fetchStale = (): void => {
    if (state.connection.kind !== 'live') return;
    for (const id of Object.keys(state.sessions.stale)) {
      if (!inFlight.has(id)) void fetchWhole(id).then(retryIfNeeded);
    }
  };

  const retryIfNeeded = (outcome: 'found' | 'gone' | 'unreachable'): void => {
    if (outcome === 'unreachable') cancelRetry ??= ports.after(RETRY_MS, retryStale);
    else fetchStale();
  };

  const retryStale = (): void => {
    cancelRetry = undefined;
    fetchStale();
  };

  const fetchWhole = (id: string): Promise<'found' | 'gone' | 'unreachable'> => {
    const known = inFlight.get(id);
    if (known !== undefined) return known;
    const request = ports
      .fetchSession(id)
      .then((session) => {
        inFlight.delete(id);
        dispatch(session === undefined ? { type: 'gone', id } : { type: 'fetched', session });
        return session === undefined ? ('gone' as const) : ('found' as const);
      })
      .catch(() => {
        inFlight.delete(id);
        return 'unreachable' as const;
      });
    inFlight.set(id, request);
    return request;
  };

  const stopStream = followStream(ports, dispatch);
  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    request: fetchWhole,
    stop() {
      stopStream();
      cancelRetry?.();
    },
  };
}
