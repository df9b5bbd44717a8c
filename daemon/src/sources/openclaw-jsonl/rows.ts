import type { AgentEvent } from '../../turns/events.ts';
import type { RowFacts } from './session-index.ts';

/** Sub-agents nest; more than this is a loop of broken entries. */
const MAX_DEPTH = 8;

export interface RowsPorts {
  factsOf(key: string): RowFacts | undefined;
  emit(event: AgentEvent): void;
  now(): number;
}

/**
 * Tells the rows of the sessions that have a run on, and of those that spawned them: before the run begins, so that it is never
 * shown by an old route, and again when they change. Rows of idle sessions are not told.
 */
export class Rows {
  readonly #ports: RowsPorts;
  readonly #open = new Map<string, number>();
  readonly #told = new Map<string, string>();

  constructor(ports: RowsPorts) {
    this.#ports = ports;
  }

  opened(key: string): void {
    this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    for (const member of this.#lineage(key)) this.#tell(member, true);
  }

  closed(key: string): void {
    const left = (this.#open.get(key) ?? 1) - 1;
    if (left > 0) this.#open.set(key, left);
    else this.#open.delete(key);
    const wanted = new Set([...this.#open.keys()].flatMap((open) => this.#lineage(open)));
    for (const told of this.#told.keys()) if (!wanted.has(told)) this.#told.delete(told);
  }

  /** After an index has changed. */
  refresh(): void {
    for (const key of this.#open.keys()) for (const member of this.#lineage(key)) this.#tell(member, false);
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  #tell(key: string, again: boolean): void {
    const facts = this.#ports.factsOf(key);
    if (facts === undefined) return;
    const print = JSON.stringify(facts);
    if (!again && this.#told.get(key) === print) return;
    this.#told.set(key, print);
    this.#ports.emit({ type: 'row', key, at: this.#ports.now(), ...facts });
  }

  /** The key's ancestors, oldest first, and itself. */
  #lineage(key: string): readonly string[] {
    const lineage: string[] = [];
    for (let next: string | undefined = key; next !== undefined; next = this.#ports.factsOf(next)?.spawnedBy) {
      if (lineage.includes(next) || lineage.length === MAX_DEPTH) break;
      lineage.unshift(next);
    }
    return lineage;
  }
}
