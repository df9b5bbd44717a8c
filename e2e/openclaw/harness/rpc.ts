import { randomUUID } from 'node:crypto';

/** Sees every frame of a connection, for recordings. `close` and `err` tell how the socket ended. */
export type FrameTap = (dir: 'in' | 'out' | 'close' | 'err', frame: unknown) => void;

export interface RpcOptions {
  readonly url: string;
  readonly token: string;
  /** `operator.read`, `operator.write`, `operator.approvals`, ... */
  readonly scopes: readonly string[];
  /** What this client can do for the gateway. With `approvals` OpenClaw asks it, and lets commands wait for its answer. */
  readonly caps?: readonly string[];
  readonly tap?: FrameTap;
}

interface Frame {
  readonly type?: string;
  readonly id?: string;
  readonly ok?: boolean;
  readonly event?: string;
  readonly payload?: unknown;
  readonly error?: { readonly code?: string; readonly message?: string };
}

/** The gateway refused a request. `code` is the gateway's own. */
class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: string;
  readonly method: string;
  constructor(method: string, error: Frame['error']) {
    super(`${method}: ${error?.message ?? 'refused without a message'} (${error?.code ?? 'no code'})`);
    this.code = error?.code ?? 'unknown';
    this.method = method;
  }
}

interface Pending {
  readonly method: string;
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Longest silence after a request before the test gives up, in ms. A busy gateway answers within a second. */
const ANSWER_TIMEOUT_MS = 30_000;

/** A person's connection to the gateway: sends messages, approves, aborts. Not the daemon's client on purpose. */
export class GatewayRpc {
  #socket: WebSocket;
  #options: RpcOptions;
  #pending = new Map<string, Pending>();
  #listeners = new Set<(event: string, payload: unknown) => void>();
  #lastId = 0;
  #closed = false;

  private constructor(options: RpcOptions) {
    this.#options = options;
    this.#socket = new WebSocket(options.url);
  }

  /** Connects and shakes hands; rejects if the gateway is not there or refuses. */
  static async connect(options: RpcOptions): Promise<GatewayRpc> {
    const rpc = new GatewayRpc(options);
    try {
      await rpc.#shakeHands();
      return rpc;
    } catch (error) {
      rpc.close();
      throw error;
    }
  }

  isClosed(): boolean {
    return this.#closed;
  }

  async call<T = unknown>(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<T> {
    this.#lastId += 1;
    const id = String(this.#lastId);
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<unknown>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`${method}: no answer`)), ANSWER_TIMEOUT_MS);
      this.#pending.set(id, { method, resolve, reject });
    });
    try {
      this.#send({ type: 'req', id, method, params });
      return (await answer) as T;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The returned function stops listening. */
  onEvent(listener: (event: string, payload: unknown) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#socket.close();
    this.#end('closed by us');
  }

  async #shakeHands(): Promise<void> {
    const challenge = new Promise<void>((resolve, reject) => {
      const stop = this.onEvent((event) => {
        if (event !== 'connect.challenge') return;
        stop();
        resolve();
      });
      this.#pending.set('challenge', { method: 'connect', resolve: () => undefined, reject });
    });
    this.#socket.addEventListener('message', (message) => this.#receive(String(message.data)));
    this.#socket.addEventListener('error', () => this.#options.tap?.('err', 'socket error'));
    this.#socket.addEventListener('close', (close) => {
      this.#options.tap?.('close', { c: close.code, r: close.reason });
      this.#end(`socket closed: ${close.code} ${close.reason}`);
    });
    await challenge;
    this.#pending.delete('challenge');
    await this.call('connect', {
      minProtocol: 4,
      maxProtocol: 4,
      client: { id: 'gateway-client', version: '0.0.1', platform: 'linux', mode: 'backend' },
      role: 'operator',
      scopes: this.#options.scopes,
      caps: ['tool-events', ...(this.#options.caps ?? [])],
      auth: { token: this.#options.token },
    });
  }

  #send(frame: Frame & { readonly method: string; readonly params: unknown }): void {
    this.#options.tap?.('out', frame);
    if (!this.#closed) this.#socket.send(JSON.stringify(frame));
    else this.#settle({ id: frame.id ?? '', ok: false, error: { code: 'closed', message: 'the socket is closed' } });
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as Frame;
    this.#options.tap?.('in', frame);
    if (frame.type === 'res') this.#settle(frame);
    else if (frame.type === 'event') for (const listener of this.#listeners) listener(frame.event ?? '', frame.payload);
  }

  #settle(frame: Frame): void {
    const pending = this.#pending.get(frame.id ?? '');
    this.#pending.delete(frame.id ?? '');
    if (frame.ok === true) pending?.resolve(frame.payload);
    else pending?.reject(new RpcError(pending.method, frame.error));
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const pending of this.#pending.values()) pending.reject(new Error(reason));
    this.#pending.clear();
  }
}

/** A key that makes a request unique, as every side-effecting method wants one. */
export function idempotencyKey(): string {
  return randomUUID();
}
