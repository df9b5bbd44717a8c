import { dirname, join } from 'node:path';
import type { Cursor, CursorPort } from './cursor.ts';
import { isDirectory } from './layout.ts';
import type { RunLine } from './line.ts';
import type { LivenessCheck } from './liveness.ts';
import { locateSince } from './locate.ts';
import { type LockInfo, readLock } from './lock.ts';
import type { CutCode } from './outcome.ts';
import { Reading, type ReadingPorts } from './reading.ts';
import { Run } from './run.ts';
import { type RunPorts, type RunSurroundings, runIdOf } from './run-ports.ts';
import { markBefore, type TailPosition } from './tail.ts';

/** A lock that nobody can be seen to hold, on a transcript at rest for this long, waits for a sign of life. */
const QUIET_MS = 30 * 60_000;
/** Late lines of a run are still told this long after its lock went. */
const LATE_LINES_MS = 60_000;
/** OpenClaw writes the row of a first run (the model's context window) some 15 ms after its lock went. */
const LATE_ROW_MS = 2_000;

export interface TranscriptPorts extends ReadingPorts {
  readonly agentsDirectory: string;
  readonly cursors: CursorPort;
  readonly liveness: LivenessCheck;
  readonly run: Pick<RunPorts, 'emit' | 'now'>;
  /** The session that the transcript belongs to, by the newest index; undefined while none names it. */
  keyOf(path: string): string | undefined;
  surroundings(key: string): RunSurroundings;
  /** A run of this key begins (its rows are told first); nothing more will come of it. */
  opened(key: string): void;
  closed(key: string): void;
}

/**
 * idle: nothing of interest, may be forgotten; waiting: locked, but not shown yet; open: a run goes on; ended: a run has just
 * ended, late lines may come; more: there is more to read at once.
 */
export type TranscriptState = 'idle' | 'waiting' | 'open' | 'ended' | 'more';

/** One transcript and its lock: the lock says when a run is on, the lines what it does. */
export class Transcript {
  readonly path: string;
  readonly #file: string;
  readonly #ports: TranscriptPorts;
  #reading: Reading | undefined;
  #lock: LockInfo | undefined;
  #ended: { readonly reading: Reading; readonly atMs: number } | undefined;
  /** Key of an ended run whose row still counts. */
  #lateRow: string | undefined;
  /** `createdAt` of a lock whose process is dead. */
  #dead: string | undefined;
  /** Size of the transcript under a lock that waits for a sign of life. */
  #quietSize: number | undefined;
  #late = false;
  #waitsForKey = false;
  /** A resumed run whose rows were not told yet. */
  #unannounced: string | undefined;
  #savedOffset: number | undefined;

  constructor(path: string, ports: TranscriptPorts, cursor?: Cursor) {
    this.path = path;
    this.#ports = ports;
    this.#file = join(ports.agentsDirectory, path);
    if (cursor !== undefined) this.#resume(cursor);
  }

  /** The run that is on. */
  get run(): Run | undefined {
    return this.#reading?.run;
  }

  /** Locked, and no entry of the index names its session yet. */
  get waitsForKey(): boolean {
    return this.#waitsForKey;
  }

  /**
   * Looks at lock and lines and tells what is new. `catchingUp`: the first look after a start or a loss, when what is found
   * may have happened long ago. Throws the system's error if a file cannot be read; then look again later.
   */
  look(catchingUp: boolean): TranscriptState {
    this.#announce();
    const state = readLock(this.#ports.fs, `${this.#file}.lock`, this.#ports.run.now());
    if (this.#reading !== undefined) {
      return this.#follow(this.#reading, state.kind === 'held' ? state.lock : state.kind, catchingUp);
    }
    if (state.kind === 'absent') return this.#rest();
    if (state.kind === 'writing') return 'waiting';
    return this.#begin(state.lock, catchingUp);
  }

  #resume(cursor: Cursor): void {
    const { run, path, ...from } = cursor;
    const createdMs = Date.parse(run.createdAt);
    this.#lock = { createdAt: run.createdAt, createdMs };
    const identity = { runId: runIdOf(path, run.createdAt), key: run.key, createdAt: run.createdAt, createdMs };
    this.#reading = new Reading(new Run(identity, this.#runPorts(run.key), run), this.#file, this.#ports, from, run);
    this.#unannounced = run.key;
    this.#savedOffset = from.offset;
  }

