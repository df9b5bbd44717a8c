import type { Clock } from './sources/source.ts';

/** The real clock. Timers do not keep the process alive: what must go on has a handle of its own (a server, a socket). */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, 0x7fffffff));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
