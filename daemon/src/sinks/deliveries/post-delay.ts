import type { Clock } from '../../sources/source.ts';
import { Deadlines } from '../../turns/deadlines.ts';
import { OneTimer } from '../one-timer.ts';

export interface PostDelayOptions {
  readonly clock: Clock;
  readonly delayMs: number;
  readonly onDue: (id: string) => void;
}

/** P1's delay of all turns with one timer: a quick answer gets no box. */
export class PostDelay {
  readonly #options: PostDelayOptions;
  readonly #due = new Deadlines();
  readonly #timer: OneTimer;

  constructor(options: PostDelayOptions) {
    this.#options = options;
    this.#timer = new OneTimer(options.clock, () => this.#onTime());
  }

  /** False: the delay of a turn that was asked for at `startedMs` is over. Else `onDue` is called when it is. */
  wait(id: string, startedMs: number): boolean {
    const dueAt = startedMs + this.#options.delayMs;
    if (dueAt <= this.#options.clock.now()) return false;
    this.#due.set(id, dueAt);
    this.#timer.arm(this.#due.next);
    return true;
  }

  forget(id: string): void {
    this.#due.delete(id);
  }

  stop(): void {
    this.#timer.disarm();
  }

  #onTime(): void {
    for (const id of this.#due.take(this.#options.clock.now())) this.#options.onDue(id);
    this.#timer.arm(this.#due.next);
  }
}