  #announce(): void {
    if (this.#unannounced !== undefined) this.#ports.opened(this.#unannounced);
    this.#unannounced = undefined;
  }

  /** No lock, no run: only late lines of the run that has just ended. */
  #rest(): TranscriptState {
    this.#noteUnmapped();
    this.#late = false;
    this.#dead = undefined;
    this.#quietSize = undefined;
    if (this.#ended === undefined) return 'idle';
    const { reading, atMs } = this.#ended;
    const agoMs = this.#ports.run.now() - atMs;
    if (agoMs > LATE_ROW_MS) this.#closeRow();
    if (agoMs > LATE_LINES_MS) {
      this.#ended = undefined;
      return 'idle';
    }
    const state = reading.read(isLateEvidence);
    reading.run.end('runtime_stopped', reading.run.lastMs ?? atMs);
    return state === 'more' ? 'more' : 'ended';
  }

  #begin(lock: LockInfo, catchingUp: boolean): TranscriptState {
    if (this.#dead === lock.createdAt) return this.#hasGrown() ? this.#revive(lock) : 'waiting';
    this.#late ||= catchingUp;
    const key = this.#ports.keyOf(this.path);
    if (key === undefined) {
      this.#waitsForKey = true;
      return 'waiting';
    }
    if (this.#late && !this.#showsLife(lock)) return 'waiting';
    return this.#open(lock, key);
  }

  /** A lock found at the start may be the leaving of a killed process (T9). */
  #showsLife(lock: LockInfo): boolean {
    if (this.#quietSize !== undefined) return this.#hasGrown();
    const liveness = this.#ports.liveness.of(lock, false);
    const size = this.#ports.fs.stat(this.#file)?.size ?? 0;
    if (liveness === 'dead') {
      this.#dead = lock.createdAt;
      this.#quietSize = size;
      this.#ports.log.info({ transcript: this.path, pid: lock.pid }, 'lock of a dead process ignored');
      return false;
    }
    if (liveness === 'alive' || !this.#isQuiet(lock)) return true;
    this.#quietSize = size;
    this.#ports.log.info(
      { transcript: this.path, pid: lock.pid },
      'old lock of an unknown process waits for a new line',
    );
    return false;
  }

  #isQuiet(lock: LockInfo): boolean {
    const touchedMs = this.#ports.fs.stat(this.#file)?.mtimeMs ?? 0;
    return this.#ports.run.now() - Math.max(touchedMs, lock.createdMs) > QUIET_MS;
  }

  #hasGrown(): boolean {
    return (this.#ports.fs.stat(this.#file)?.size ?? 0) > (this.#quietSize ?? 0);
  }

