import type { Clock } from '../sources/source.ts';

/** One timer for many deadlines: the earliest moment that was asked for counts, until it has come. */
export class OneTimer {
  readonly #clock: Clock;
  readonly #onTime: (atMs: number) => void;
  #cancel: (() => void) | undefined;
  #atMs = Number.POSITIVE_INFINITY;

  /** `onTime` gets the moment that was asked for: a clock that was set back meanwhile does not undo that the time has passed. */
  constructor(clock: Clock, onTime: (atMs: number) => void) {
    this.#clock = clock;
    this.#onTime = onTime;
  }

  /** Infinity = never; a moment in the past = at the end of this turn of the event loop. */
  arm(atMs: number): void {
    if (atMs >= this.#atMs) return;
    this.disarm();
    this.#atMs = atMs;
    this.#cancel = this.#clock.after(Math.max(0, atMs - this.#clock.now()), () => {
      this.#cancel = undefined;
      this.#atMs = Number.POSITIVE_INFINITY;
      this.#onTime(atMs);
    });
  }

  disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#atMs = Number.POSITIVE_INFINITY;
  }
}
