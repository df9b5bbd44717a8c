import {
  GatewayProtocolClient,
  type GatewayProtocolRequestError,
  type GatewayProtocolSocket,
  type GatewayProtocolSocketHandlers,
} from '@openclaw/gateway-client/browser';
import type { Logger } from 'pino';
import type { Clock } from '../source.ts';
import { MIN_RETRY_MS, retryDelayMs } from './backoff.ts';
import { classifyClose, classifyConnectError, type SocketCause } from './classify.ts';
import type { DeviceStore } from './device-store.ts';
import type { GatewayEndpoint } from './endpoint.ts';
import { type HandshakePlan, planHandshake } from './handshake.ts';
import { type Hello, readHello, record } from './hello.ts';
import { parseFrame } from './parse-frame.ts';
import type { GatewayProblem, GatewayProblemCode } from './problems.ts';
import { RequestTimeoutError } from './request-error.ts';
import { type GatewaySocket, openSocket } from './socket.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

/** From opening the socket to hello-ok; the gateway's own budget is 15 s. */
const HANDSHAKE_MS = 20_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Refusals that a stale device token explains. */
const LOGIN_REFUSALS: ReadonlySet<GatewayProblemCode> = new Set([
  'device_token_stale',
  'auth_token_mismatch',
  'auth_scope_mismatch',
  'auth_refused',
  'pairing_required',
]);

/** What the owner of a connection hears. Called synchronously; must not throw. */
export interface ConnectionEvents {
  /** A request went out. `params` of `connect` carry no credentials. */
  sent(id: string, method: string, params: unknown, at: number): void;
  /**
   * A frame came in: parsed (without the row copies that `parseFrame` skips), or the raw text if it was not JSON. `raw` is
   * the text as it came.
   */
  frame(frame: unknown, at: number, raw: string): void;
  /** The handshake is done: requests can be sent. */
  online(hello: Hello): void;
  /** A connection that was online is gone. Comes before `problem`. */
  lost(at: number): void;
  /** Why there is no connection. Comes for each failed attempt; `retryInMs` undefined = it has stopped for good. */
  problem(problem: GatewayProblem, retryInMs: number | undefined): void;
  /** The socket ended or failed, for recordings. */
  socketEnded(code: number, reason: string, errno: string | undefined, at: number): void;
}

export interface ConnectionOptions {
  readonly endpoint: GatewayEndpoint;
  readonly device: DeviceStore;
  readonly sharedToken: string | undefined;
  readonly scopes: readonly string[];
  /** Of this program, shown by `openclaw devices list`. */
  readonly version: string;
  readonly platform: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly events: ConnectionEvents;
}

/**
 * One connection to a gateway, kept up: handshake, login, watchdog, and reconnecting until `stop`.
 *
 * Handshake order, request ids and answers are OpenClaw's own protocol client; the socket below it and the policy above it
 * are ours. Its ready-made Node client was not used because it hides frames it does not know, hands out answers after
 * the events that followed them, and fixes the backoff at 1 to 30 s without jitter.
 *
 * Invariant: at most one socket exists, and while one exists no retry is scheduled.
 */
