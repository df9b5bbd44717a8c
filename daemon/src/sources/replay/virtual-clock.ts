import type { Clock } from '../source.ts';

/** A clock that goes only where it is moved; timers fire in order of their time, then of their making. Deterministic. */
export class VirtualClock implements Clock {
  #now: number;
  #made = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly callback: () => void }>();

  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const id = this.#made;
    this.#made += 1;
    this.#timers.set(id, { at: this.#now + Math.max(0, Math.ceil(ms)), callback });
    return () => this.#timers.delete(id);
  }

  /** Moves to `toMs` (never backwards) and fires what is due on the way, timers that these make included. */
  advanceTo(toMs: number): void {
    for (let next = this.#earliest(toMs); next !== undefined; next = this.#earliest(toMs)) {
      this.#timers.delete(next.id);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = Math.max(this.#now, toMs);
  }

  #earliest(untilMs: number): { readonly id: number; readonly at: number; readonly callback: () => void } | undefined {
    let best: { readonly id: number; readonly at: number; readonly callback: () => void } | undefined;
    // In order of making, so that `<` keeps the first of equal times.
    for (const [id, timer] of this.#timers) {
      if (timer.at <= untilMs && (best === undefined || timer.at < best.at)) best = { id, ...timer };
    }
    return best;
  }
}
