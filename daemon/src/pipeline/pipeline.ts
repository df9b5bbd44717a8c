import type { Session } from '@livestatus/contract';
import { TextPool } from '../publish/text-pool.ts';
import type { Clock, SourceHealth, SourceSink } from '../sources/source.ts';
import type { FamilyRow, RunRow, StateBatch } from '../state/batch.ts';
import type { AgentEvent } from '../turns/events.ts';
import type { Family } from '../turns/state.ts';
import type { TurnChange, TurnTracker } from '../turns/tracker.ts';
import { boundEvent } from './bound.ts';
import type { CursorLedger } from './cursors.ts';
import type { Kept, LiveSessions } from './live-sessions.ts';
import { shareTexts } from './share.ts';

/** The part of the state store that the pipeline writes to. */
export interface PipelineStore {
  save(batch: StateBatch): boolean;
}

export interface PipelineOptions {
  readonly tracker: TurnTracker;
  readonly live: LiveSessions;
  /** Redacts every text of an event; same reference if there was nothing. */
  readonly redact: (event: AgentEvent) => AgentEvent;
  readonly store: PipelineStore;
  readonly cursors: CursorLedger;
  readonly oldRuns: OldRuns;
  readonly clock: Clock;
  /** Told of every change of a turn that is shown; `isRestored`: of what an earlier life left. Must not throw. */
  readonly onTurn?: (change: TurnChange, isRestored: boolean) => void;
  /** More for the state file, taken with each write. */
  readonly moreState?: () => StateBatch;
  /** Told of every event, before it is applied; for metrics. Must not throw. */
  readonly onEvent?: (event: AgentEvent) => void;
}

/** Texts of steps that are held once, of each generation: some MB at most. */
const MAX_SHARED_TEXTS = 8_192;

/** State is written this long after the first change: what a crash right behind an event can lose is this much... */
const MIN_FLUSH_MS = 10;
/** ...or, when writing is slow, so seldom that it takes at most a twentieth of the time... */
const FLUSH_SHARE = 20;
/** ...but never later than this. */
const MAX_FLUSH_MS = 5_000;

