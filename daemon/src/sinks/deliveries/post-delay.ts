import type { Clock } from '../../sources/source.ts';
import { Deadlines } from '../../turns/deadlines.ts';

export interface PostDelayOptions {
  readonly clock: Clock;
  readonly delayMs: number;
  readonly onDue: (id: string) => void;
}

/** P1's delay of all turns with one timer: a quick answer gets no box. */
export class PostDelay {
  readonly #options: PostDelayOptions;
  readonly #due = new Deadlines();
  #cancelTimer: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: PostDelayOptions) {
    this.#options = options;
  }

  /** False: the delay of a turn that was asked for at `startedMs` is over. Else `onDue` is called when it is. */
  wait(id: string, startedMs: number): boolean {
    const dueAt = startedMs + this.#options.delayMs;
    if (dueAt <= this.#options.clock.now()) return false;
    this.#due.set(id, dueAt);
    this.#arm();
    return true;
  }

  forget(id: string): void {
    this.#due.delete(id);
  }

  stop(): void {
    this.#cancelTimer?.();
  }

  #arm(): void {
    const at = this.#due.next;
    if (at >= this.#timerAt) return;
    this.#cancelTimer?.();
    this.#timerAt = at;
    const { clock } = this.#options;
    this.#cancelTimer = clock.after(Math.max(0, at - clock.now()), () => this.#onTimer());
  }

  #onTimer(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    for (const id of this.#due.take(this.#options.clock.now())) this.#options.onDue(id);
    this.#arm();
  }
}