  /** Somebody writes under a lock whose process we cannot see: it runs elsewhere. */
  #revive(lock: LockInfo): TranscriptState {
    this.#ports.liveness.of(lock, true);
    this.#dead = undefined;
    return this.#begin(lock, true);
  }

  #open(lock: LockInfo, key: string): TranscriptState {
    if (!this.#late) this.#ports.liveness.of(lock, true);
    const identity = {
      runId: runIdOf(this.path, lock.createdAt),
      key,
      createdAt: lock.createdAt,
      createdMs: lock.createdMs,
    };
    const run = new Run(identity, this.#runPorts(key));
    const reading = new Reading(run, this.#file, this.#ports, this.#startOf(lock));
    this.#ports.opened(key);
    run.start(this.#late);
    this.#reading = reading;
    this.#lock = lock;
    this.#ended = undefined;
    this.#closeRow();
    this.#dead = undefined;
    this.#quietSize = undefined;
    this.#late = false;
    this.#waitsForKey = false;
    const state = reading.read(() => true);
    this.#save(reading);
    return state === 'more' ? 'more' : 'open';
  }

  /** The run's lines are those since its lock was made; what stands before is history, however long. */
  #startOf(lock: LockInfo): TailPosition | undefined {
    const file = this.#ports.fs.open(this.#file);
    if (file === undefined) return undefined;
    try {
      const { kind, inode, size } = file.stat();
      if (kind !== 'file') return undefined;
      const offset = locateSince(file, size, lock.createdMs);
      return { offset, inode, mark: markBefore(file, offset) };
    } finally {
      file.close();
    }
  }

  #follow(reading: Reading, lock: LockInfo | 'absent' | 'writing', catchingUp: boolean): TranscriptState {
    const current = typeof lock === 'string' ? undefined : lock;
    const isNewer = current !== undefined && current.createdAt !== this.#lock?.createdAt;
    const before = reading.position().offset;
    const state = reading.read(() => true, isNewer ? current.createdMs : undefined);
    this.#save(reading);
    if (state === 'more') return 'more';
    if (isNewer) {
      this.#close(reading, 'newer_run', catchingUp ? undefined : current.createdMs);
      return this.#begin(current, catchingUp);
    }
    if (lock === 'absent') {
      // No folder, no evidence (T9): a directory that is away ends nothing.
      if (!isDirectory(this.#ports.fs, dirname(this.#file))) return 'open';
      this.#close(reading, 'runtime_stopped', catchingUp ? undefined : this.#ports.run.now());
      return 'ended';
    }
    if (current === undefined) return 'open';
    this.#lock = current;
    if (reading.position().offset > before || this.#ports.liveness.of(current, false) !== 'dead') return 'open';
    this.#close(reading, 'process_died', catchingUp ? undefined : this.#ports.run.now());
    this.#dead = current.createdAt;
    this.#quietSize = this.#ports.fs.stat(this.#file)?.size ?? 0;
    return 'waiting';
  }

  /** `endedMs` undefined: it ended at some time while nobody looked; its last line is the best guess. */
  #close(reading: Reading, cutCode: CutCode, endedMs: number | undefined): void {
    reading.recallError();
    const { run } = reading;
    run.end(cutCode, endedMs ?? run.lastMs ?? run.identity.createdMs);
    this.#ports.cursors.delete(this.path);
    this.#reading = undefined;
    this.#lock = undefined;
    this.#savedOffset = undefined;
    this.#ended = { reading, atMs: this.#ports.run.now() };
    this.#lateRow = run.identity.key;
  }

  #closeRow(): void {
    if (this.#lateRow !== undefined) this.#ports.closed(this.#lateRow);
    this.#lateRow = undefined;
  }

  #noteUnmapped(): void {
    if (!this.#waitsForKey) return;
    this.#waitsForKey = false;
    this.#ports.counters.runsUnmapped += 1;
    this.#ports.log.warn({ transcript: this.path }, 'a run ended before sessions.json named its session');
  }

  /** What a run remembers changes only with its lines. */
  #save(reading: Reading): void {
    const { offset } = reading.position();
    if (offset === this.#savedOffset) return;
    this.#savedOffset = offset;
    this.#ports.cursors.set({ path: this.path, ...reading.position(), run: reading.cursor() });
  }

  #runPorts(key: string): RunPorts {
    return { ...this.#ports.run, surroundings: () => this.#ports.surroundings(key) };
  }
}

/** After the lock went, only the agent's own last words belong to the run. */
function isLateEvidence(line: RunLine): boolean {
  return line.kind === 'assistant' || line.kind === 'toolResult';
}
