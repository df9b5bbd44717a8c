import { GatewayProtocolRequestError } from '@openclaw/gateway-client/browser';
import { type BulkheadPolicy, bulkhead } from 'cockatiel';
import type { Clock } from '../source.ts';

/** Requests in flight at once. The gateway queues what is above its own bound and refuses what is above that. */
const SUBSCRIBES = 8;
/** Histories are large and must not wait behind a thousand subscriptions, so they have their own lane. */
const HISTORIES = 4;
const TRIES = 5;
const BUSY_RETRY_MS = 200;
const MAX_BUSY_RETRY_MS = 10_000;

/** Asks the gateway; rejects with `StaleRoundError` once the connection it belonged to is gone. */
export type Ask = (method: string, params: unknown) => Promise<unknown>;

/**
 * The requests of one connection: bounded in number, repeated while the gateway says that it is only busy, and void once
 * the round is over, so that a late answer of an old connection changes nothing in the new one.
 */
export class Round {
  readonly #request: Ask;
  readonly #clock: Clock;
  readonly #lane = bulkhead(SUBSCRIBES, Number.POSITIVE_INFINITY);
  readonly #historyLane = bulkhead(HISTORIES, Number.POSITIVE_INFINITY);
  readonly #wakes = new Set<() => void>();
  #over = false;

  constructor(request: Ask, clock: Clock) {
    this.#request = request;
    this.#clock = clock;
  }

  get over(): boolean {
    return this.#over;
  }

  end(): void {
    this.#over = true;
    for (const wake of this.#wakes) wake();
    this.#wakes.clear();
  }

  readonly ask: Ask = (method, params) => this.#askIn(this.#lane, method, params);

  readonly askHistory: Ask = (method, params) => this.#askIn(this.#historyLane, method, params);

  /** Runs `act` after `ms`, unless the round ends before. */
  later(ms: number, act: () => void): void {
    void this.#pause(ms).then(() => {
      if (!this.#over) act();
    });
  }

  async #askIn(lane: BulkheadPolicy, method: string, params: unknown): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await lane.execute(() => {
          this.#mustGoOn();
          return this.#request(method, params);
        });
        this.#mustGoOn();
        return answer;
      } catch (error) {
        this.#mustGoOn();
        if (tries >= TRIES || !isBusy(error)) throw error;
        await this.#pause(Math.min(error.retryAfterMs ?? BUSY_RETRY_MS * 2 ** tries, MAX_BUSY_RETRY_MS));
      }
    }
  }

  #mustGoOn(): void {
    if (this.#over) throw new StaleRoundError();
  }

  /** Ends early when the round does. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => {
        this.#wakes.delete(wake);
        resolve();
      });
      const wake = (): void => {
        cancel();
        resolve();
      };
      this.#wakes.add(wake);
    });
  }
}

/** The connection that this was asked over is gone. */
export class StaleRoundError extends Error {
  override readonly name = 'StaleRoundError';
}

/** The gateway answered, and the answer is no. */
export function isRefusal(error: unknown): error is GatewayProtocolRequestError {
  return error instanceof GatewayProtocolRequestError && !isBusy(error);
}

function isBusy(error: unknown): error is GatewayProtocolRequestError {
  return error instanceof GatewayProtocolRequestError && (error.retryable || error.code === 'UNAVAILABLE');
}
