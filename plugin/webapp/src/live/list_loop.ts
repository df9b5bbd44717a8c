import type { PluginConfig, SessionList } from '@livestatus/contract';
import { backoffMs } from './backoff.ts';
import type { FeedPorts } from './feed_ports.ts';
import type { Received } from './live_state.ts';
import { RestError } from './rest_client.ts';

/** Gets the list and the configuration, again after failures, never twice at the same time. */
export interface ListLoop {
  /** Soon: calls before it begins are one request, a call while it runs asks for another one. */
  refetch(): void;
  /** At once. */
  now(): void;
  /** An update came; if the list is on its way, it counts after it: the list may be older. */
  note(received: Received): void;
  isBusy(): boolean;
  stop(): void;
}

/** After a restart of the server every page reconnects; their requests are spread over this time. */
const SPREAD_MS = 500;
/** More updates than this while a list is on its way: it is asked for again instead of remembering them. */
const MAX_MEANWHILE = 1000;

interface Flight {
  readonly meanwhile: Received[];
  isOutdated: boolean;
}

export function createListLoop(ports: FeedPorts, onDone: () => void): ListLoop {
  let flight: Flight | undefined;
  let cancelTimer: (() => void) | undefined;
  let failures = 0;
  let hasStopped = false;

  const schedule = (ms: number): void => {
    cancelTimer?.();
    cancelTimer = ports.after(ms, () => void run());
  };

  const refetch = (): void => {
    if (hasStopped) return;
    if (flight !== undefined) flight.isOutdated = true;
    else if (cancelTimer === undefined || failures > 0) schedule(ports.random() * SPREAD_MS);
    failures = 0;
  };

  const run = async (): Promise<void> => {
    cancelTimer = undefined;
    const current: Flight = { meanwhile: [], isOutdated: false };
    flight = current;
    const [config, list] = await Promise.all([
      outcome<PluginConfig>(ports.client.config()),
      outcome<SessionList>(ports.client.sessions()),
    ]);
    flight = undefined;
    if (hasStopped) return;
    if (!(config instanceof RestError)) ports.dispatch({ type: 'configured', config });
    report(list, current);
    const failure = [list, config].find((answer): answer is RestError => answer instanceof RestError);
    next(failure, current);
    onDone();
  };

  const report = (list: SessionList | RestError, { meanwhile }: Flight): void => {
    if (list instanceof RestError) ports.dispatch({ type: 'list_failed', code: list.code });
    else ports.dispatch({ type: 'listed', list, atMs: ports.now(), meanwhile });
  };

  const next = (failure: RestError | undefined, current: Flight): void => {
    if (failure !== undefined) {
      failures += 1;
      // Nobody is logged in any more: the web client goes to its login page by itself.
      if (failure.status !== 401) schedule(backoffMs(failures, ports.random(), failure.retryAfterMs));
      return;
    }
    failures = 0;
    if (current.isOutdated) schedule(ports.random() * SPREAD_MS);
  };

  return {
    refetch,
    now() {
      if (hasStopped) return;
      cancelTimer?.();
      failures = 0;
      if (flight !== undefined) flight.isOutdated = true;
      else void run();
    },
    note(received) {
      if (flight === undefined) return;
      flight.meanwhile.push(received);
      if (flight.meanwhile.length > MAX_MEANWHILE) {
        flight.meanwhile.length = 0;
        flight.isOutdated = true;
      }
    },
    isBusy: () => flight !== undefined,
    stop() {
      hasStopped = true;
      cancelTimer?.();
    },
  };
}

/** A failure as a value; whatever else goes wrong in a request counts as no connection. */
async function outcome<T>(request: Promise<T>): Promise<T | RestError> {
  try {
    return await request;
  } catch (error) {
    return error instanceof RestError ? error : new RestError('unreachable', 0);
  }
}
