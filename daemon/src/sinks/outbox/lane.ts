import type { Clock } from '../../sources/source.ts';
import { OneTimer } from '../one-timer.ts';
import type { Batch } from './batch.ts';
import type { BatchOutcome, Outbox } from './outbox.ts';

/** Where an outbox sends to. Must not throw: trouble is an outcome. */
export interface Receiver {
  send(batch: Batch, signal: AbortSignal): Promise<BatchOutcome & { readonly retryAfterMs?: number }>;
  /** Deletes a session there. `done`: it is gone, was unknown, or is not ours to delete. */
  remove(id: string, signal: AbortSignal): Promise<{ readonly done: boolean; readonly retryAfterMs?: number }>;
}

/** Delays between tries while a receiver is not well: they grow, with jitter. */
export interface Backoff {
  next(): number;
  reset(): void;
}

export interface LaneOptions {
  readonly outbox: Outbox;
  readonly receiver: Receiver;
  readonly backoff: Backoff;
  readonly clock: Clock;
}

/** Drives one outbox: one timer, one request in flight. Runs only between `open` and `close`. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #stopped = new AbortController();
  #isOpen = false;
  readonly #timer: OneTimer;
  #working: Promise<void> | undefined;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#timer = new OneTimer(options.clock, (atMs) => this.#wake(atMs));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The receiver is there. What it has is not known: everything begins with snapshots (P3). */
  open(): void {
    if (this.#isOpen || this.#stopped.signal.aborted) return;
    this.#isOpen = true;
    this.#options.outbox.forgetAcknowledged();
    this.#options.outbox.pauseUntil(Number.NEGATIVE_INFINITY);
    this.poke();
  }

  /** The receiver is gone, or refuses us: nothing is sent until it is opened again. */
  close(): void {
    this.#isOpen = false;
    this.#timer.disarm();
  }

  /** Resolves when nothing is in flight any more; after `close`. */
  async idle(): Promise<void> {
    await this.#working;
  }

  /** Something changed: a request may be due earlier. What is due at once waits all the same: this turn may bring more. */
  poke(): void {
    if (!this.#isOpen || this.#working !== undefined) return;
    const { outbox, clock } = this.#options;
    this.#timer.arm(outbox.dueAt(clock.now()));
  }

  /** Lets go at once; what is in flight is abandoned (D5 sends it again as a snapshot in the next life). */
  async stop(): Promise<void> {
    this.close();
    this.#stopped.abort();
    await this.#working;
  }

  #wake(atMs: number): void {
    if (!this.#isOpen || this.#working !== undefined) return;
    this.#working = this.#work(Math.max(atMs, this.#options.clock.now())).finally(() => {
      this.#working = undefined;
      this.poke();
    });
  }

  async #work(now: number): Promise<void> {
    const { outbox } = this.#options;
    for (let id = outbox.takeRemoval(); id !== undefined; id = this.#isOpen ? outbox.takeRemoval() : undefined) {
      if (!(await this.#remove(id))) return;
    }
    if (!this.#isOpen) return;
    const batch = outbox.take(now);
    if (batch !== undefined) await this.#send(batch);
  }

  async #send(batch: Batch): Promise<void> {
    const { outbox, receiver, clock } = this.#options;
    const outcome = await receiver.send(batch, this.#stopped.signal);
    outbox.settle(batch, outcome, clock.now());
    if (outcome.kind === 'answered') this.#wentWell();
    else if (outcome.kind !== 'body_refused' || batch.sent.size === 0) this.#pause(outcome.retryAfterMs);
  }

  async #remove(id: string): Promise<boolean> {
    const { outbox, receiver } = this.#options;
    const { done, retryAfterMs } = await receiver.remove(id, this.#stopped.signal);
    outbox.settleRemoval(id, done);
    if (done) this.#wentWell();
    else this.#pause(retryAfterMs);
    return done;
  }

  #wentWell(): void {
    this.#options.backoff.reset();
    this.#options.outbox.pauseUntil(Number.NEGATIVE_INFINITY);
  }

  #pause(retryAfterMs: number | undefined): void {
    const { outbox, backoff, clock } = this.#options;
    // Jitter has fractions; the moment becomes times and seqs of a batch, which are whole milliseconds.
    outbox.pauseUntil(Math.ceil(clock.now() + Math.max(backoff.next(), retryAfterMs ?? 0)));
  }
}
