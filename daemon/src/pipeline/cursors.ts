import type { CursorRow, StateBatch } from '../state/batch.ts';

/** Where a JSONL source stopped reading; opaque JSON here. Written together with the turns that were read up to there. */
export class CursorLedger {
  readonly #current = new Map<string, string>();
  readonly #changed = new Map<string, string | null>();
  readonly #source: string;

  constructor(source: string, stored: readonly CursorRow[]) {
    this.#source = source;
    for (const row of stored) if (row.source === source) this.#current.set(row.path, row.json);
  }

  get(path: string): string | undefined {
    return this.#current.get(path);
  }

  paths(): readonly string[] {
    return [...this.#current.keys()];
  }

  set(path: string, json: string): void {
    if (this.#current.get(path) === json) return;
    this.#current.set(path, json);
    this.#changed.set(path, json);
  }

  delete(path: string): void {
    if (this.#current.delete(path)) this.#changed.set(path, null);
  }

  get isDirty(): boolean {
    return this.#changed.size > 0;
  }

  /** What changed since the last call, for one transaction. */
  take(): Pick<StateBatch, 'cursors' | 'removedCursors'> {
    const source = this.#source;
    const changes = [...this.#changed];
    this.#changed.clear();
    return {
      cursors: changes.flatMap(([path, json]) => (json === null ? [] : [{ source, path, json }])),
      removedCursors: changes.flatMap(([path, json]) => (json === null ? [{ source, path }] : [])),
    };
  }
}
