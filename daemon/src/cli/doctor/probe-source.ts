import type { Source, SourceHealth } from '../../sources/source.ts';
import type { GatewayProbe } from './probe.ts';

/** How long something that is not well may take to become well: a gateway in the middle of its start, say. */
const SETTLE_MS = 3000;

/** Health of a source as it settles, and how long that took. */
export interface WatchedSource {
  readonly health: SourceHealth;
  readonly tookMs: number;
}

/**
 * Starts a source, waits until it is ok or has failed for good (or stays degraded for a moment, or the signal comes),
 * and stops it again. The very source that the daemon uses: what works here works there.
 */
export async function watchSource(source: Source, signal: AbortSignal): Promise<WatchedSource> {
  const started = performance.now();
  const settled = new Settled(signal);
  try {
    await source.start({ event: () => undefined, health: (health) => settled.see(health) });
    settled.see(source.health());
    await settled.done;
    return { health: source.health(), tookMs: performance.now() - started };
  } finally {
    settled.dispose();
    await source.stop();
  }
}

/** What the gateway source's health tells, in the doctor's words. */
export function toGatewayProbe({ health, tookMs }: WatchedSource): GatewayProbe {
  const { url, version, scopes, channelRunsVisible, keys } = health.detail ?? {};
  const answered = version !== undefined;
  return {
    health,
    url: String(url ?? 'unknown'),
    ...(answered && {
      latencyMs: tookMs,
      version: String(version),
      // The daemon's client speaks no other.
      protocol: 4,
      scopes: String(scopes ?? '')
        .split(' ')
        .filter((scope) => scope !== ''),
      showsChannelRuns: channelRunsVisible === true,
    }),
    ...(typeof keys === 'number' && answered && { sessions: keys }),
  };
}

/** Resolves once when health is final, has been bad for a while, or the signal was given. */
class Settled {
  readonly done: Promise<void>;
  #resolve: () => void = () => undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.#resolve();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    signal.addEventListener('abort', this.#onAbort);
    if (signal.aborted) this.#resolve();
  }

  see({ state }: SourceHealth): void {
    if (state === 'ok' || state === 'failed') this.#resolve();
    else if (state === 'degraded') this.#timer ??= setTimeout(() => this.#resolve(), SETTLE_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}
