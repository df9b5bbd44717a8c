import { randomUUID } from 'node:crypto';
import { WebSocketServer } from 'ws';
import { record, text } from '../../sources/openclaw-gateway/hello.ts';
import type { Clock } from '../../sources/source.ts';
import { type AnswerError, checkLogin, type Devices, type LoginResult } from './login.ts';
import { type FakeAnswer, Peer, type SeenRequest } from './peer.ts';
import type { Recording } from './recording.ts';
import { Track } from './track.ts';
import { World } from './world.ts';

export interface FakeGatewayOptions {
  /** What happens in this OpenClaw. None: nothing, until the test says so. */
  readonly recordings?: readonly Recording[];
  /** Default 0: any free port of 127.0.0.1. */
  readonly port?: number;
  /** The shared token. */
  readonly token?: string;
  /** 1 = as recorded, 10 = ten times faster, 0 (default) = only by `step` and `play`. */
  readonly speed?: number;
  /** Each recording begins anew, with fresh ids, this many ms after its end. Default: it plays once. */
  readonly loopAfterMs?: number;
  /** Ms between the beginnings of two recordings. Default 0: all at once. */
  readonly staggerMs?: number;
  /** Makes ids fresh in the first playing too. Given by default when there are several recordings. */
  readonly seed?: string;
  /** Plays the losses of connection in a recording. Default: only when it is the only one. */
  readonly outages?: boolean;
  /** Names for the agents of each recording, by its place: shows several agents at once. */
  readonly agentNames?: readonly string[];
  readonly clock: Clock;
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
  readonly #tracks: readonly Track[];
  readonly #seen: SeenRequest[] = [];
  #server: WebSocketServer | undefined;
  #port: number;
  #bootId: string = randomUUID();
  #connections = 0;
  #started = false;
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
    this.#tracks = this.#makeTracks(options);
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

  /** Every request so far, in order. */
  get requests(): readonly SeenRequest[] {
    return this.#seen;
  }

  /** Every recording was told to its end (never, if they loop). */
  get done(): boolean {
    return this.#started && this.#tracks.every((track) => track.done);
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
    for (const track of this.#tracks) track.stop();
    for (const cancel of this.#cancels) cancel();
    this.drop();
    await this.#unlisten();
  }

  /** Tells the next `count` facts of the recordings (speed 0), one recording after the other. */
  step(count = 1): void {
    this.#start();
    for (let told = 0; told < count; told += 1) {
      if (!this.#tracks.some((track) => track.step())) return;
    }
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

  #makeTracks(options: FakeGatewayOptions): readonly Track[] {
    const recordings = options.recordings ?? [];
    const several = recordings.length > 1;
    const seed = options.seed ?? (several ? 'track' : undefined);
    return recordings.map((recording, place) => {
      return new Track({
        recording,
        speed: options.speed ?? 0,
        loopAfterMs: options.loopAfterMs,
        agents: agentNames(recordings, place, options.agentNames),
        seed: seed === undefined ? undefined : `${seed}-${place}`,
        outages: options.outages ?? !several,
        clock: options.clock,
        stage: {
          event: (event, payload) => this.emit(event, payload),
          row: (row) => this.world.setRow(row),
          history: (key, history) => this.world.setHistory(key, history),
          outage: (downMs, startingMs) => this.#outage(downMs, startingMs),
          ended: () => this.#onEnded(),
        },
      });
    });
  }

  /** Recordings begin when somebody watches, so that nothing is played to an empty house. */
  #start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#tracks.forEach((track, place) => {
      const delayMs = place * (this.#options.staggerMs ?? 0);
      if (delayMs === 0) track.start();
      else this.#later(delayMs, () => track.start());
    });
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
        if (method === 'sessions.subscribe' && (this.#options.speed ?? 0) > 0) this.#start();
        return this.onRequest(method, params);
      },
      seen: (request: SeenRequest) => {
        this.#seen.push(request);
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

/** What a gateway answers while its side processes are not up yet. */
export const STARTING: AnswerError = {
  code: 'UNAVAILABLE',
  message: 'gateway starting; retry shortly',
  retryable: true,
  retryAfterMs: 500,
  details: { reason: 'startup-sidecars' },
};

/** The first agent gets the wanted name; else a second recording that uses the same fixed key gets agents of its own. */
function agentNames(
  recordings: readonly Recording[],
  place: number,
  wanted: readonly string[] | undefined,
): ReadonlyMap<string, string> {
  const recording = recordings[place];
  if (recording === undefined) return new Map();
  const name = wanted?.[place];
  const [first] = recording.agents;
  if (name !== undefined && first !== undefined) return new Map([[first, name]]);
  const clash = recordings.slice(0, place).filter((other) => shareAny(other.fixedKeys, recording.fixedKeys)).length;
  if (clash === 0) return new Map();
  return new Map([...recording.agents].map((agent) => [agent, `${agent}-${clash + 1}`]));
}

function shareAny(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((value) => b.has(value));
}
