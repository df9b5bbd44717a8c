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
  #floor: number;

  constructor(store: SeqStore) {
    this.#store = store;
    this.#ceiling = store.ceiling;
    this.#floor = store.ceiling;
  }

  /** A number above `previous` and above all that an earlier life has used. */
  next(previous: number, now: number): number {
    this.#floor = Math.max(this.#floor, now);
    const seq = Math.max(previous + 1, this.#floor);
    if (seq > this.#ceiling) {
      this.#ceiling = seq + BLOCK;
      this.#store.reserve(this.#ceiling);
    }
    return seq;
  }
}
