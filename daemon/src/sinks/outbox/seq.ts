/** Where the highest number that may have been used is kept over restarts. */
export interface SeqStore {
  /** The ceiling of an earlier life; 0 if there was none. */
  readonly ceiling: number;
  /** Called before a number above the ceiling is used. */
  reserve(ceiling: number): void;
}

/** So much is reserved at a time: a restart may skip this many numbers, and a write is due this seldom (ms). */
const BLOCK = 10_000;

/**
 * Sequence numbers of D2: `max(previous + 1, now)`, growing over restarts, also when the clock was set back. Not every number
 * is stored: a ceiling is, before any number above it is used, and the next life begins above it.
 */
export class Sequence {
  readonly #store: SeqStore;
  #ceiling: number;
  /** Highest that was used, here or in an earlier life. */
  #highest: number;

  constructor(store: SeqStore) {
    this.#store = store;
    this.#ceiling = store.ceiling;
    this.#highest = store.ceiling;
  }

  /**
   * The number after `previous`. 0 = what the session had before is not known any more: then it is above all that were used,
   * or else an older state would pass for this one.
   */
  next(previous: number, now: number): number {
    const seq = Math.max((previous === 0 ? this.#highest : previous) + 1, now);
    this.#highest = Math.max(this.#highest, seq);
    if (seq > this.#ceiling) {
      this.#ceiling = seq + BLOCK;
      this.#store.reserve(this.#ceiling);
    }
    return seq;
  }
}
