import { type TurnChange, turnChanges } from './changes.ts';
import { Deadlines } from './deadlines.ts';
import { runOf } from './draft.ts';
import type { AgentEvent } from './events.ts';
import { FamilyTable } from './family-table.ts';
import { LostTurns } from './lost-turns.ts';
import { rebase } from './rebase.ts';
import {
  advance,
  DEFAULT_OPTIONS,
  forgetTurn,
  nameWaiting,
  nextDeadline,
  type ReduceOptions,
  reduce,
} from './reduce.ts';
import { BOUNDS, type Child, type Family, type TurnState } from './state.ts';
import { isActive, isGivenUp } from './steps.ts';
import type { Turn } from './turn.ts';

export type { TurnChange } from './changes.ts';

export interface TrackerOptions extends Partial<ReduceOptions> {
  /**
   * Whether a run was seen before, in this life of the daemon or an earlier one, and its turn is over (T8). Called for
   * runs that no family knows.
   */
  readonly isOldRun?: (runId: string) => boolean;
  /** Families without a turn that are remembered for what their rows say. Default 20,000. */
  readonly maxIdleFamilies?: number;
}

const MAX_IDLE_FAMILIES = 20_000;
/** Whose history is read again: an old loss is corrected by what is heard of it, nobody goes and asks. */
const JUST_LOST_MS = 3_600_000;
/** Frames that were dropped are noticed after 30 s at the latest: with the next tick. */
const JUST_ENDED_MS = 60_000;
/** Less is the jitter of a clock that is being kept right. */
const CLOCK_STEP_MS = 1_000;

/**
 * Holds the families and routes each event to its own; the mutable shell around the pure machine. The cost of an event does
 * not depend on how many families there are. No I/O, no timers: the caller asks `deadline` and calls `advance`.
 */
export class TurnTracker {
  readonly #families: FamilyTable;
  readonly #deadlines = new Deadlines();
  readonly #dirty = new Set<string>();
  readonly #lost = new LostTurns(BOUNDS.lostTurns);
  readonly #options: ReduceOptions;
  readonly #isOldRun: (runId: string) => boolean;
  #now = Number.NEGATIVE_INFINITY;

  constructor(options: TrackerOptions = {}) {
    this.#options = { ...DEFAULT_OPTIONS, ...options };
    this.#isOldRun = options.isOldRun ?? (() => false);
    this.#families = new FamilyTable(options.maxIdleFamilies ?? MAX_IDLE_FAMILIES, (id) => this.#forgotten(id));
  }

  /** Families of an earlier life; call before the first event. */
  restore(families: readonly Family[]): void {
    for (const family of families) {
      this.#families.put(family);
      this.#schedule(family);
      this.#lost.note(undefined, family);
    }
  }

