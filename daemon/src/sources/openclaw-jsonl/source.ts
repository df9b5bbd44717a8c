import { join } from 'node:path';
import type { Logger } from 'pino';
import type { AgentEvent } from '../../turns/events.ts';
import type { Clock, Source, SourceHealth, SourceSink } from '../source.ts';
import { newCounters } from './counters.ts';
import type { CursorPort } from './cursor.ts';
import { errorCode, type FileSystem } from './file-system.ts';
import { HealthReport } from './health-report.ts';
import { Indexes } from './indexes.ts';
import {
  agentsPlace,
  isTranscript,
  SESSION_INDEX,
  sessionsFolder,
  splitTranscriptPath,
  transcriptOfLock,
  transcriptPath,
} from './layout.ts';
import { LivenessCheck } from './liveness.ts';
import type { ProcessView } from './process-view.ts';
import { Rows } from './rows.ts';
import type { TailLimits } from './tail.ts';
import { Transcript, type TranscriptPorts, type TranscriptState } from './transcript.ts';
import { SessionsWatch } from './watch.ts';

const SOURCE_NAME = 'openclaw-jsonl';
/** Longer lines are counted and skipped; what their ends tell is used. Bounds memory to a few times this. */
const DEFAULT_LIMITS: TailLimits = { maxLineBytes: 16 * 1024 * 1024, maxReadBytes: 8 * 1024 * 1024 };
const SCRATCH_BYTES = 256 * 1024;

export interface JsonlSourceOptions {
  /** OpenClaw's state directory, its `agents/`, or one agent's `sessions/` (TRANSCRIPT_DIR). */
  readonly directory: string;
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly cursors: CursorPort;
  readonly processes: ProcessView;
  readonly log: Logger;
  readonly limits?: Partial<TailLimits>;
}

/** The source for OpenClaw <= 2026.7: transcripts, locks and `sessions.json`. */
export function createJsonlSource(options: JsonlSourceOptions): Source {
  return new JsonlSource(options);
}

class JsonlSource implements Source {
  readonly name = SOURCE_NAME;
  readonly #options: JsonlSourceOptions;
  readonly #directory: string;
  readonly #watch: SessionsWatch;
  readonly #indexes: Indexes;
  readonly #rows: Rows;
  readonly #counters = newCounters();
  readonly #ports: TranscriptPorts;
  /** Only transcripts of interest: locked, being read, or just ended. */
  readonly #transcripts = new Map<string, Transcript>();
  readonly #changed = new Set<string>();
  readonly #changedFolders = new Set<string>();
  readonly #failed = new Map<string, string>();
  readonly #running = new Set<string>();
  readonly #report: HealthReport;
  #sink: SourceSink | undefined;
  #cancelFlush: (() => void) | undefined;
  #catchingUp = true;
  #sawSessions = false;
  #sawRuns = false;

