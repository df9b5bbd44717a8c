import type { Session } from '@livestatus/contract';
import type { PipelineStore } from '../../pipeline/pipeline.ts';
import type { RunRow, StateBatch } from '../../state/batch.ts';
import type { Family } from '../../turns/state.ts';

/** What the state file would hold; it outlives the daemon. */
export class MemoryStore implements PipelineStore {
  readonly #families = new Map<string, string>();
  readonly #runs = new Map<string, RunRow>();
  readonly #ended = new Map<string, Session>();

  save(batch: StateBatch): boolean {
    for (const { id, json } of batch.families ?? []) this.#families.set(id, json);
    for (const id of batch.removedFamilies ?? []) this.#families.delete(id);
    for (const run of batch.runs ?? []) this.#runs.set(run.runId, run);
    for (const session of batch.ended ?? []) this.#ended.set(session.id, session);
    for (const id of batch.removedEnded ?? []) this.#ended.delete(id);
    return true;
  }

  get families(): readonly Family[] {
    return [...this.#families.values()].map((json) => JSON.parse(json) as Family);
  }

  get runs(): readonly RunRow[] {
    return [...this.#runs.values()];
  }

  /** Newest end first. */
  recent(limit: number): readonly Session[] {
    return [...this.#ended.values()].sort((a, b) => (b.ended_ms ?? 0) - (a.ended_ms ?? 0)).slice(0, limit);
  }

  endedById(id: string): Session | undefined {
    return this.#ended.get(id);
  }
}
