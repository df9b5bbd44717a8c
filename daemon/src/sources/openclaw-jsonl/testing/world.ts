import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { AgentEvent } from '../../../turns/events.ts';
import type { JsonlStep } from '../../replay/jsonl-steps.ts';
import { StepDirectory } from '../../replay/step-directory.ts';
import { VirtualClock } from '../../replay/virtual-clock.ts';
import type { Source, SourceHealth } from '../../source.ts';
import type { Cursor } from '../cursor.ts';
import { type CursorTexts, cursorPort } from '../cursor-store.ts';
import type { FileSystem } from '../file-system.ts';
import type { LockInfo } from '../lock.ts';
import type { ProcessView } from '../process-view.ts';
import { createJsonlSource } from '../source.ts';
import type { TailLimits } from '../tail.ts';
import { iso } from './lines.ts';

export const T0 = Date.UTC(2026, 10, 22, 12);

export interface WorldOptions {
  readonly limits?: Partial<TailLimits>;
  /** Changes what the source sees of the file system. */
  readonly wrap?: (fs: FileSystem) => FileSystem;
}

/** A state directory on disk, a virtual clock, and the real source following it. Everything happens when it is told to. */
export class World {
  readonly clock = new VirtualClock(T0);
  readonly root = mkdtempSync(join(tmpdir(), 'livestatus-jsonl-'));
  readonly directory = new StepDirectory(this.root);
  readonly events: AgentEvent[] = [];
  readonly health: SourceHealth[] = [];
  readonly logged: string[] = [];
  readonly cursors = new MemoryCursors();
  readonly processes = new FakeProcesses();
  readonly #options: WorldOptions;
  #source: Source | undefined;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
  }

  get agents(): string {
    return this.directory.agents;
  }

  async start(): Promise<void> {
    const { fs } = this.directory;
    const source = createJsonlSource({
      directory: this.agents,
      fs: this.#options.wrap?.(fs) ?? fs,
      clock: this.clock,
      cursors: cursorPort(this.cursors),
      processes: this.processes,
      log: pino({ level: 'info' }, { write: (line) => this.logged.push(line) }),
      ...(this.#options.limits !== undefined && { limits: this.#options.limits }),
    });
    this.#source = source;
    await source.start({ event: (event) => this.events.push(event), health: (health) => this.health.push(health) });
    this.settle();
  }

  /** Like kill -9: nothing is told or kept that was not before. */
  kill(): void {
    void this.#source?.stop();
    this.#source = undefined;
  }

  async stop(): Promise<void> {
    await this.#source?.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  current(): SourceHealth | undefined {
    return this.#source?.health();
  }

  /** Fires what is due now. */
  settle(): void {
    this.clock.advanceTo(this.clock.now());
  }

  after(ms: number): void {
    this.clock.advanceTo(this.clock.now() + ms);
  }

  do(step: WithoutTime<JsonlStep>): void {
    this.directory.apply({ ...step, t: this.clock.now() });
    this.settle();
  }

  index(entries: Readonly<Record<string, unknown>>, agentId = 'main'): void {
    this.do({ op: 'write', path: `${agentId}/sessions/sessions.json`, data: JSON.stringify(entries, null, 2) });
  }

  lock(name: string, fields: Partial<LockInfo> = {}): void {
    const lock = { pid: 4711, createdAt: iso(this.clock.now()), starttime: 99, ...fields };
    this.do({ op: 'write', path: `main/sessions/${name}.jsonl.lock`, data: JSON.stringify(lock, null, 2) });
  }

  unlock(name: string): void {
    this.do({ op: 'delete', path: `main/sessions/${name}.jsonl.lock` });
  }

  append(name: string, ...lines: readonly string[]): void {
    for (const line of lines) this.appendRaw(name, `${line}\n`);
  }

  appendRaw(name: string, data: string): void {
    this.do({ op: 'append', path: `main/sessions/${name}.jsonl`, data });
  }

  write(name: string, ...lines: readonly string[]): void {
    this.do({ op: 'write', path: `main/sessions/${name}.jsonl`, data: lines.map((line) => `${line}\n`).join('') });
  }

  /** Types of the events so far, without rows and synchronisation. */
  types(): readonly string[] {
    return this.events
      .filter((event) => event.type !== 'row' && !event.type.endsWith('.synced'))
      .map((event) => event.type);
  }

  of<T extends AgentEvent['type']>(type: T): readonly Extract<AgentEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<AgentEvent, { type: T }> => event.type === type);
  }
}

type WithoutTime<T> = T extends unknown ? Omit<T, 't'> : never;

export class MemoryCursors implements CursorTexts {
  #texts = new Map<string, string>();

  paths(): readonly string[] {
    return [...this.#texts.keys()];
  }

  get(path: string): string | undefined {
    return this.#texts.get(path);
  }

  set(path: string, json: string): void {
    this.#texts.set(path, json);
  }

  delete(path: string): void {
    this.#texts.delete(path);
  }

  all(): readonly Cursor[] {
    return cursorPort(this).load();
  }

  copy(): ReadonlyMap<string, string> {
    return new Map(this.#texts);
  }

  restore(texts: ReadonlyMap<string, string>): void {
    this.#texts = new Map(texts);
  }
}

/** Every process is seen, until told otherwise. */
export class FakeProcesses implements ProcessView {
  wholeMachine = false;
  readonly hidden = new Set<number>();

  sees(lock: LockInfo): boolean {
    return lock.pid !== undefined && !this.hidden.has(lock.pid);
  }
}