  constructor(options: JsonlSourceOptions) {
    const { fs, clock } = options;
    const place = agentsPlace(fs, options.directory);
    const now = () => clock.now();
    const emit = (event: AgentEvent) => this.#sink?.event(event);
    this.#options = options;
    this.#directory = place.directory;
    this.#report = new HealthReport({
      name: SOURCE_NAME,
      clock,
      log: options.log,
      detail: () => this.#detail(),
      changed: (health) => this.#sink?.health(health),
    });
    this.#watch = new SessionsWatch(fs, clock, place, {
      changed: (agentId, name) => this.#noteChange(agentId, name),
      tick: () => this.#tick(),
      looked: () => this.#looked(),
    });
    this.#indexes = new Indexes({
      fs,
      clock,
      agentsDirectory: place.directory,
      changed: () => this.#indexChanged(),
    });
    this.#rows = new Rows({ factsOf: (key) => this.#indexes.ofKey(key)?.factsOf(key), emit, now });
    this.#ports = {
      fs,
      agentsDirectory: place.directory,
      cursors: options.cursors,
      liveness: new LivenessCheck(options.processes),
      counters: this.#counters,
      log: options.log,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      scratch: Buffer.allocUnsafe(SCRATCH_BYTES),
      run: { emit, now },
      keyOf: (path) => this.#keyOf(path),
      surroundings: (key) => {
        const index = this.#indexes.ofKey(key);
        return { channel: index?.channelOf(key), accountId: index?.factsOf(key)?.route?.accountId };
      },
      opened: (key) => this.#opened(key),
      closed: (key) => this.#rows.closed(key),
    };
  }

  async start(sink: SourceSink): Promise<void> {
    this.#sink = sink;
    for (const cursor of this.#options.cursors.load()) {
      this.#transcripts.set(cursor.path, new Transcript(cursor.path, this.#ports, cursor));
    }
    this.#watch.start();
    this.#flush();
  }

  async stop(): Promise<void> {
    this.#watch.stop();
    this.#indexes.stop();
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#sink = undefined;
  }

  health(): SourceHealth {
    return this.#report.current();
  }

  #detail(): NonNullable<SourceHealth['detail']> {
    const { agents, limit } = this.#watch.state();
    return {
      directory: this.#directory,
      watching: limit === undefined ? 'events' : 'polling',
      agents: agents.length,
      runs_open: this.#running.size,
      lines_read: this.#counters.linesRead,
      lines_malformed: this.#counters.linesMalformed,
      lines_oversized: this.#counters.linesOversized,
      files_replaced: this.#counters.filesReplaced,
      runs_unmapped: this.#counters.runsUnmapped,
    };
  }

  #noteChange(agentId: string, name: string | undefined): void {
    if (name === undefined) this.#changedFolders.add(agentId);
    else this.#noteFile(agentId, name);
    this.#scheduleFlush();
  }

  #noteFile(agentId: string, name: string): void {
    const locked = transcriptOfLock(name);
    if (name === SESSION_INDEX) this.#indexes.changed(agentId, this.#needs(agentId));
    else if (locked !== undefined) this.#changed.add(transcriptPath(agentId, locked));
    else if (isTranscript(name)) this.#changed.add(transcriptPath(agentId, name));
    this.#sawSessions ||= name === SESSION_INDEX || isTranscript(name);
  }

  /** Whether anybody waits for what the agent's index says. */
  #needs(agentId: string): 'key' | 'rows' | 'nothing' {
    for (const [path, transcript] of this.#transcripts) {
      if (transcript.waitsForKey && path.startsWith(`${agentId}/`)) return 'key';
    }
    return this.#rows.isEmpty ? 'nothing' : 'rows';
  }

  #indexChanged(): void {
    this.#rows.refresh();
    for (const [path, transcript] of this.#transcripts) if (transcript.waitsForKey) this.#changed.add(path);
    this.#scheduleFlush();
  }

  #keyOf(path: string): string | undefined {
    const agentId = splitTranscriptPath(path)?.agentId;
    if (agentId === undefined) return undefined;
    return this.#indexes.fresh(agentId).keyOf(path);
  }

  #opened(key: string): void {
    this.#sawRuns = true;
    this.#rows.opened(key);
  }

  #tick(): void {
    for (const path of this.#transcripts.keys()) this.#changed.add(path);
    this.#flush();
    this.#judge();
  }

  /** The directory was lost or found again. */
  #looked(): void {
    const { place } = this.#watch.state();
    if (place !== 'ok' && !this.#catchingUp) {
      this.#catchingUp = true;
      this.#sink?.event({ type: 'source.lost', key: '', at: this.#options.clock.now() });
    }
    if (place === 'ok' && this.#catchingUp) this.#scheduleFlush();
    this.#judge();
  }

  #scheduleFlush(): void {
    if (this.#cancelFlush !== undefined || this.#sink === undefined) return;
    this.#cancelFlush = this.#options.clock.after(0, () => this.#flush());
  }

  /** Looks at everything that may have changed. Reads a bounded amount; the rest in the next turn of the event loop. */
  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    if (this.#watch.state().place !== 'ok') return;
    for (const agentId of take(this.#changedFolders)) this.#listFolder(agentId);
    if (this.#catchingUp) for (const path of this.#transcripts.keys()) this.#changed.add(path);
    const unfinished = take(this.#changed).filter((path) => this.#look(path) === 'more');
    for (const path of unfinished) this.#changed.add(path);
    if (unfinished.length > 0) this.#scheduleFlush();
    else if (this.#catchingUp) this.#synced();
    this.#judge();
  }

  #listFolder(agentId: string): void {
    const { directory } = sessionsFolder(this.#directory, agentId);
    try {
      for (const name of this.#options.fs.list(directory)) {
        // An unlocked transcript is history: it is not even looked at.
        if (isTranscript(name)) this.#sawSessions = true;
        else this.#noteFile(agentId, name);
      }
      this.#failed.delete(directory);
    } catch (error) {
      this.#noteFailure(directory, error);
    }
    for (const path of this.#transcripts.keys()) if (path.startsWith(`${agentId}/`)) this.#changed.add(path);
  }

  #look(path: string): TranscriptState {
    const transcript = this.#transcripts.get(path) ?? new Transcript(path, this.#ports);
    const file = join(this.#directory, path);
    let state: TranscriptState;
    try {
      state = transcript.look(this.#catchingUp);
      this.#failed.delete(file);
    } catch (error) {
      this.#noteFailure(file, error);
      state = 'waiting';
    }
    if (state === 'idle') this.#transcripts.delete(path);
    else this.#transcripts.set(path, transcript);
    if (transcript.run === undefined) this.#running.delete(path);
    else this.#running.add(path);
    return state;
  }

  #noteFailure(path: string, error: unknown): void {
    const code = errorCode(error);
    if (code === undefined) throw error;
    if (this.#failed.get(path) === code) return;
    this.#failed.set(path, code);
    this.#options.log.warn({ path, err: error }, 'transcript cannot be read');
  }

  /** Everything in flight is known: says which runs go on (T9). */
  #synced(): void {
    this.#catchingUp = false;
    const at = this.#options.clock.now();
    const byKey = new Map<string, string[]>();
    for (const { run } of this.#transcripts.values()) {
      if (run !== undefined) byKey.set(run.identity.key, [...(byKey.get(run.identity.key) ?? []), run.identity.runId]);
    }
    for (const [key, activeRunIds] of byKey) {
      const abortedLastRun = this.#indexes.ofKey(key)?.abortedLastRun(key) ?? false;
      this.#sink?.event({
        type: 'key.synced',
        key,
        at,
        activeRunIds,
        hasActiveRun: true,
        abortedLastRun,
        killed: false,
      });
    }
    this.#sink?.event({ type: 'source.synced', key: '', at });
  }

  #judge(): void {
    const { place, unreadable, sqlite, limit } = this.#watch.state();
    const [failure] = this.#failed;
    this.#report.update({
      directory: this.#directory,
      place,
      unreadable,
      sqlite,
      limit,
      failed: failure === undefined ? undefined : { path: failure[0], code: failure[1] },
      damagedIndex: this.#indexes.damaged(),
      sessions: this.#sawSessions,
      runs: this.#sawRuns,
    });
  }
}

function take(set: Set<string>): readonly string[] {
  const items = [...set];
  set.clear();
  return items;
}
