import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DaemonHealth, Session } from '@livestatus/contract';
import pino from 'pino';
import { systemClock } from '../../clock.ts';
import { loadConfig } from '../../config/load.ts';
import type { Clock, SourceSink } from '../../sources/source.ts';
import { type RunningDaemon, startDaemon } from '../../wiring/daemon.ts';

/** Each turn has a channel of its own; the id has Mattermost's form. */
export function channelOf(name: string): string {
  return `${name}channel`.padEnd(26, '0');
}

function keyOf(name: string): string {
  return `agent:main:mattermost:channel:${channelOf(name)}`;
}

/** A whole daemon whose source is only told what to say; its state directory outlives restarts. */
export class ToldDaemon {
  readonly #dir = mkdtempSync(join(tmpdir(), 'livestatus-told-'));
  readonly #env: Readonly<Record<string, string>>;
  readonly #clock: Clock;
  readonly logged: string[] = [];
  #running: RunningDaemon | undefined;
  #sink: SourceSink | undefined;
  #seq = 0;

  constructor(env: Readonly<Record<string, string>>, clock: Clock = systemClock) {
    this.#env = env;
    this.#clock = clock;
  }

  get url(): string {
    return this.#running?.url ?? '';
  }

  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const loaded = loadConfig({
      env: { STATE_DIR: join(this.#dir, 'state'), HEALTH_PORT: '0', ...this.#env, ...more },
      home: this.#dir,
      cwd: this.#dir,
      readSecretFile: () => ({ text: '', mode: 0o600 }),
    });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    this.#running = await startDaemon({
      config: loaded.config,
      clock: this.#clock,
      log: pino({ level: 'debug' }, { write: (line: string) => this.logged.push(line) }),
      version: 'test',
      dashboardDir: this.#dir,
      makeSource: () => ({
        name: 'told',
        start: async (sink) => {
          this.#sink = sink;
          sink.health({ name: 'told', state: 'ok', sinceMs: this.#clock.now() });
        },
        stop: async () => {},
        health: () => ({ name: 'told', state: 'ok', sinceMs: 0 }),
      }),
    });
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** A person asks in a channel (or in a direct message), and the agent begins. */
  ask(name: string, { key = keyOf(name), agoMs = 0, accountId = '', replyToId = '' } = {}): void {
    const at = this.#clock.now();
    const isChat = key.includes(':mattermost:');
    this.#sink?.event({
      type: 'request',
      key,
      at,
      recordedMs: at - agoMs,
      ...(isChat && {
        transport: { channel: 'mattermost', messageId: `post-${name}`, ...(replyToId !== '' && { replyToId }) },
        senderId: 'person-1',
      }),
      ...(accountId !== '' && { accountId }),
      text: `please do ${name}`,
    });
    this.#sink?.event({
      type: 'run.started',
      key,
      at,
      run: { runId: `run-${name}`, seq: this.#next() },
      startedMs: at - agoMs,
    });
  }

  /** A run that nobody asked for: a heartbeat, a schedule's, or a sub-agent's of another key. */
  begin(name: string, about: { key: string; heartbeat?: boolean; spawnedBy?: string }): void {
    const at = this.#clock.now();
    this.#sink?.event({
      type: 'run.started',
      at,
      run: { runId: `run-${name}`, seq: this.#next() },
      startedMs: at,
      ...about,
    });
  }

  /** A tool call begins, or ends. */
  tool(name: string, callId: string, phase: 'started' | 'ended' = 'started', key = keyOf(name)): void {
    const at = this.#clock.now();
    const run = { runId: `run-${name}`, seq: this.#next() };
    const call = { type: 'tool', key, at, run, callId, name: 'exec', tsMs: at } as const;
    const detail = phase === 'started' ? { input: { command: `echo ${callId}` } } : { outcome: 'done' as const };
    this.#sink?.event({ ...call, phase, ...detail });
  }

  end(name: string, { key = keyOf(name), silent = false } = {}): void {
    const at = this.#clock.now();
    const run = { runId: `run-${name}`, seq: this.#next() };
    this.#sink?.event({
      type: 'run.ended',
      key,
      at,
      run,
      endedMs: at,
      outcome: { kind: 'done', ...(silent && { silent }) },
    });
  }

  async health(): Promise<DaemonHealth> {
    return (await (await fetch(`${this.url}/health`)).json()) as DaemonHealth;
  }

  /** One sink of /health. */
  async sink(name: string): Promise<DaemonHealth['sinks'][number] | undefined> {
    return (await this.health()).sinks.find((sink) => sink.name === name);
  }

  /** What the dashboard shows. */
  async sessions(): Promise<readonly Session[]> {
    return ((await (await fetch(`${this.url}/api/v1/sessions`)).json()) as { sessions: Session[] }).sessions;
  }

  #next(): number {
    this.#seq += 1;
    return this.#seq;
  }
}
