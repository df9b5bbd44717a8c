import type { AgentEvent } from './events.ts';
import { advance, DEFAULT_OPTIONS, nameWaiting, nextDeadline, type ReduceOptions, reduce } from './reduce.ts';
import { emptyFamily, type Family } from './state.ts';
import type { Turn } from './turn.ts';

/** What one event or deadline changed; turns that are held back (T1, T7) do not appear. */
export interface TurnChange {
  readonly before: Turn | undefined;
  /** Undefined: withdrawn (T7), or folded into another turn before it had ended. */
  readonly after: Turn | undefined;
}

export interface TrackerOptions extends Partial<ReduceOptions> {
  /**
   * Whether a run was seen before, in this life of the daemon or an earlier one, and its turn is over (T8). Called for
   * runs that no family knows.
   */
  readonly isOldRun?: (runId: string) => boolean;
}

/**
 * Holds the families and routes each event to its own; the mutable shell around the pure machine. The cost of an event does
 * not depend on how many families there are. No I/O, no timers: the caller asks `deadline` and calls `advance`.
 */
export class TurnTracker {
  readonly #families = new Map<string, Family>();
  readonly #familyOf = new Map<string, string>();
  readonly #deadlines = new Map<string, number>();
  readonly #dirty = new Set<string>();
  readonly #options: ReduceOptions;
  readonly #isOldRun: (runId: string) => boolean;
  #nextDeadline = Number.POSITIVE_INFINITY;

  constructor(options: TrackerOptions = {}) {
    this.#options = { ...DEFAULT_OPTIONS, ...options };
    this.#isOldRun = options.isOldRun ?? (() => false);
  }

  /** Families of an earlier life; call before the first event. */
  restore(families: readonly Family[]): void {
    for (const family of families) {
      this.#families.set(family.id, family);
      for (const key of Object.keys(family.keys)) this.#familyOf.set(key, family.id);
      for (const run of Object.values(family.runs)) this.#familyOf.set(run.key, family.id);
      this.#familyOf.set(family.id, family.id);
      this.#schedule(family);
    }
  }

