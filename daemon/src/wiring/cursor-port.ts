import type { CursorLedger } from '../pipeline/cursors.ts';
import type { Cursor, CursorPort } from '../sources/openclaw-jsonl/cursor.ts';

/** The JSONL source's cursors, kept in the ledger that is written together with the turns. */
export function cursorPort(ledger: CursorLedger): CursorPort {
  return {
    load: () => ledger.paths().flatMap((path) => decode(ledger.get(path))),
    set: (cursor) => ledger.set(cursor.path, JSON.stringify(cursor)),
    delete: (path) => ledger.delete(path),
  };
}

/** What does not look like a cursor is left out: its transcript is then read from its lock again. */
function decode(json: string | undefined): readonly Cursor[] {
  if (json === undefined) return [];
  try {
    const value = JSON.parse(json) as Partial<Cursor> | null;
    const whole = typeof value?.path === 'string' && typeof value.offset === 'number' && typeof value.run === 'object';
    return whole ? [value as Cursor] : [];
  } catch {
    return [];
  }
}
