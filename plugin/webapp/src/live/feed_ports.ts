import type { LiveEvent, LiveState } from './live_state.ts';
import type { RestClient } from './rest_client.ts';

/** The world outside of the feed, as arguments: a test brings its own. */
export interface FeedPorts {
  readonly client: RestClient;
  getState(): LiveState;
  dispatch(event: LiveEvent): void;
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls back once after `ms`; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
  /** In [0, 1). */
  random(): number;
}
