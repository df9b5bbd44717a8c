import type { AgentEvent, KeySyncedEvent } from '../../turns/events.ts';
import type { Family } from '../../turns/state.ts';
import { brokenInvariants } from '../../turns/testing/invariants.ts';
import { TurnTracker } from '../../turns/tracker.ts';
import type { Turn } from '../../turns/turn.ts';

/** Longer than any deadline of the machine, and short enough that no ended turn is forgotten on the way. */
const SETTLING_MS = 9 * 60_000;

/** Plays events to a tracker at the times at which they came, checks the invariants, and remembers what was shown. */
export class Player {
  #tracker = new TurnTracker();
  #families = new Map<string, Family>();
  readonly #shown = new Set<string>();
  #now = 0;

  /** Names of all turns that were ever shown, taken back or not. */
  get shown(): ReadonlySet<string> {
    return this.#shown;
  }

  play(events: readonly AgentEvent[]): this {
    for (const event of events) {
      this.#advance(event.at);
      this.#note(this.#tracker.apply(event, this.#now));
    }
    return this;
  }

  /** The daemon dies after what it has heard so far, and comes back at once with what its state file holds. */
  restart(): this {
    const kept = [...this.#families.values()].filter((family) => family.turns.length > 0);
    this.#tracker = new TurnTracker();
    this.#tracker.restore(JSON.parse(JSON.stringify(kept)) as Family[]);
    this.#families = new Map(kept.map((family) => [family.id, family]));
    return this.tell({ type: 'source.lost', key: '', at: this.#now });
  }

  /** A truthful gateway: which of the open keys' runs are active. */
  sync(isActive: (runId: string) => boolean): this {
    const runs = [...this.#families.values()].flatMap((family) => family.runs);
    for (const key of this.#tracker.openKeys()) {
      const activeRunIds = runs.filter((run) => run.key === key && isActive(run.runId)).map((run) => run.runId);
      const hasActiveRun = activeRunIds.length > 0;
      const row: KeySyncedEvent = {
        type: 'key.synced',
        key,
        at: this.#now,
        activeRunIds,
        hasActiveRun,
        abortedLastRun: false,
        killed: false,
      };
      this.tell({ ...row, ends: [], ...(!hasActiveRun && { waiting: true }) });
    }
    return this.tell({ type: 'source.synced', key: '', at: this.#now });
  }

  tell(event: AgentEvent): this {
    this.#note(this.#tracker.apply(event, this.#now));
    return this;
  }

  /** The clock goes on until nothing is due any more. */
  settle(): this {
    this.#advance(this.#now + SETTLING_MS);
    return this;
  }

  /** The state that the key belongs to, deeply frozen: whoever writes to it throws. */
  familyOf(key: string): Family | undefined {
    return this.families.find((family) => family.keys.some((state) => state.key === key));
  }

  get families(): readonly Family[] {
    return [...this.#families.values()];
  }

  get now(): number {
    return this.#now;
  }

  get turns(): readonly Turn[] {
    return this.#tracker.turns();
  }

  /** What a reader of all turns would compare. */
  get summary(): readonly string[] {
    return this.turns
      .map(({ name, phase, toolCalls, usage, steps }) => {
        const outcomes = steps.filter((step) => step.kind === 'tool').map((step) => `${step.id} ${step.status}`);
        return [name, phase.status, toolCalls, usage?.total ?? 0, ...outcomes.sort()].join(' | ');
      })
      .sort();
  }

  #advance(to: number): void {
    while (this.#tracker.deadline <= to) {
      this.#now = Math.max(this.#now, this.#tracker.deadline);
      this.#note(this.#tracker.advance(this.#now));
    }
    this.#now = Math.max(this.#now, to);
  }

  #note(changes: ReturnType<TurnTracker['apply']>): void {
    for (const { after } of changes) if (after !== undefined) this.#shown.add(after.name);
    for (const { id, family } of this.#tracker.takeDirty()) {
      if (family === undefined) {
        this.#families.delete(id);
        continue;
      }
      const broken = brokenInvariants(this.#families.get(id), family);
      if (broken.length > 0) throw new Error(broken.join('; '));
      this.#families.set(id, frozen(family));
    }
  }
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}
