import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Session } from '@livestatus/contract';
import type { CursorRow, DeliveryRow, FamilyRow, PendingChanges, RunRow } from './batch.ts';

/** Prepared statements over one connection. Every method may throw what SQLite throws. */
export class Rows {
  readonly #db: DatabaseSync;
  readonly #putFamily: StatementSync;
  readonly #deleteFamily: StatementSync;
  readonly #putCursor: StatementSync;
  readonly #deleteCursor: StatementSync;
  readonly #putRun: StatementSync;
  readonly #putEnded: StatementSync;
  readonly #deleteEnded: StatementSync;
  readonly #recent: StatementSync;
  readonly #endedById: StatementSync;
  readonly #putDelivery: StatementSync;
  readonly #deleteDelivery: StatementSync;
  readonly #deliveryById: StatementSync;
  /** Rows of `ended` that could not be read back; they are skipped. */
  unreadable = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#putFamily = db.prepare(
      'INSERT INTO families (id, json) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json',
    );
    this.#deleteFamily = db.prepare('DELETE FROM families WHERE id = ?');
    this.#putCursor = db.prepare(
      'INSERT INTO cursors (source, path, json) VALUES (?, ?, ?) ON CONFLICT (source, path) DO UPDATE SET json = excluded.json',
    );
    this.#deleteCursor = db.prepare('DELETE FROM cursors WHERE source = ? AND path = ?');
    this.#putRun = db.prepare(
      'INSERT INTO runs (run_id, turn, seen_ms) VALUES (?, ?, ?) ON CONFLICT (run_id) DO UPDATE SET turn = excluded.turn, seen_ms = excluded.seen_ms',
    );
    this.#putEnded = db.prepare(
      'INSERT INTO ended (id, ended_ms, json) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET ended_ms = excluded.ended_ms, json = excluded.json',
    );
    this.#deleteEnded = db.prepare('DELETE FROM ended WHERE id = ?');
    this.#recent = db.prepare('SELECT json FROM ended WHERE ended_ms < ? ORDER BY ended_ms DESC, id LIMIT ?');
    this.#endedById = db.prepare('SELECT json FROM ended WHERE id = ?');
    this.#putDelivery = db.prepare(
      'INSERT INTO deliveries (id, json, is_open, seen_ms) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json, is_open = excluded.is_open, seen_ms = excluded.seen_ms',
    );
    this.#deleteDelivery = db.prepare('DELETE FROM deliveries WHERE id = ?');
    this.#deliveryById = db.prepare('SELECT id, json, is_open, seen_ms FROM deliveries WHERE id = ?');
  }

  /** Writes everything in one transaction; when it throws, nothing was written. */
  write(changes: PendingChanges): void {
    this.#transaction(() => {
      for (const [id, family] of changes.families) {
        if (family === null) this.#deleteFamily.run(id);
        else this.#putFamily.run(id, family.json);
      }
      for (const { source, path, json } of changes.cursors.values()) {
        if (json === null) this.#deleteCursor.run(source, path);
        else this.#putCursor.run(source, path, json);
      }
      for (const { runId, turn, seenMs } of changes.runs.values()) this.#putRun.run(runId, turn, seenMs);
      for (const [id, session] of changes.ended) {
        if (session === null) this.#deleteEnded.run(id);
        else this.#putEnded.run(id, endedMs(session), JSON.stringify(session));
      }
      for (const [id, row] of changes.deliveries) {
        if (row === null) this.#deleteDelivery.run(id);
        else this.#putDelivery.run(id, row.json, row.isOpen ? 1 : 0, row.seenMs);
      }
    });
  }

  /** Drops what ended, and runs and deliveries that were last seen, before these times; gives some free pages back to the disk. */
  prune(endedBeforeMs: number, runsBeforeMs: number): void {
    this.#transaction(() => {
      this.#db.prepare('DELETE FROM ended WHERE ended_ms < ?').run(endedBeforeMs);
      this.#db.prepare('DELETE FROM runs WHERE seen_ms < ?').run(runsBeforeMs);
      this.#db.prepare('DELETE FROM deliveries WHERE seen_ms < ?').run(runsBeforeMs);
    });
    this.#db.exec('PRAGMA incremental_vacuum(1000)');
  }

  /** Forgets turns in flight and positions: they are of a life that was never continued. */
  clearInFlight(): void {
    this.#db.exec('BEGIN; DELETE FROM families; DELETE FROM cursors; COMMIT;');
  }

  families(): FamilyRow[] {
    return this.#all('SELECT id, json FROM families ORDER BY id').map((row) => ({
      id: text(row.id),
      json: text(row.json),
    }));
  }

  cursors(): CursorRow[] {
    const rows = this.#all('SELECT source, path, json FROM cursors ORDER BY source, path');
    return rows.map((row) => ({ source: text(row.source), path: text(row.path), json: text(row.json) }));
  }

  runs(): RunRow[] {
    const rows = this.#all('SELECT run_id, turn, seen_ms FROM runs ORDER BY seen_ms, run_id');
    return rows.map((row) => ({ runId: text(row.run_id), turn: text(row.turn), seenMs: Number(row.seen_ms) }));
  }

  /** Those that are not told to the end, the oldest first. */
  openDeliveries(): DeliveryRow[] {
    return this.#all('SELECT id, json, is_open, seen_ms FROM deliveries WHERE is_open = 1 ORDER BY seen_ms, id').map(
      toDelivery,
    );
  }

  delivery(id: string): DeliveryRow | undefined {
    const row = this.#deliveryById.get(id);
    return row === undefined ? undefined : toDelivery(row);
  }

  /** Highest sequence number that may have been used; 0 if none was. */
  seqCeiling(): number {
    return Number(this.#db.prepare("SELECT value FROM meta WHERE key = 'seq_ceiling'").get()?.value ?? 0);
  }

  setSeqCeiling(ceiling: number): void {
    this.#db
      .prepare(
        "INSERT INTO meta (key, value) VALUES ('seq_ceiling', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      )
      .run(String(ceiling));
  }

  /** Newest end first. */
  recent(limit: number, beforeMs: number): Session[] {
    return this.#recent.all(beforeMs, limit).flatMap((row) => this.#decode(row.json));
  }

  ended(id: string): Session | undefined {
    return this.#decode(this.#endedById.get(id)?.json)[0];
  }

  /** The stored id, or `fallback` from now on. */
  daemonId(fallback: string): string {
    this.#db.prepare("INSERT INTO meta (key, value) VALUES ('daemon_id', ?) ON CONFLICT DO NOTHING").run(fallback);
    return text(this.#db.prepare("SELECT value FROM meta WHERE key = 'daemon_id'").get()?.value);
  }

  #all(sql: string): Record<string, unknown>[] {
    return this.#db.prepare(sql).all();
  }

  #transaction(body: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      body();
      this.#db.exec('COMMIT');
    } catch (error) {
      // SQLite has rolled back by itself after some errors (a full disk, say).
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #decode(json: unknown): Session[] {
    if (json === undefined) return [];
    try {
      const value: unknown = JSON.parse(text(json));
      if (isSession(value)) return [value];
    } catch {
      // Counted below, like JSON of another shape.
    }
    this.unreadable++;
    return [];
  }
}

export function endedMs(session: Session): number {
  return session.ended_ms ?? session.last_event_ms;
}

function toDelivery(row: Record<string, unknown>): DeliveryRow {
  return { id: text(row.id), json: text(row.json), isOpen: row.is_open === 1, seenMs: Number(row.seen_ms) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What everything downstream relies on; the rest of a session is data to show. */
function isSession(value: unknown): value is Session {
  if (typeof value !== 'object' || value === null) return false;
  const session: Partial<Record<keyof Session, unknown>> = value;
  const texts = [session.id, session.session_key, session.status, session.daemon_id];
  const numbers = [session.started_ms, session.last_event_ms, session.seq];
  return (
    texts.every((field) => typeof field === 'string') &&
    numbers.every((field) => typeof field === 'number') &&
    Array.isArray(session.steps) &&
    typeof session.agent === 'object'
  );
}
