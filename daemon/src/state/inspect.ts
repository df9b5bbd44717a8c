import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DATABASE_FILE } from './database.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts';
import { classify } from './sqlite-errors.ts';

/** What a look at the state directory found; nothing of it is changed. */
export type StateInspection =
  /** Neither directory nor database yet; the daemon will make them. */
  | { readonly kind: 'new' }
  | { readonly kind: 'ok'; readonly ended: number; readonly bytes: number; readonly exposed: boolean }
  /** A running daemon has it locked. */
  | { readonly kind: 'in_use' }
  /** The daemon will set it aside and begin a fresh one. */
  | { readonly kind: 'unusable'; readonly reason: 'corrupt' | 'newer' | 'foreign' }
  | { readonly kind: 'unwritable'; readonly code: string };

/** Looks at `dir` as the daemon would find it. Never throws, never takes the daemon's lock. */
export function inspectState(dir: string): StateInspection {
  try {
    const existing = nearestExisting(dir);
    if (!statSync(existing).isDirectory()) return { kind: 'unwritable', code: 'ENOTDIR' };
    accessSync(existing, constants.W_OK | constants.X_OK);
    const file = join(dir, DATABASE_FILE);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined || stats.size === 0) return { kind: 'new' };
    return inspectDatabase(file, stats.size, (statSync(dir).mode & 0o077) !== 0);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { kind: 'unwritable', code };
  }
}

function nearestExisting(path: string): string {
  let current = path;
  while (statSync(current, { throwIfNoEntry: false }) === undefined && dirname(current) !== current)
    current = dirname(current);
  return current;
}

function inspectDatabase(file: string, bytes: number, exposed: boolean): StateInspection {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    if (db.prepare('PRAGMA application_id').get()?.application_id !== APPLICATION_ID)
      return { kind: 'unusable', reason: 'foreign' };
    const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
    if (version > SCHEMA_VERSION) return { kind: 'unusable', reason: 'newer' };
    if (db.prepare('PRAGMA quick_check(1)').get()?.quick_check !== 'ok') return { kind: 'unusable', reason: 'corrupt' };
    const ended = Number(db.prepare('SELECT count(*) AS n FROM ended').get()?.n);
    return { kind: 'ok', ended, bytes, exposed };
  } catch (error) {
    const trouble = classify(error);
    if (trouble === 'locked') return { kind: 'in_use' };
    if (trouble === 'corrupt') return { kind: 'unusable', reason: 'corrupt' };
    throw error;
  } finally {
    db.close();
  }
}
