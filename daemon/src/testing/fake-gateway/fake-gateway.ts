import { randomUUID } from 'node:crypto';
import { WebSocketServer } from 'ws';
import { record, text } from '../../sources/openclaw-gateway/hello.ts';
import { type AnswerError, checkLogin, type Devices, type LoginResult, STARTING } from './login.ts';
import { type FakeAnswer, Peer, type SeenRequest } from './peer.ts';
import { Playlist, type PlaylistOptions } from './playlist.ts';
import { World } from './world.ts';

export interface FakeGatewayOptions extends PlaylistOptions {
  /** Default 0: any free port of 127.0.0.1. */
  readonly port?: number;
  /** The shared token. */
  readonly token?: string;
  readonly version?: string;
  readonly tickIntervalMs?: number;
  /** What hello-ok offers. */
  readonly methods?: readonly string[];
  readonly pairing?: 'silent' | 'by-hand';
}

export const DEFAULT_METHODS: readonly string[] = [
  'health',
  'status',
  'sessions.list',
  'sessions.subscribe',
  'sessions.messages.subscribe',
  'sessions.messages.unsubscribe',
  'chat.history',
];

/** Requests remembered for tests. */
const MAX_SEEN = 10_000;
const DEFAULT_TOKEN = 'fake-gateway-shared-token';

/** Starts a gateway that behaves like OpenClaw's, over a real WebSocket on this machine. */
export async function startFakeGateway(options: FakeGatewayOptions): Promise<FakeGateway> {
  const gateway = new FakeGateway(options);
  await gateway.listen();
  return gateway;
}

export class FakeGateway {
  readonly token: string;
  readonly world = new World();
  /** Paired devices; a test may forget or change them. */
  readonly devices: Devices = new Map();
  /** Answers instead of the truth; undefined = the truth. */
  onRequest: (method: string, params: unknown) => FakeAnswer | undefined = () => undefined;
  /** Refuses every login with this error. */
  refuseLogin: AnswerError | undefined;
  pairing: 'silent' | 'by-hand';
  /** `ticks`: a process that hangs sends none. `all`: a dead network does not even bring pongs. */
  silent: 'no' | 'ticks' | 'all' = 'no';
  /** Accepts connections and says nothing at all. */
  mute = false;
  methods: readonly string[];
  version: string;

  readonly #options: FakeGatewayOptions;
  readonly #peers = new Set<Peer>();
  readonly #playlist: Playlist;
  readonly #seen: SeenRequest[] = [];
  #server: WebSocketServer | undefined;
  #port: number;
  #bootId: string = randomUUID();
  #connections = 0;
  #stopped = false;
  #onEnded: () => void = () => {};
  #cancels = new Set<() => void>();