  /** Applies one event at `now`. Families without anything worth keeping are forgotten. */
  apply(event: AgentEvent, now: number): readonly TurnChange[] {
    if (event.type === 'source.lost' || event.type === 'source.synced') {
      return [...this.#families.values()].flatMap((family) =>
        this.#store(family, reduce(family, event, now, this.#options)),
      );
    }
    this.#link(event);
    const family = this.#family(event.key);
    if (this.#isStale(family, event)) return [];
    return this.#store(family, reduce(family, event, now, this.#options));
  }

  /** Earliest time at which `advance` has something to do; Infinity = never. */
  get deadline(): number {
    return this.#nextDeadline;
  }

  advance(now: number): readonly TurnChange[] {
    const due = [...this.#deadlines].filter(([, at]) => at <= now).map(([id]) => id);
    const changes = due.flatMap((id) => {
      const family = this.#families.get(id);
      return family === undefined ? [] : this.#store(family, advance(family, now, this.#options));
    });
    this.#nextDeadline = Number.POSITIVE_INFINITY;
    for (const at of this.#deadlines.values()) this.#nextDeadline = Math.min(this.#nextDeadline, at);
    return changes;
  }

  /** Ids of families changed since the last call, with their state; undefined = gone. For the state file. */
  takeDirty(): readonly { readonly id: string; readonly family: Family | undefined }[] {
    const dirty = [...this.#dirty].map((id) => ({ id, family: this.#families.get(id) }));
    this.#dirty.clear();
    return dirty;
  }

  /** Session keys that have an open turn: a source reads their history after a reconnect. */
  openKeys(): readonly string[] {
    const keys = new Set<string>();
    for (const family of this.#families.values()) {
      for (const state of family.turns) {
        if (state.turn.phase.status !== 'active') continue;
        keys.add(state.turn.key);
        for (const child of state.children) if (child.key !== '' && child.state !== 'ended') keys.add(child.key);
      }
    }
    return [...keys];
  }

  /** All turns that are shown, as they are now. */
  turns(): readonly Turn[] {
    return [...this.#families.values()].flatMap((family) => shown(family));
  }

  /**
   * Names every turn that still waits for its name, as if no request could come any more (Replay: the clock stops at the
   * last line).
   */
  nameAll(): readonly TurnChange[] {
    return [...this.#families.values()].flatMap((family) => this.#store(family, nameWaiting(family, this.#options)));
  }

  /** A child's key belongs to its parent's family from the first word about it. */
  #link(event: AgentEvent): void {
    if (event.type === 'row' || event.type === 'run.started') {
      if (event.spawnedBy !== undefined) this.#adopt(event.key, event.spawnedBy);
    } else if (event.type === 'tool' && event.child !== undefined) {
      this.#adopt(event.child.key, event.key);
    }
  }

  #adopt(key: string, parentKey: string): void {
    if (key === parentKey) return;
    const own = this.#familyOf.get(key);
    const parent = this.#familyOf.get(parentKey) ?? parentKey;
    if (own === parent) return;
    const orphan = own === undefined ? undefined : this.#families.get(own);
    // A child that already has a box of its own keeps it (T5).
    if (orphan !== undefined && orphan.turns.length > 0) return;
    this.#familyOf.set(parentKey, parent);
    this.#familyOf.set(key, parent);
    if (orphan !== undefined && own !== undefined) this.#merge(orphan, own, parent);
  }

  #merge(orphan: Family, own: string, parent: string): void {
    const target = this.#families.get(parent) ?? emptyFamily(parent);
    this.#families.set(parent, { ...target, keys: { ...orphan.keys, ...target.keys } });
    for (const key of Object.keys(orphan.keys)) this.#familyOf.set(key, parent);
    this.#families.delete(own);
    this.#deadlines.delete(own);
    this.#dirty.add(own).add(parent);
  }

  #family(key: string): Family {
    const id = this.#familyOf.get(key) ?? key;
    this.#familyOf.set(key, id);
    return this.#families.get(id) ?? emptyFamily(id);
  }

  /** T8: a run of an earlier life whose turn is over says nothing new. */
  #isStale(family: Family, event: AgentEvent): boolean {
    if (!('run' in event) || event.run === undefined || Object.hasOwn(family.runs, event.run.runId)) return false;
    return this.#isOldRun(event.run.runId);
  }

  #store(before: Family, after: Family): readonly TurnChange[] {
    if (after === before) return [];
    this.#families.set(after.id, after);
    this.#dirty.add(after.id);
    this.#schedule(after);
    return changesBetween(before, after);
  }

  #schedule(family: Family): void {
    const at = nextDeadline(family, this.#options);
    if (at === undefined) this.#deadlines.delete(family.id);
    else {
      this.#deadlines.set(family.id, at);
      // May be too early after a later deadline replaced an earlier one: then `advance` finds nothing due.
      this.#nextDeadline = Math.min(this.#nextDeadline, at);
    }
  }
}

function shown(family: Family): readonly Turn[] {
  return family.turns.filter((state) => !state.turn.hidden && !state.withdrawn).map((state) => state.turn);
}

function changesBetween(before: Family, after: Family): readonly TurnChange[] {
  if (before.turns === after.turns) return [];
  const old = new Map(shown(before).map((turn) => [turn.name, turn]));
  const changes: TurnChange[] = [];
  for (const turn of shown(after)) {
    const previous = old.get(turn.name);
    old.delete(turn.name);
    if (previous !== turn) changes.push({ before: previous, after: turn });
  }
  // An ended turn that merely grew old stays published; only what was taken back is gone.
  for (const gone of old.values()) if (isTakenBack(after, gone)) changes.push({ before: gone, after: undefined });
  return changes;
}

function isTakenBack(after: Family, gone: Turn): boolean {
  const state = after.turns.find((candidate) => candidate.turn.name === gone.name);
  return state !== undefined || gone.phase.status === 'active';
}
