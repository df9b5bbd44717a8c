import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { record, text } from '../../sources/openclaw-gateway/hello.ts';
import type { Clock } from '../../sources/source.ts';
import type { AnswerError, Challenge, LoginResult } from './login.ts';
import type { World } from './world.ts';

/** What a test makes the gateway answer instead of the truth; `never` leaves the request unanswered. */
export type FakeAnswer = { readonly payload: unknown } | { readonly error: AnswerError } | 'never';

export interface SeenRequest {
  /** Which connection it came over, from 1. */
  readonly connection: number;
  readonly method: string;
  readonly params: unknown;
}

export interface PeerHost {
  readonly clock: Clock;
  readonly world: World;
  readonly tickIntervalMs: number;
  /** The payload of hello-ok without `auth`. */
  hello(): Readonly<Record<string, unknown>>;
  login(params: unknown, challenge: Challenge): LoginResult;
  answer(method: string, params: unknown): FakeAnswer | undefined;
  seen(request: SeenRequest): void;
  /** No ticks go out. */
  readonly silent: boolean;
}

const MAX_PAGE = 200;

/** One client of the fake gateway. */
export class Peer {
  readonly number: number;
  readonly #socket: WebSocket;
  readonly #host: PeerHost;
  readonly #challenge: Challenge;
  readonly #keys = new Set<string>();
  #listsSessions = false;
  #loggedIn = false;
  #seq = 0;
  #cancelTick = (): void => {};

  constructor(socket: WebSocket, number: number, host: PeerHost) {
    this.#socket = socket;
    this.number = number;
    this.#host = host;
    this.#challenge = { nonce: randomUUID(), ts: host.clock.now() };
    socket.on('message', (data) => this.#received(data.toString()));
    socket.on('close', () => this.#cancelTick());
    socket.on('error', () => {});
    this.#send({ type: 'event', event: 'connect.challenge', payload: this.#challenge });
  }

  get loggedIn(): boolean {
    return this.#loggedIn;
  }

  /** Has asked for the list of sessions, so it hears of changes. */
  get listens(): boolean {
    return this.#listsSessions;
  }

  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  /** Sends an event if this client may see it. `payloadJson` saves encoding it once for each client. */
  event(event: string, key: string | undefined, payloadJson: string): void {
    if (!this.#loggedIn || !this.#sees(event, key)) return;
    this.#seq += 1;
    this.#socket.send(`{"type":"event","event":${JSON.stringify(event)},"payload":${payloadJson},"seq":${this.#seq}}`);
  }

  /** Pretends that `count` frames were dropped. */
  skip(count: number): void {
    this.#seq += count;
  }

  raw(data: string | Buffer): void {
    this.#socket.send(data, { binary: false });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Runs that come from a channel (`agent`, `chat`) are hidden from whoever did not subscribe to their key. */
  #sees(event: string, key: string | undefined): boolean {
    if (event === 'agent' || event === 'chat') return key === undefined || this.#keys.has(key);
    if (event.startsWith('session.') || event === 'sessions.changed') return this.#listsSessions;
    return true;
  }

  #received(json: string): void {
    const { id, method, params } = record(JSON.parse(json));
    const request = { connection: this.number, method: String(method), params };
    this.#host.seen(request);
    if (method === 'connect') {
      this.#connect(String(id), params);
      return;
    }
    const answer = this.#host.answer(request.method, params) ?? this.#answer(request.method, record(params));
    if (answer === 'never') return;
    if ('error' in answer) this.#send({ type: 'res', id, ok: false, error: answer.error });
    else this.#send({ type: 'res', id, ok: true, payload: answer.payload });
  }

  #connect(id: string, params: unknown): void {
    const result = this.#host.login(params, this.#challenge);
    if (!result.ok) {
      this.#send({ type: 'res', id, ok: false, error: result.error });
      this.#socket.close(result.error.code === 'UNAVAILABLE' ? 1013 : 1008, result.error.message.slice(0, 100));
      return;
    }
    const { scopes, deviceToken, method } = result;
    const auth = { method, role: 'operator', scopes, deviceToken };
    this.#send({ type: 'res', id, ok: true, payload: { ...this.#host.hello(), auth } });
    this.#loggedIn = true;
    this.#tick();
  }

  #tick(): void {
    const { clock, tickIntervalMs } = this.#host;
    this.#cancelTick = clock.after(tickIntervalMs, () => {
      if (!this.#host.silent) this.event('tick', undefined, JSON.stringify({ ts: clock.now() }));
      this.#tick();
    });
  }

  #answer(method: string, params: Readonly<Record<string, unknown>>): FakeAnswer {
    switch (method) {
      case 'sessions.subscribe':
        this.#listsSessions = true;
        return { payload: { subscribed: true, list: this.#list(params) } };
      case 'sessions.list':
        return { payload: this.#list(params) };
      case 'sessions.messages.subscribe':
        return this.#subscribe(params, true);
      case 'sessions.messages.unsubscribe':
        return this.#subscribe(params, false);
      case 'chat.history':
        return { payload: this.#host.world.history(String(params.sessionKey), Number(params.limit ?? 200)) };
      default:
        return { error: { code: 'INVALID_REQUEST', message: `unknown method: ${method}` } };
    }
  }

  #list(params: Readonly<Record<string, unknown>>): unknown {
    const rows = this.#host.world.rows();
    const offset = Number(params.offset ?? 0);
    const limit = Math.min(Number(params.limit ?? 100), MAX_PAGE);
    const sessions = rows.slice(offset, offset + limit);
    const next = offset + sessions.length;
    const hasMore = next < rows.length;
    return {
      ts: this.#host.clock.now(),
      count: sessions.length,
      totalCount: rows.length,
      limitApplied: limit,
      nextOffset: hasMore ? next : null,
      hasMore,
      sessions,
    };
  }

  #subscribe(params: Readonly<Record<string, unknown>>, wanted: boolean): FakeAnswer {
    const key = text(params.key);
    if (key === undefined) return { error: { code: 'INVALID_REQUEST', message: 'key required' } };
    if (wanted) this.#keys.add(key);
    else this.#keys.delete(key);
    return { payload: { subscribed: wanted, key } };
  }

  #send(frame: unknown): void {
    this.#socket.send(JSON.stringify(frame));
  }
}
