import type { Clock } from '../../sources/source.ts';
import type { ModelSession } from './session.ts';

/** Between the end of a run and the start of the next of its session (05-queue-collect: 0.1 to 0.3 s). */
const BETWEEN_MS = 100;

/** A session runs one at a time; who comes meanwhile waits for its turn. */
export class Lanes {
  readonly #clock: Clock;
  /** By session key, while it is taken. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #generation = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get idle(): boolean {
    return this.#waiting.size === 0;
  }

  isBusy(session: ModelSession): boolean {
    return this.#waiting.has(session.key);
  }

  /** Runs `begin` as soon as the session is free; it then keeps it until `free`. */
  enter(session: ModelSession, begin: () => void): void {
    const waiting = this.#waiting.get(session.key);
    if (waiting !== undefined) {
      waiting.push(begin);
      return;
    }
    this.#waiting.set(session.key, []);
    begin();
  }

  free(session: ModelSession): void {
    const next = this.#waiting.get(session.key)?.shift();
    if (next === undefined) {
      this.#waiting.delete(session.key);
      return;
    }
    const generation = this.#generation;
    this.#clock.after(BETWEEN_MS, () => {
      if (generation === this.#generation) next();
    });
  }

  /** The machine died: nobody waits any more. */
  clear(): void {
    this.#generation += 1;
    this.#waiting.clear();
  }
}
