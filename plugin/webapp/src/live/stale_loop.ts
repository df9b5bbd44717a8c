import { backoffMs } from './backoff.ts';
import type { FeedPorts } from './feed_ports.ts';
import { RestError } from './rest_client.ts';

/** Fetches, whole, the sessions that a change did not fit (D3), each once at a time. */
export interface StaleLoop {
  check(): void;
  stop(): void;
}

/** More than this are cheaper as one list. */
const MAX_SINGLE_FETCHES = 8;

export function createStaleLoop(ports: FeedPorts, refetchList: () => void): StaleLoop {
  const inFlight = new Set<string>();
  let cancelRetry: (() => void) | undefined;
  let failures = 0;
  let hasStopped = false;

  const isStale = (id: string): boolean => id in ports.getState().sessions.stale;

  const check = (): void => {
    if (hasStopped || cancelRetry !== undefined) return;
    const ids = Object.keys(ports.getState().sessions.stale).filter((id) => !inFlight.has(id));
    if (ids.length > MAX_SINGLE_FETCHES) refetchList();
    else for (const id of ids) void fetchOne(id);
  };

  const fetchOne = async (id: string): Promise<void> => {
    inFlight.add(id);
    try {
      const session = await ports.client.session(id);
      // Withdrawn, or listed, in the meantime: then the answer is no news.
      if (hasStopped || !isStale(id)) return;
      if (session === undefined) ports.dispatch({ type: 'gone', id });
      else ports.dispatch({ type: 'fetched', session, atMs: ports.now() });
      failures = isStale(id) ? failures + 1 : 0;
    } catch (error) {
      failures += 1;
      retryLater(error instanceof RestError ? error.retryAfterMs : 0);
    } finally {
      inFlight.delete(id);
      if (isStale(id)) retryLater(0);
    }
  };

  /** Also for an answer that was older than what is wanted: the change is still on its way to that server. */
  const retryLater = (askedMs: number): void => {
    if (hasStopped) return;
    cancelRetry ??= ports.after(backoffMs(Math.max(1, failures), ports.random(), askedMs), () => {
      cancelRetry = undefined;
      check();
    });
  };

  return {
    check,
    stop() {
      hasStopped = true;
      cancelRetry?.();
    },
  };
}