  /** Applies one event at `now`. */
  apply(event: AgentEvent, now: number): readonly TurnChange[] {
    const changes = this.#followClock(now);
    if (event.type === 'source.lost' || event.type === 'source.synced') {
      return [...changes, ...this.#all((family) => reduce(rebase(family, now), event, now, this.#options))];
    }
    this.#link(event);
    const family = this.#families.of(event.key);
    if (this.#isStale(family, event)) return changes;
    const told = this.#store(family, reduce(family, event, now, this.#options));
    return changes.length === 0 ? told : [...changes, ...told];
  }

  /** Earliest time at which `advance` has something to do; Infinity = never. It may turn out that nothing is due. */
  get deadline(): number {
    return this.#deadlines.next;
  }

  advance(now: number): readonly TurnChange[] {
    const changes = [...this.#followClock(now)];
    for (const id of this.#deadlines.take(now)) {
      const family = this.#families.get(id);
      if (family === undefined) continue;
      const next = advance(family, now, this.#options);
      changes.push(...this.#store(family, next));
      if (next === family) this.#schedule(family);
    }
    return changes;
  }

  /** Ids of families changed since the last call, with their state; undefined = gone. For the state file. */
  takeDirty(): readonly { readonly id: string; readonly family: Family | undefined }[] {
    const dirty = [...this.#dirty].map((id) => ({ id, family: this.#families.get(id) }));
    this.#dirty.clear();
    return dirty;
  }

  /**
   * Session keys that have an open turn, one without a name, one that was lost in the last hour, or one that has just ended
   * with sub-agents: a source reads their history after a reconnect or a gap.
   */
  openKeys(): readonly string[] {
    const keys = new Set<string>();
    for (const family of this.#families.all()) {
      for (const state of family.turns) {
        if (!isActive(state) && state.nameBy === undefined && !this.#isInDoubt(state, family)) continue;
        keys.add(state.turn.key);
        if (state.nameBy !== undefined) addParent(family, state.turn.key, keys);
        for (const { key } of state.children.filter((child) => isUntold(family, child))) keys.add(key);
      }
    }
    return [...keys];
  }

  /** It was given up, or waited for sub-agents until lately, whose announcement may have been missed (T4). */
  #isInDoubt(state: TurnState, { runs }: Family): boolean {
    const { phase, key } = state.turn;
    if (phase.status === 'active') return false;
    if (isGivenUp(state)) return this.#now - phase.endedMs < JUST_LOST_MS;
    const restsMs = Math.max(phase.endedMs, ...runs.map((run) => (run.key === key ? (run.endedMs ?? 0) : 0)));
    return state.children.length > 0 && this.#now - restsMs < JUST_ENDED_MS;
  }

  /** All turns that are shown, as they are now. */
  turns(): readonly Turn[] {
    return [...this.#families.all()].flatMap((family) =>
      family.turns.filter((state) => !state.turn.hidden && !state.withdrawn).map((state) => state.turn),
    );
  }

  /**
   * Names every turn that still waits for its name, as if no request could come any more (Replay: the clock stops at the
   * last line).
   */
  nameAll(): readonly TurnChange[] {
    return this.#all((family) => nameWaiting(family, this.#options));
  }

  #all(step: (family: Family) => Family): readonly TurnChange[] {
    return [...this.#families.all()].flatMap((family) => this.#store(family, step(family)));
  }

  /** A clock that was set back must not make turns wait for times that were noted before. */
  #followClock(now: number): readonly TurnChange[] {
    const isBack = now < this.#now - CLOCK_STEP_MS;
    this.#now = now;
    return isBack ? this.#all((family) => rebase(family, now)) : NO_CHANGES;
  }

  /** A child's key belongs to its parent's family from the first word about it. */
  #link(event: AgentEvent): void {
    if (event.type === 'row' || event.type === 'run.started') {
      if (event.spawnedBy !== undefined) this.#adopt(event.key, event.spawnedBy);
    } else if (event.type === 'tool' && event.child !== undefined && this.#knowsRun(event.key, event.run?.runId)) {
      this.#adopt(event.child.key, event.key);
    }
  }

  /** History tells of spawns of long ago too. */
  #knowsRun(key: string, runId: string | undefined): boolean {
    return runId === undefined || runOf(this.#families.of(key).runs, runId) !== undefined;
  }

  #adopt(key: string, parentKey: string): void {
    const merged = this.#families.adopt(key, parentKey);
    if (merged !== undefined) {
      this.#dirty.add(merged.id);
      this.#schedule(merged);
    }
  }

  /** T8: a run of an earlier life whose turn is over says nothing new. */
  #isStale(family: Family, event: AgentEvent): boolean {
    if (!('run' in event) || event.run === undefined) return false;
    if (runOf(family.runs, event.run.runId) !== undefined) return false;
    return this.#isOldRun(event.run.runId);
  }

  #store(before: Family, after: Family): readonly TurnChange[] {
    if (after === before) return NO_CHANGES;
    this.#families.put(after, before);
    this.#dirty.add(after.id);
    this.#schedule(after);
    if (after.turns !== before.turns) this.#noteLost(before, after);
    return turnChanges(before, after);
  }

  #noteLost(before: Family, after: Family): void {
    this.#lost.note(before, after);
    for (let oldest = this.#lost.excess(); oldest !== undefined; oldest = this.#lost.excess()) {
      const family = this.#families.of(oldest.key);
      this.#store(family, forgetTurn(family, oldest.uid));
    }
  }

  #schedule(family: Family): void {
    const at = nextDeadline(family, this.#options);
    if (at === undefined) this.#deadlines.delete(family.id);
    else this.#deadlines.set(family.id, at);
  }

  #forgotten(id: string): void {
    this.#deadlines.delete(id);
    this.#dirty.add(id);
  }
}

/** Which turn a sub-agent works for stands in the history of its parent (T5), who may be idle by now. */
function addParent(family: Family, key: string, keys: Set<string>): void {
  const parentKey = family.keys.find((state) => state.key === key)?.parentKey;
  if (parentKey === undefined || keys.has(parentKey)) return;
  keys.add(parentKey);
  addParent(family, parentKey, keys);
}

/** It goes on, or nobody has told how its last run ended. */
function isUntold({ runs }: Family, { key, state }: Child): boolean {
  if (key === '') return false;
  const last = runs.findLast((run) => run.key === key);
  return state !== 'ended' || (last !== undefined && (last.progress !== 'ended' || last.endedBy === 'cut'));
}

const NO_CHANGES: readonly TurnChange[] = [];
