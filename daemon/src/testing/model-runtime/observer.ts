import type { Session } from '@livestatus/contract';
import pino from 'pino';
import { CursorLedger } from '../../pipeline/cursors.ts';
import { LiveSessions } from '../../pipeline/live-sessions.ts';
import { OldRuns, Pipeline } from '../../pipeline/pipeline.ts';
import { GatewayDecoder } from '../../sources/openclaw-gateway/decode.ts';
import { SUBSCRIBE_METHOD, Subscriptions } from '../../sources/openclaw-gateway/subscriptions.ts';
import type { Clock } from '../../sources/source.ts';
import { TurnTracker } from '../../turns/tracker.ts';
import type { Turn } from '../../turns/turn.ts';
import { projector } from '../../wiring/projector.ts';
import type { ModelClient, ModelConnection, ModelGateway } from './gateway.ts';
import { MemoryStore } from './memory-store.ts';
import type { Dice } from './processes.ts';
import type { Json } from './session.ts';

const HELLO = {
  version: 'model',
  bootId: undefined,
  methods: new Set([SUBSCRIBE_METHOD]),
  scopes: ['operator.read'],
  tickIntervalMs: 30_000,
  deviceToken: undefined,
};

const RETRY_MS = 1_000;

/** How well the daemon can see at the moment. */
export type Sight =
  /** No connection, or not everything was read since it stands. */
  | 'blind'
  /** Everything was read, and every frame came since. */
  | 'clear';

/**
 * The daemon from the frame to the published session, with its real decoder, subscriptions, machine and pipeline; only the
 * socket, the disk and the clock are pretended.
 */
export class Observer implements ModelClient {
  readonly #gateway: ModelGateway;
  readonly #clock: Clock;
  readonly #dice: Dice;
  readonly #store = new MemoryStore();
  #tracker!: TurnTracker;
  #live!: LiveSessions;
  #pipeline!: Pipeline;
  #decoder!: GatewayDecoder;
  #subscriptions!: Subscriptions;
  #connection: ModelConnection | undefined;
  #reject = new Set<(reason: Error) => void>();
  #asked = 0;
  #life = 0;
  #sight: Sight = 'blind';
  #mayConnect = true;
  #clearSinceMs = Number.POSITIVE_INFINITY;

  constructor(gateway: ModelGateway, clock: Clock, dice: Dice) {
    this.#gateway = gateway;
    this.#clock = clock;
    this.#dice = dice;
    this.#live_();
  }

  get sight(): Sight {
    return this.#sight;
  }

  /** Since when it sees everything; Infinity while it does not. */
  get clearSinceMs(): number {
    return this.#clearSinceMs;
  }

  get sessions(): readonly Session[] {
    return this.#live.list(1_000);
  }

  get turns(): readonly Turn[] {
    return this.#tracker.turns();
  }

  connect(): void {
    const life = this.#life;
    this.#connection = this.#mayConnect ? this.#gateway.connect(this) : undefined;
    if (this.#connection === undefined) {
      this.#clock.after(RETRY_MS, () => life === this.#life && this.#connection === undefined && this.connect());
      return;
    }
    this.#decoder.request('hello', 'connect', {}, this.#clock.now());
    this.frame({ type: 'res', id: 'hello', ok: true, payload: { type: 'hello-ok' } });
    this.#subscriptions.online(HELLO);
  }

  /** The connection is lost, and may not come back before `downMs` are over. */
  cut(downMs: number): void {
    this.#mayConnect = false;
    this.#clock.after(downMs, () => {
      this.#mayConnect = true;
    });
    if (this.#connection !== undefined) this.#gateway.disconnect(this.#connection);
    this.closed();
  }

  /** kill -9: what was not written is gone. */
  restart(downMs: number): void {
    if (this.#connection !== undefined) this.#gateway.disconnect(this.#connection);
    this.#connection = undefined;
    this.#blind();
    this.#life += 1;
    const life = this.#life;
    this.#clock.after(downMs, () => {
      if (life !== this.#life) return;
      this.#live_();
      this.connect();
    });
  }

  drop(frames: number): void {
    if (this.#connection === undefined) return;
    this.#connection.dropping += frames;
    this.#blind();
  }

  frame(frame: unknown): void {
    this.#decoder.frame(frame, this.#clock.now());
    this.#subscriptions.frame(frame);
  }

  closed(): void {
    if (this.#connection === undefined) return;
    this.#connection = undefined;
    this.#blind();
    for (const reject of this.#reject) reject(new Error('connection lost'));
    this.#reject.clear();
    this.#subscriptions.offline();
    this.#decoder.closed(this.#clock.now());
    const life = this.#life;
    this.#clock.after(RETRY_MS, () => life === this.#life && this.#connection === undefined && this.connect());
  }

  #blind(): void {
    this.#sight = 'blind';
    this.#clearSinceMs = Number.POSITIVE_INFINITY;
  }

  /** A life of the daemon begins with what the state file holds. */
  #live_(): void {
    const life = this.#life;
    const isAlive = () => life === this.#life;
    const clock: Clock = {
      now: () => this.#clock.now(),
      after: (ms, act) => this.#clock.after(ms, () => isAlive() && act()),
    };
    const oldRuns = new OldRuns(this.#store.runs);
    this.#tracker = new TurnTracker({ isOldRun: (runId) => oldRuns.has(runId) });
    this.#live = new LiveSessions({
      project: projector({ daemonId: 'model', privacy: () => 'full' }),
      now: () => clock.now(),
      recent: (limit) => this.#store.recent(limit),
      endedById: (id) => this.#store.endedById(id),
    });
    this.#pipeline = new Pipeline({
      tracker: this.#tracker,
      live: this.#live,
      redact: (event) => event,
      store: this.#store,
      cursors: new CursorLedger('openclaw-jsonl', []),
      oldRuns,
      clock,
    });
    this.#pipeline.restore(this.#store.families);
    this.#decoder = new GatewayDecoder({
      event: (event) => this.#pipeline.event(event),
      onUnknownKey: (key) => this.#subscriptions.unknownKey(key),
      onSyncNeeded: (key) => this.#subscriptions.needHistory(key),
    });
    this.#subscriptions = new Subscriptions({
      request: (method, params) => this.#ask(method, params as Json),
      openKeys: () => this.#tracker.openKeys(),
      clock,
      log: pino({ enabled: false }),
      onSynced: () => isAlive() && this.#synced(),
      onSyncFailed: () => {},
    });
  }

  #synced(): void {
    this.#decoder.synced(this.#clock.now());
    if (this.#connection === undefined || this.#connection.dropping > 0) return;
    this.#sight = 'clear';
    this.#clearSinceMs = this.#clock.now();
  }

  /** An answer is made at some moment between question and arrival; a history takes longest (up to 350 ms were seen). */
  #ask(method: string, params: Json): Promise<unknown> {
    const connection = this.#connection;
    if (connection === undefined) return Promise.reject(new Error('not connected'));
    this.#asked += 1;
    const id = String(this.#asked);
    this.#decoder.request(id, method, params, this.#clock.now());
    const isHistory = method === 'chat.history';
    const early = isHistory && this.#dice.chance(0.5) ? this.#gateway.answer(connection, method, params) : undefined;
    return new Promise((resolve, reject) => {
      this.#reject.add(reject);
      this.#clock.after(this.#dice.between(2, isHistory ? 350 : 30), () => {
        if (connection !== this.#connection || !this.#reject.delete(reject)) return;
        const payload = early ?? this.#gateway.answer(connection, method, params);
        this.frame({ type: 'res', id, ok: true, payload });
        resolve(payload);
      });
    });
  }
}