export class GatewayConnection {
  readonly #options: ConnectionOptions;
  readonly #client: GatewayProtocolClient<HandshakePlan>;
  #socket: GatewaySocket | undefined;
  #watchdog: Watchdog | undefined;
  #online = false;
  #stopped = true;
  /** Set before the socket is closed for a reason its close code will not tell. */
  #failure: GatewayProblem | undefined;
  #failures = 0;
  /** The gateway refused the device token; the shared token gets one try to replace it. */
  #pairAnew = false;
  #shutdownAnnounced = false;
  #cancelRetry = (): void => {};
  #cancelDeadline = (): void => {};
  /** Settles when the socket that `stop` closes has ended. */
  #closed: Promise<void> | undefined;
  #onClosed = (): void => {};

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#client = new GatewayProtocolClient<HandshakePlan>({
      createSocket: (handlers) => this.#createSocket(handlers),
      createRequestId: () => 'ls',
      buildConnectPlan: ({ nonce, challengeTs }) => this.#plan(nonce, challengeTs),
      buildConnectParams: (plan) => plan.params,
      onConnectPlanError: () => {
        this.#failure = { code: 'not_a_gateway', detail: 'challenge without nonce or time' };
        return { closeCode: 1008, closeReason: 'bad challenge' };
      },
      onConnectHello: (hello) => this.#becameOnline(readHello(hello)),
      onConnectFailure: (error, { plan }) => this.#refused(error, plan),
      // Retries are ours: they need the clock, the jitter and the problem.
      resolveClose: () => ({ retry: false, notify: false }),
      handshake: { mode: 'require-challenge', timeoutMs: 2 * HANDSHAKE_MS },
      reconnect: { initialMs: 0, multiplier: 1, maxMs: 0 },
    });
  }

  /** Starts connecting. Also after the connection stopped for good (`problem` without retry), to try once more. */
  start(): void {
    this.#stopped = false;
    this.#connect();
  }

  /** Closes the connection; no event but `socketEnded` comes afterwards. Ends within about a second. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    this.#cancelDeadline();
    this.#watchdog?.stop();
    if (this.#socket === undefined) return;
    this.#closed ??= new Promise((resolve) => {
      this.#onClosed = resolve;
    });
    this.#client.stop();
    await this.#closed;
  }

  /**
   * Sends a request and resolves with the answer's payload. Rejects with `GatewayProtocolRequestError` (refused),
   * `RequestTimeoutError`, or `Error` when the connection went away.
   */
  async request(method: string, params: unknown, timeoutMs = REQUEST_TIMEOUT_MS): Promise<unknown> {
    const abort = new AbortController();
    const cancel = this.#options.clock.after(timeoutMs, () => abort.abort());
    try {
      return await this.#client.request(method, params, { timeoutMs: null, signal: abort.signal });
    } catch (error) {
      if (abort.signal.aborted) throw new RequestTimeoutError(method, timeoutMs);
      throw error;
    } finally {
      cancel();
    }
  }

  /** Everything was read over this connection: the next loss starts with a short wait again. */
  settled(): void {
    this.#failures = 0;
  }

  #connect(): void {
    this.#failure = undefined;
    this.#shutdownAnnounced = false;
    this.#cancelDeadline = this.#options.clock.after(HANDSHAKE_MS, () => this.#giveUp({ code: 'handshake_timeout' }));
    this.#client.start();
  }

  #createSocket(handlers: GatewayProtocolSocketHandlers): GatewayProtocolSocket {
    const { clock, endpoint, events } = this.#options;
    const socket = openSocket(endpoint.url, clock, {
      open: () => handlers.open(),
      pong: () => this.#watchdog?.pong(),
      message: (raw) => this.#received(raw, handlers),
      close: (code, reason, cause) => {
        handlers.close(code, reason);
        this.#ended(code, reason, cause);
      },
    });
    this.#socket = socket;
    return {
      isOpen: () => socket.isOpen(),
      close: (code, reason) => socket.close(code, reason),
      send: (raw) => {
        socket.send(raw);
        const { id, method, params } = record(JSON.parse(raw));
        const shown = method === 'connect' ? withoutCredentials(params) : params;
        events.sent(String(id), String(method), shown, clock.now());
      },
    };
  }

  #received(raw: string, handlers: GatewayProtocolSocketHandlers): void {
    const at = this.#options.clock.now();
    this.#watchdog?.seen();
    const frame = parse(raw);
    if (this.#stopped) return;
    this.#options.events.frame(frame, at, raw);
    const { type, event } = record(frame);
    if (event === 'shutdown') this.#shutdownAnnounced = true;
    // The protocol client needs answers and the challenge. Other events would only be parsed twice.
    if (type === 'res' || event === 'connect.challenge') handlers.message(raw);
  }

  #plan(nonce: string | null, challengeTs: number | null | undefined): HandshakePlan {
    if (nonce === null || challengeTs == null) throw new TypeError('challenge without nonce or time');
    const { device, endpoint, sharedToken, scopes, version, platform } = this.#options;
    return planHandshake({
      device,
      gateway: endpoint.shown,
      sharedToken,
      pairAnew: this.#pairAnew,
      scopes,
      version,
      platform,
      nonce,
      challengeTs,
    });
  }

  #becameOnline(hello: Hello): void {
    const { clock, events } = this.#options;
    this.#cancelDeadline();
    this.#online = true;
    this.#keepDeviceToken(hello);
    this.#pairAnew = false;
    this.#watchdog = startWatchdog({
      clock,
      tickIntervalMs: hello.tickIntervalMs,
      ping: () => this.#socket?.ping(),
      onSilence: () => this.#giveUp({ code: 'tick_timeout' }),
    });
    events.online(hello);
  }

  #keepDeviceToken(hello: Hello): void {
    const { device, endpoint, log } = this.#options;
    if (hello.deviceToken === undefined || hello.deviceToken === device.token(endpoint.shown)?.token) return;
    try {
      device.saveToken(endpoint.shown, { token: hello.deviceToken, scopes: hello.scopes });
      log.info(
        { gateway: endpoint.shown, device_id: device.deviceId, scopes: hello.scopes },
        'paired with the gateway',
      );
    } catch (err) {
      // Not fatal: the identity is kept, so the shared token pairs the same device again next time.
      log.warn({ err }, 'device token could not be kept');
    }
  }

  #refused(error: GatewayProtocolRequestError, plan: HandshakePlan) {
    const problem = classifyConnectError(error);
    const stale = plan.usesDeviceToken && LOGIN_REFUSALS.has(problem.code);
    if (stale && this.#options.sharedToken !== undefined) {
      this.#pairAnew = true;
      this.#failure = { code: 'connecting', retryAfterMs: MIN_RETRY_MS };
      this.#options.log.warn({ code: problem.code }, 'the gateway refused the device token; pairing anew');
    } else {
      this.#failure = problem;
    }
    return { closeCode: 1008, closeReason: 'connect failed' };
  }

  /** Ends the current connection for a reason of our own. The other side may be gone, so nothing is waited for. */
  #giveUp(problem: GatewayProblem): void {
    this.#failure = problem;
    this.#socket?.terminate();
  }

  #ended(code: number, reason: string, cause: SocketCause): void {
    const { clock, events } = this.#options;
    const wasOnline = this.#online;
    this.#socket = undefined;
    this.#online = false;
    this.#watchdog?.stop();
    this.#watchdog = undefined;
    this.#cancelDeadline();
    this.#onClosed();
    this.#closed = undefined;
    events.socketEnded(code, reason, cause.errno, clock.now());
    if (this.#stopped) return;
    if (wasOnline) events.lost(clock.now());
    this.#retryAfter(this.#failure ?? this.#explainClose(code, cause));
  }

  #explainClose(code: number, cause: SocketCause): GatewayProblem {
    const problem = classifyClose(code, cause);
    return problem.code === 'connection_lost' && this.#shutdownAnnounced ? { code: 'gateway_restarting' } : problem;
  }

  #retryAfter(problem: GatewayProblem): void {
    const { endpoint, random } = this.#options;
    const delayMs = retryDelayMs(problem, {
      failures: this.#failures + 1,
      loopback: endpoint.loopback,
      random: random(),
    });
    if (problem.retryAfterMs === undefined) this.#failures += 1;
    if (delayMs === undefined) {
      this.#stopped = true;
    } else {
      this.#cancelRetry = this.#options.clock.after(delayMs, () => this.#connect());
    }
    this.#options.events.problem(problem, delayMs);
  }
}

function parse(raw: string): unknown {
  try {
    return parseFrame(raw);
  } catch {
    return raw;
  }
}

function withoutCredentials(params: unknown): unknown {
  const { auth: _auth, device: _device, ...rest } = record(params);
  return rest;
}
