import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../config/secret.ts';
import { ManualClock } from '../testing/fake-gateway/manual-clock.ts';
import { type AutoSource, type AutoSourceOptions, createAutoSource } from './auto-source.ts';
import type { StoreFinding } from './detect.ts';
import type { Source, SourceHealth, SourceSink } from './source.ts';

/** A source that does what the test says. */
class Puppet implements Source {
  readonly name: string;
  sink: SourceSink | undefined;
  stopped = false;
  #health: SourceHealth;

  constructor(name: string) {
    this.name = name;
    this.#health = { name, state: 'connecting', code: 'connecting', sinceMs: 0 };
  }

  async start(sink: SourceSink): Promise<void> {
    this.sink = sink;
  }

  async stop(): Promise<void> {
    this.stopped = true;
  }

  health(): SourceHealth {
    return this.#health;
  }

  becomes(health: Partial<SourceHealth>): void {
    this.#health = { name: this.name, state: 'ok', sinceMs: 0, ...health };
    this.sink?.health(this.#health);
  }
}

const CONNECTED: Partial<SourceHealth> = { state: 'ok', detail: { version: '2026.9.6', channelRunsVisible: true } };
const UNREACHABLE: Partial<SourceHealth> = { state: 'degraded', code: 'gateway_unreachable', reason: 'nobody answers' };
const REFUSED: Partial<SourceHealth> = { state: 'failed', code: 'auth_token_mismatch', reason: 'wrong token' };
const OLD: Partial<SourceHealth> = { state: 'failed', code: 'protocol_mismatch', reason: 'protocol 3' };

class Machine {
  readonly clock = new ManualClock();
  readonly made: Puppet[] = [];
  readonly reported: SourceHealth[] = [];
  readonly events: string[] = [];
  gateway: Partial<SourceHealth> = UNREACHABLE;
  store: Omit<StoreFinding, 'directory'> = { transcripts: false, sqlite: false };
  token = 'token';
  probes = 0;
  readonly source: AutoSource;

  constructor(wanted: AutoSourceOptions['wanted'] = undefined) {
    this.source = createAutoSource({
      wanted,
      locate: async () => ({ url: 'ws://127.0.0.1:18789', token: new Secret(this.token), notes: [] }),
      lookAtStore: async () => ({ directory: '/home/agent/.openclaw/agents', ...this.store }),
      probe: async () => {
        this.probes += 1;
        return { name: 'openclaw-gateway', state: 'ok', sinceMs: 0, ...this.gateway };
      },
      makeGateway: () => this.#make('openclaw-gateway'),
      makeJsonl: () => this.#make('openclaw-jsonl'),
      clock: this.clock,
      log: pino({ level: 'silent' }),
    });
  }

  async start(): Promise<void> {
    await this.source.start({
      event: (event) => this.events.push(event.type),
      health: (health) => this.reported.push(health),
    });
    await this.passes(0);
  }

  /** Moves the clock on in steps of a second, with time for what is asynchronous in between. */
  async passes(ms: number): Promise<void> {
    for (let passed = 0; passed <= ms; passed += 1_000) {
      this.clock.advance(passed === 0 ? 0 : 1_000);
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get running(): readonly string[] {
    return this.made.filter((source) => !source.stopped).map((source) => source.name);
  }

  get last(): Puppet {
    const source = this.made.at(-1);
    if (source === undefined) throw new Error('no source was made');
    return source;
  }

  #make(name: string): Puppet {
    const source = new Puppet(name);
    this.made.push(source);
    return source;
  }
}

const machines: Machine[] = [];

async function started(prepare: (machine: Machine) => void, wanted?: AutoSourceOptions['wanted']): Promise<Machine> {
  const machine = new Machine(wanted);
  machines.push(machine);
  prepare(machine);
  await machine.start();
  return machine;
}

afterEach(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.source.stop()));
});

describe('choosing a source', () => {
  it('takes the gateway that shows everything, and reports its health under one name', async () => {
    const machine = await started((m) => Object.assign(m, { gateway: CONNECTED }));
    machine.last.becomes(CONNECTED);
    expect(machine.running).toEqual(['openclaw-gateway']);
    expect(machine.reported.map((health) => health.name)).toEqual(Array(machine.reported.length).fill('openclaw'));
    expect(machine.source.health()).toMatchObject({ state: 'ok', detail: { source: 'openclaw-gateway' } });
    expect(machine.source.decision()?.code).toBe('gateway_complete');
  });

  it('finds nothing, says so loudly and what to do, and goes on looking every few seconds', async () => {
    const machine = await started(() => {});
    expect(machine.running).toEqual([]);
    expect(machine.source.health()).toMatchObject({ name: 'openclaw', state: 'failed', code: 'nothing_found' });
    expect(machine.source.health().reason).toMatch(/nobody answers.*has no transcripts.*Start OpenClaw/);
    await machine.passes(30_000);
    expect(machine.probes).toBeGreaterThanOrEqual(10);
    expect(machine.reported.filter((health) => health.code === 'nothing_found')).toHaveLength(1);
    machine.gateway = CONNECTED;
    await machine.passes(4_000);
    expect(machine.running).toEqual(['openclaw-gateway']);
  });

  it('passes on what the chosen source tells', async () => {
    const machine = await started((m) => Object.assign(m, { gateway: CONNECTED }));
    machine.last.sink?.event({ type: 'source.synced', key: '', at: 1 });
    expect(machine.events).toEqual(['source.synced']);
  });

  it('does not try first what a person has set', async () => {
    const machine = await started(() => {}, 'gateway');
    expect(machine.running).toEqual(['openclaw-gateway']);
    expect(machine.probes).toBe(0);
  });
});