/**
 * source -> redaction -> turns -> published sessions, and all of it -> state. Synchronous from event to listener; the only
 * timers are the machine's next deadline and the next write.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #health = new Map<string, SourceHealth>();
  readonly #healthListeners = new Set<() => void>();
  readonly #ended = new Map<string, Session>();
  readonly #removedEnded = new Set<string>();
  readonly #stored = new Set<string>();
  readonly #texts = new TextPool(MAX_SHARED_TEXTS);
  #cancelDeadline: (() => void) | undefined;
  #deadlineAt = Number.POSITIVE_INFINITY;
  #cancelFlush: (() => void) | undefined;
  #lastFlushTookMs = 0;
  #stopped = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /** Publishes what an earlier life left, as not observed until a source says otherwise (T9). */
  restore(families: readonly Family[]): void {
    const { tracker, clock } = this.#options;
    tracker.restore(families);
    for (const family of families) this.#stored.add(family.id);
    this.#publish(
      tracker.turns().map((after) => ({ before: undefined, after })),
      true,
    );
    this.publishAll(tracker.apply({ type: 'source.lost', key: '', at: clock.now() }, clock.now()));
    this.#arm();
  }

  /** Where a source delivers. */
  get sink(): SourceSink {
    return { event: (event) => this.event(event), health: (health) => this.#setHealth(health) };
  }

  event(event: AgentEvent): void {
    if (this.#stopped) return;
    const { tracker, clock, redact, onEvent } = this.#options;
    onEvent?.(event);
    const now = clock.now();
    if (tracker.deadline <= now) this.publishAll(tracker.advance(now));
    this.publishAll(tracker.apply(shareTexts(boundEvent(redact(event)), this.#texts), now));
    this.#arm();
  }

  sources(): readonly SourceHealth[] {
    return [...this.#health.values()];
  }

  onHealth(listener: () => void): () => void {
    this.#healthListeners.add(listener);
    return () => this.#healthListeners.delete(listener);
  }

  /** Writes everything that changed in one transaction: turns, cursors, runs, ended sessions. */
  flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    const started = performance.now();
    const batch = this.#batch();
    if (Object.values(batch).some((changes) => changes.length > 0)) this.#options.store.save(batch);
    this.#lastFlushTookMs = performance.now() - started;
  }

  /** Nothing ends because the daemon stops (T9): it writes and falls silent. Idempotent. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#cancelDeadline?.();
    this.flush();
  }

  #setHealth(health: SourceHealth): void {
    this.#health.set(health.name, health);
    for (const listener of this.#healthListeners) listener();
  }

  /** Publishes changes of the turn machine; the next write keeps them. */
  publishAll(changes: readonly TurnChange[]): void {
    this.#publish(changes, false);
  }

  /** Where a turn is shown may have changed, although nothing happened in the turn. */
  reroute(id: string): void {
    this.#keep(this.#options.live.reroute(id));
    this.touch();
  }

  /** Something beside the turns has to be written. */
  touch(): void {
    if (!this.#stopped) this.#armFlush();
  }

  #publish(changes: readonly TurnChange[], isRestored: boolean): void {
    for (const change of changes) {
      this.#options.onTurn?.(change, isRestored);
      this.#keep(this.#options.live.apply(change));
    }
  }

  #keep(kept: Kept | undefined): void {
    if (kept?.kind === 'ended') {
      this.#ended.set(kept.session.id, kept.session);
      this.#removedEnded.delete(kept.session.id);
    } else if (kept !== undefined) {
      this.#ended.delete(kept.id);
      this.#removedEnded.add(kept.id);
    }
  }

  #arm(): void {
    this.#armDeadline();
    this.#armFlush();
  }

  #armFlush(): void {
    if (this.#cancelFlush !== undefined) return;
    const wait = Math.min(MAX_FLUSH_MS, Math.max(MIN_FLUSH_MS, this.#lastFlushTookMs * FLUSH_SHARE));
    this.#cancelFlush = this.#options.clock.after(wait, () => this.flush());
  }

  #armDeadline(): void {
    const { tracker, clock } = this.#options;
    // An earlier timer than needed is harmless: it finds nothing due and arms the right one.
    if (tracker.deadline >= this.#deadlineAt) return;
    this.#cancelDeadline?.();
    this.#deadlineAt = tracker.deadline;
    this.#cancelDeadline = clock.after(Math.max(0, this.#deadlineAt - clock.now()), () => this.#onDeadline());
  }

  #onDeadline(): void {
    const { tracker, clock } = this.#options;
    this.#deadlineAt = Number.POSITIVE_INFINITY;
    this.#cancelDeadline = undefined;
    this.publishAll(tracker.advance(clock.now()));
    this.#arm();
  }

  #batch(): StateBatch {
    const { tracker, cursors, oldRuns, clock } = this.#options;
    const families: FamilyRow[] = [];
    const removedFamilies: string[] = [];
    const runs: RunRow[] = [];
    for (const { id, family } of tracker.takeDirty()) {
      if (family !== undefined && family.turns.length > 0) {
        families.push(rowOf(family));
        this.#stored.add(id);
        runs.push(...oldRuns.endedIn(family, clock.now()));
      } else if (this.#stored.delete(id)) removedFamilies.push(id);
    }
    const ended = [...this.#ended.values()];
    const removedEnded = [...this.#removedEnded];
    this.#ended.clear();
    this.#removedEnded.clear();
    const more = this.#options.moreState?.() ?? {};
    return { families, removedFamilies, runs, ended, removedEnded, ...cursors.take(), ...more };
  }
}

/** A family never changes, so its text can wait until it is written. */
function rowOf(family: Family): FamilyRow {
  return {
    id: family.id,
    get json() {
      return JSON.stringify(family);
    },
  };
}

/** Most runs remembered in memory; beyond it the oldest is forgotten. */
const MAX_OLD_RUNS = 200_000;

/** Runs whose turn is over (T8): what they still say after their turn was forgotten is no news. */
export class OldRuns {
  readonly #turns = new Map<string, string>();

  constructor(stored: readonly RunRow[]) {
    for (const row of stored) this.#turns.set(row.runId, row.turn);
  }

  has(runId: string): boolean {
    return this.#turns.has(runId);
  }

  /** The runs of a family's ended turns that were not told before. */
  endedIn(family: Family, now: number): readonly RunRow[] {
    const rows: RunRow[] = [];
    const names = new Map(
      family.turns.filter((state) => state.turn.phase.status !== 'active').map((state) => [state.uid, state.turn.name]),
    );
    for (const run of family.runs) {
      const turn = names.get(run.turn);
      if (turn === undefined || this.#turns.has(run.runId)) continue;
      this.#remember(run.runId, turn);
      rows.push({ runId: run.runId, turn, seenMs: now });
    }
    return rows;
  }

  #remember(runId: string, turn: string): void {
    this.#turns.set(runId, turn);
    if (this.#turns.size <= MAX_OLD_RUNS) return;
    for (const oldest of this.#turns.keys()) {
      this.#turns.delete(oldest);
      return;
    }
  }
}
