/**
 * The browser's monotonic time with one shared timer behind it. Everything that shows a running time subscribes here, so
 * a page with hundreds of rows still has one timer, and none while nothing runs.
 */
export interface Time {
  /** Monotonic milliseconds (`performance.now()`), not related to any wall clock. */
  now(): number;
  /** Calls `listener` about four times a second until the returned function is called. It must not throw. */
  subscribe(listener: () => void): () => void;
}

/** Four times a second keeps a shown second at most 250 ms late and never lets one be skipped. */
const PERIOD_MS = 250;

export interface TickerClock {
  now(): number;
  /** Calls back every `ms`; the returned function stops it. */
  every(ms: number, callback: () => void): () => void;
}

/** A {@link Time} over `clock`. The timer runs only while somebody listens. */
export function createTime(clock: TickerClock): Time {
  const listeners = new Set<() => void>();
  let stop: (() => void) | undefined;
  const tick = (): void => {
    for (const listener of [...listeners]) listener();
  };
  return {
    now: () => clock.now(),
    subscribe(listener) {
      listeners.add(listener);
      stop ??= clock.every(PERIOD_MS, tick);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}

/** A time that stands still at `atMs`: what a page shows while it has no connection (times stop, data stays). */
export function frozenTime(atMs: number): Time {
  return { now: () => atMs, subscribe: () => () => undefined };
}

/** The real one: `performance.now()` and one interval. */
export const browserTime: Time = createTime({
  now: () => performance.now(),
  every(ms, callback) {
    const id = setInterval(callback, ms);
    return () => clearInterval(id);
  },
});