  constructor(options: FakeGatewayOptions) {
    this.#options = options;
    this.token = options.token ?? DEFAULT_TOKEN;
    this.pairing = options.pairing ?? 'silent';
    this.methods = options.methods ?? DEFAULT_METHODS;
    this.version = options.version ?? '2026.9.6';
    this.#port = options.port ?? 0;
    this.#playlist = new Playlist(options, {
      event: (event, payload) => this.emit(event, payload),
      row: (row) => this.world.setRow(row),
      history: (key, history) => this.world.setHistory(key, history),
      outage: (downMs, startingMs) => this.#outage(downMs, startingMs),
      ended: () => this.#onEnded(),
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  /** Clients that are logged in. */
  get clients(): readonly Peer[] {
    return [...this.#peers].filter((peer) => peer.loggedIn);
  }

  /** How many connections were opened so far. */
  get connections(): number {
    return this.#connections;
  }

  /** The requests so far (the last 10,000), in order. */
  get requests(): readonly SeenRequest[] {
    return this.#seen;
  }

  /** Every recording was told to its end (never, if they loop). */
  get done(): boolean {
    return this.#playlist.done;
  }

  /** Called each time a recording has come to its end. */
  whenEnded(listener: () => void): void {
    this.#onEnded = listener;
  }

  async listen(): Promise<void> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: this.#port, autoPong: false });
    this.#server = server;
    server.on('connection', (socket) => {
      socket.on('ping', () => {
        if (this.silent !== 'all') socket.pong();
      });
      this.#connections += 1;
      if (this.mute) return;
      const peer = new Peer(socket, this.#connections, this.#host());
      this.#peers.add(peer);
      socket.on('close', () => this.#peers.delete(peer));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#playlist.stop();
    for (const cancel of this.#cancels) cancel();
    this.drop();
    await this.#unlisten();
  }

  /** Tells the next `count` facts of the recordings (speed 0), one recording after the other. */
  step(count = 1): void {
    this.#playlist.step(count);
  }

  /** Tells all that is left. */
  play(): void {
    this.step(Number.POSITIVE_INFINITY);
  }

  /** Something happens: the world learns it, and the clients that may see it hear of it. */
  emit(event: string, payload: unknown): void {
    this.world.learn(event, payload);
    const body = record(payload);
    const key = text(body.sessionKey) ?? text(record(body.session).key);
    const json = JSON.stringify(payload);
    for (const peer of this.#peers) peer.event(event, key, json);
  }

  /** Sends bytes to every client as they are. */
  raw(data: string | Buffer): void {
    for (const peer of this.#peers) peer.raw(data);
  }

  /** The next `count` frames of each client are lost. */
  skip(count: number): void {
    for (const peer of this.#peers) peer.skip(count);
  }

  /** The network fails: clients see 1006. OpenClaw goes on. */
  drop(): void {
    for (const socket of this.#server?.clients ?? []) socket.terminate();
  }

  close(code: number, reason: string): void {
    for (const peer of this.#peers) peer.close(code, reason);
  }

  /** The process is gone (kill -9): nobody listens until `comeBack`, and what ran is cut. */
  async crash(): Promise<void> {
    this.world.crash();
    this.drop();
    await this.#unlisten();
  }

  /** A planned restart: `shutdown`, close 1012, then nobody listens until `comeBack`. */
  async shutDown(restartExpectedMs?: number): Promise<void> {
    const payload = { reason: 'gateway stopping', ...(restartExpectedMs === undefined ? {} : { restartExpectedMs }) };
    this.emit('shutdown', payload);
    this.close(1012, 'service restart');
    await this.#unlisten();
  }

  /** Listens again, as a new process. */
  async comeBack(): Promise<void> {
    this.#bootId = randomUUID();
    await this.listen();
  }

  #outage(downMs: number, startingMs: number): void {
    this.world.crash();
    this.drop();
    void this.#unlisten().then(() => {
      this.#later(downMs, () => {
        if (startingMs > 0) this.refuseLogin = STARTING;
        this.#later(startingMs, () => {
          this.refuseLogin = undefined;
        });
        void this.comeBack();
      });
    });
  }

  #later(ms: number, act: () => void): void {
    const cancel = this.#options.clock.after(ms, () => {
      this.#cancels.delete(cancel);
      if (!this.#stopped) act();
    });
    this.#cancels.add(cancel);
  }

  async #unlisten(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  }

  #host() {
    const gateway = this;
    return {
      clock: this.#options.clock,
      world: this.world,
      tickIntervalMs: this.#options.tickIntervalMs ?? 30_000,
      get silent() {
        return gateway.silent !== 'no';
      },
      hello: () => this.#hello(),
      login: (params: unknown, challenge: { nonce: string; ts: number }) => this.#login(params, challenge),
      answer: (method: string, params: unknown) => {
        // Recordings begin when somebody watches, so that nothing is played to an empty house.
        if (method === 'sessions.subscribe' && (this.#options.speed ?? 0) > 0) this.#playlist.start();
        return this.onRequest(method, params);
      },
      seen: (request: SeenRequest) => {
        this.#seen.push(request);
        if (this.#seen.length > MAX_SEEN) this.#seen.shift();
      },
    };
  }

  #login(params: unknown, challenge: { nonce: string; ts: number }): LoginResult {
    if (this.refuseLogin !== undefined) return { ok: false, error: this.refuseLogin };
    return checkLogin(params, challenge, { sharedToken: this.token, devices: this.devices, pairing: this.pairing });
  }

  #hello(): Readonly<Record<string, unknown>> {
    return {
      type: 'hello-ok',
      protocol: 4,
      server: { version: this.version, bootId: this.#bootId, connId: randomUUID() },
      features: { methods: this.methods, events: [] },
      snapshot: { presence: [], health: {}, stateVersion: { presence: 1, health: 1 }, uptimeMs: 1 },
      policy: {
        maxPayload: 26_214_400,
        maxBufferedBytes: 52_428_800,
        tickIntervalMs: this.#options.tickIntervalMs ?? 30_000,
      },
    };
  }
}
