import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  handleType,
  type IBackoff,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { Backoff } from '../outbox/lane.ts';
import { type HttpClient, HttpFailure, type HttpReply, type HttpRequest } from './client.ts';

/** What came of a call. Closed set; `kind` is a metric label too. */
export type CallResult =
  /** A whole reply below 500, whatever it says; 429 is `rate_limited`. */
  | { readonly kind: 'replied'; readonly reply: HttpReply }
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number }
  /** Nobody was reached: nothing was sent. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** It may have arrived or not. */
  | { readonly kind: 'unclear'; readonly reason: string; readonly status?: number }
  /** The breaker is open: nothing was sent. */
  | { readonly kind: 'paused' };

export interface Call extends Omit<HttpRequest, 'signal'> {
  readonly signal: AbortSignal;
}

export interface CallerOptions {
  readonly http: HttpClient;
  readonly timeoutMs: number;
  /** Outages in a row after which calls pause... */
  readonly breakerThreshold: number;
  /** ...for this long; then one call looks whether it is well again. */
  readonly breakerCooldownMs: number;
}

export interface Caller {
  call(call: Call): Promise<CallResult>;
  readonly isOpen: boolean;
}

export interface BreakingCaller extends Caller {
  /** Somebody has seen that the receiver is well: the next call is made at once, whatever was before. */
  reset(): void;
}

/** An answer of 500 and above, as an error for the breaker. */
class ServerError extends Error {
  readonly reply: HttpReply;

  constructor(reply: HttpReply) {
    super(`status ${reply.status}`);
    this.reply = reply;
  }
}

/** One receiver behind timeout and breaker. Refusals (4xx) are answers: they open nothing. */
export function createCaller(options: CallerOptions): BreakingCaller {
  const { http, timeoutMs } = options;
  const limit = timeout(timeoutMs, { strategy: TimeoutStrategy.Cooperative, abortOnReturn: false });
  let breaker = createBreaker(options);
  return {
    get isOpen() {
      return breaker.state === CircuitState.Open;
    },
    reset() {
      if (breaker.state !== CircuitState.Closed) breaker = createBreaker(options);
    },
    async call(call) {
      try {
        const reply = await wrap(breaker, limit).execute(async ({ signal }) => {
          const answer = await http.send({ ...call, signal });
          if (answer.status >= 500) throw new ServerError(answer);
          return answer;
        }, call.signal);
        return reply.status === 429 ? rateLimited(reply) : { kind: 'replied', reply };
      } catch (error) {
        return toResult(error);
      }
    },
  };
}

function createBreaker({ breakerThreshold, breakerCooldownMs }: CallerOptions) {
  return circuitBreaker(handleType(ServerError).orType(HttpFailure).orType(TaskCancelledError), {
    halfOpenAfter: breakerCooldownMs,
    breaker: new ConsecutiveBreaker(breakerThreshold),
  });
}

function toResult(error: unknown): CallResult {
  if (error instanceof BrokenCircuitError) return { kind: 'paused' };
  if (error instanceof TaskCancelledError) return { kind: 'unclear', reason: 'no answer in time' };
  if (error instanceof ServerError)
    return { kind: 'unclear', reason: `status ${error.reply.status}`, status: error.reply.status };
  if (error instanceof HttpFailure) {
    if (error.code === 'unreachable') return { kind: 'unreachable', reason: error.message };
    return { kind: 'unclear', reason: error.code === 'aborted' ? 'no answer in time' : error.message };
  }
  throw error;
}

const DEFAULT_RETRY_AFTER_MS = 1_000;
/** Longer than this nobody is obeyed: the status would stay away for ever. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** `Retry-After` or Mattermost's `X-RateLimit-Reset`, both in seconds. */
function rateLimited({ headers }: HttpReply): CallResult {
  const seconds = [headers['retry-after'], headers['x-ratelimit-reset']]
    .map((value) => Number(value))
    .find((value) => Number.isFinite(value) && value > 0);
  const waitMs = seconds === undefined ? DEFAULT_RETRY_AFTER_MS : seconds * 1_000;
  return { kind: 'rate_limited', retryAfterMs: Math.min(MAX_RETRY_AFTER_MS, waitMs) };
}

const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;

/** Delays that grow from half a second to ten, with jitter: daemons must not come back in step. */
export function createBackoff(): Backoff {
  const factory = new ExponentialBackoff({
    initialDelay: RETRY_FIRST_MS,
    maxDelay: RETRY_MAX_MS,
    generator: decorrelatedJitterGenerator,
  });
  let current: IBackoff<unknown> | undefined;
  return {
    next() {
      current = current === undefined ? factory.next() : current.next(undefined);
      return current.duration;
    },
    reset() {
      current = undefined;
    },
  };
}