describe('changing over', () => {
  it('goes from transcripts to a gateway that appears', async () => {
    const machine = await started((m) => Object.assign(m, { store: { transcripts: true, sqlite: false } }));
    machine.last.becomes({ state: 'ok' });
    expect(machine.running).toEqual(['openclaw-jsonl']);
    machine.gateway = CONNECTED;
    await machine.passes(45_000);
    expect(machine.running).toEqual(['openclaw-gateway']);
    expect(machine.made).toHaveLength(2);
    expect(machine.events).toEqual(['source.lost']);
  });

  it('goes from transcripts to the gateway when an update has moved sessions to SQLite', async () => {
    const machine = await started((m) => {
      Object.assign(m, { gateway: OLD, store: { transcripts: true, sqlite: false } });
    });
    machine.last.becomes({ state: 'ok' });
    Object.assign(machine, { gateway: CONNECTED, store: { transcripts: true, sqlite: true } });
    machine.last.becomes({ state: 'failed', code: 'sqlite_only' });
    await machine.passes(12_000);
    expect(machine.running).toEqual(['openclaw-gateway']);
  });

  it('goes from a gateway that is gone for a minute to transcripts, if there are any', async () => {
    const machine = await started((m) => Object.assign(m, { gateway: CONNECTED }));
    machine.last.becomes(CONNECTED);
    machine.last.becomes(UNREACHABLE);
    Object.assign(machine, { gateway: UNREACHABLE, store: { transcripts: true, sqlite: false } });
    await machine.passes(50_000);
    expect(machine.running).toEqual(['openclaw-gateway']);
    await machine.passes(40_000);
    expect(machine.running).toEqual(['openclaw-jsonl']);
  });

  it('stays with a gateway that is only restarting', async () => {
    const machine = await started((m) =>
      Object.assign(m, { gateway: CONNECTED, store: { transcripts: false, sqlite: true } }),
    );
    machine.last.becomes(CONNECTED);
    machine.last.becomes(UNREACHABLE);
    await machine.passes(300_000);
    expect(machine.made).toHaveLength(1);
    expect(machine.probes).toBe(1);
  });

  it('starts anew with a token that was put right in openclaw.json', async () => {
    const machine = await started((m) => Object.assign(m, { gateway: REFUSED, token: 'wrong' }));
    machine.last.becomes(REFUSED);
    await machine.passes(120_000);
    expect(machine.made).toHaveLength(1);
    machine.token = 'right';
    machine.gateway = CONNECTED;
    await machine.passes(12_000);
    expect(machine.made).toHaveLength(2);
    expect(machine.running).toEqual(['openclaw-gateway']);
  });

  it('does not ask a gateway again that refused this very token', async () => {
    const machine = await started((m) => {
      Object.assign(m, { gateway: REFUSED, store: { transcripts: true, sqlite: false } });
    });
    expect(machine.running).toEqual(['openclaw-jsonl']);
    machine.last.becomes({ state: 'ok' });
    await machine.passes(600_000);
    expect(machine.probes).toBe(1);
  });

  it('tries an old gateway rarely', async () => {
    const machine = await started((m) =>
      Object.assign(m, { gateway: OLD, store: { transcripts: true, sqlite: false } }),
    );
    machine.last.becomes({ state: 'ok' });
    await machine.passes(600_000);
    expect(machine.probes).toBeLessThanOrEqual(3);
  });

  it('never has two sources at once', async () => {
    const machine = await started((m) => Object.assign(m, { store: { transcripts: true, sqlite: false } }));
    for (let i = 0; i < 20; i += 1) {
      machine.gateway = i % 2 === 0 ? CONNECTED : UNREACHABLE;
      machine.last.becomes(i % 2 === 0 ? { state: 'failed' } : UNREACHABLE);
      await machine.passes(70_000);
      expect(machine.running).toHaveLength(1);
    }
    expect(machine.made.length).toBeGreaterThan(5);
  });
});

describe('stopping', () => {
  it('stops the chosen source and leaves no timer, also twice', async () => {
    const machine = await started((m) => Object.assign(m, { gateway: CONNECTED }));
    await Promise.all([machine.source.stop(), machine.source.stop()]);
    expect(machine.running).toEqual([]);
    expect(machine.clock.pending).toBe(0);
  });

  it('while looking starts nothing', async () => {
    const machine = new Machine();
    machine.gateway = CONNECTED;
    await machine.source.start({ event: () => {}, health: () => {} });
    machine.clock.advance(0);
    await machine.source.stop();
    expect(machine.running).toEqual([]);
    expect(machine.clock.pending).toBe(0);
  });
});
