import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { LOOPBACK_CAP_MS } from '../../sources/openclaw-gateway/backoff.ts';
import type { DecoderCallbacks, DecoderFactory } from '../../sources/openclaw-gateway/decoder-port.ts';
import { record } from '../../sources/openclaw-gateway/hello.ts';
import { createGatewaySource, type GatewaySourceOptions } from '../../sources/openclaw-gateway/source.ts';
import type { Source, SourceHealth } from '../../sources/source.ts';
import { type FakeGateway, type FakeGatewayOptions, startFakeGateway } from './fake-gateway.ts';
import { ManualClock } from './manual-clock.ts';
import { until } from './until.ts';

/** What a decoder was told, in order. */
export type Told =
  | { readonly what: 'request'; readonly id: string; readonly method: string; readonly params: unknown }
  | { readonly what: 'frame'; readonly frame: unknown }
  | { readonly what: 'closed' | 'synced' };

/** A decoder that only takes notes. */
export class NotingDecoder {
  readonly told: Told[] = [];
  callbacks: DecoderCallbacks | undefined;
  /** Throws at this frame: a decoder with a bug. */
  chokesOn: (frame: unknown) => boolean = () => false;

  readonly factory: DecoderFactory = (callbacks) => {
    this.callbacks = callbacks;
    return {
      request: (id, method, params) => this.told.push({ what: 'request', id, method, params }),
      frame: (frame) => {
        if (this.chokesOn(frame)) throw new RangeError('Maximum call stack size exceeded');
        this.told.push({ what: 'frame', frame });
      },
      closed: () => this.told.push({ what: 'closed' }),
      synced: () => this.told.push({ what: 'synced' }),
      stats: () => ({ unknown: 0, malformed: 0 }),
    };
  };

  /** How many events of this name it was given. */
  received(event: string): number {
    return this.told.filter((note) => note.what === 'frame' && record(note.frame).event === event).length;
  }
}

export interface Rig {
  readonly gateway: FakeGateway;
  readonly source: Source;
  readonly clock: ManualClock;
  readonly decoder: NotingDecoder;
  /** Every health that was reported. */
  readonly healths: SourceHealth[];
  /** Everything that was logged, as text. */
  readonly log: () => string;
  readonly stateDir: string;
  /** Keys of open turns, as the pipeline would name them. */
  openKeys: string[];
  /** Waits until health has this code (`ok` = no code). */
  reaches(code: string): Promise<void>;
  /** Moves the clock on in small steps, letting the network work in between, until health has this code. */
  advancesTo(code: string, limitMs?: number): Promise<void>;
  /** Starts the source, when the rig did not. */
  start(): Promise<void>;
  /** Moves the clock on, letting the network work in between. */
  passes(ms: number): Promise<void>;
  /** When the source tries to connect again; undefined while it does not wait for that (its other timers are longer). */
  retryInMs(): number | undefined;
  /** Methods that clients asked for, in order. */
  asked(): readonly string[];
  close(): Promise<void>;
}

export interface RigOptions {
  readonly gateway?: Omit<FakeGatewayOptions, 'clock'>;
  /** `token: undefined` = none is configured. */
  readonly source?: Partial<GatewaySourceOptions>;
  /** Default true. */
  readonly started?: boolean;
}

/** A fake gateway and the real source, connected over a real WebSocket, on one clock that the test moves. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const clock = new ManualClock();
  const gateway = await startFakeGateway({ ...options.gateway, clock });
  const stateDir = options.source?.stateDir ?? mkdtempSync(join(tmpdir(), 'livestatus-'));
  const decoder = new NotingDecoder();
  const lines: string[] = [];
  const healths: SourceHealth[] = [];
  const rig: { openKeys: string[] } = { openKeys: [] };
  const source = createGatewaySource({
    url: gateway.url,
    token: { reveal: () => gateway.token },
    scopes: ['operator.read'],
    stateDir,
    version: '5.0.0',
    clock,
    random: () => 0.5,
    log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
    decoderFactory: decoder.factory,
    openKeys: () => rig.openKeys,
    ...options.source,
  });
  const code = () => source.health().code ?? source.health().state;
  const reaches = (wanted: string) => until(`health is ${wanted} (it is ${code()})`, () => code() === wanted);
  const start = () => source.start({ event: () => {}, health: (health) => healths.push(health) });
  const passes = async (ms: number, enough: () => boolean = () => false) => {
    for (let passed = 0; passed < ms && !enough(); passed += STEP_MS) {
      clock.advance(STEP_MS);
      await settle();
    }
  };
  if (options.started !== false) await start();
  return Object.assign(rig, {
    gateway,
    source,
    clock,
    decoder,
    healths,
    log: () => lines.join(''),
    stateDir,
    reaches,
    start,
    passes: (ms: number) => passes(ms),
    advancesTo: async (wanted: string, limitMs = 300_000) => {
      await passes(limitMs, () => code() === wanted);
      await reaches(wanted);
    },
    retryInMs: () => {
      const nextMs = clock.nextInMs ?? Number.POSITIVE_INFINITY;
      return gateway.clients.length === 0 && nextMs <= LOOPBACK_CAP_MS ? nextMs : undefined;
    },
    asked: () => gateway.requests.map((request) => request.method),
    close: async () => {
      await source.stop();
      await gateway.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  });
}

const STEP_MS = 100;

/** Lets everything that is already on its way over the loopback arrive: a few turns of the event loop with I/O. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
