import { chmodSync, closeSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from './schema.ts';
import { classify } from './sqlite-errors.ts';

export const DATABASE_FILE = 'state.db';

/** How long to wait for a lock: a daemon that is just stopping lets go of it within this. */
const LOCK_WAIT_MS = 1000;

/** Why a database was put aside. */
export type SetAsideReason = 'corrupt' | 'newer' | 'foreign';

export interface OpenedDatabase {
  readonly db: DatabaseSync;
  /** Present when what was there could not be used and was renamed to `to`. */
  readonly setAside?: { readonly reason: SetAsideReason; readonly to: string; readonly daemonId?: string };
}

/** Opens one connection to the file; an argument so that tests can give it a small disk. */
export type ConnectDatabase = (path: string) => DatabaseSync;

export const connectDatabase: ConnectDatabase = (path) => new DatabaseSync(path);

/** Makes sure the directory is there, and readable by its owner alone; false if its mode cannot be changed. */
export function makePrivate(dir: string): boolean {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if ((statSync(dir).mode & 0o077) === 0) return true;
  try {
    chmodSync(dir, 0o700);
    return true;
  } catch {
    // Somebody else's directory that we may write to: usable, if not private.
    return false;
  }
}

/**
 * Opens `dir/state.db`, created or brought to the current schema, and locks it for this process alone until it is closed.
 * The lock is SQLite's own (`locking_mode=EXCLUSIVE`): the kernel drops it with the process, so kill -9 leaves none behind.
 * It is a POSIX lock: nothing else in this process may open and close that file meanwhile, or the lock is gone.
 *
 * A file that is corrupt, of a newer version or not ours is renamed and a fresh one begun. Throws what SQLite or the file
 * system throws otherwise; `classify` tells what it means.
 */
export function openDatabase(dir: string, nowMs: number, connect: ConnectDatabase): OpenedDatabase {
  const path = join(dir, DATABASE_FILE);
  const first = tryOpen(path, connect);
  if ('db' in first) return first;
  const to = setAside(path, `${path}.${first.unusable}-${timestamp(nowMs)}`);
  const second = tryOpen(path, connect);
  if (!('db' in second)) throw new Error(`a fresh ${DATABASE_FILE} is unusable: ${second.unusable}`);
  const daemonId = first.daemonId === undefined ? {} : { daemonId: first.daemonId };
  return { db: second.db, setAside: { reason: first.unusable, to, ...daemonId } };
}

/** Which file stands at `dir/state.db`, to be compared; undefined = none, or it cannot be looked at. */
export function databaseIdentity(dir: string): string | undefined {
  try {
    const { dev, ino } = statSync(join(dir, DATABASE_FILE), { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/**
 * Writes all of an open database, whose file somebody removed, to its old place. The caller then closes it, and opens the new
 * one after that. Throws when it is not possible, or when another file stands there (EEXIST), which stays as it is.
 */
export function writeAnew(db: DatabaseSync, dir: string): void {
  makePrivate(dir);
  const path = join(dir, DATABASE_FILE);
  closeSync(openSync(path, 'wx', 0o600));
  // A log that was left behind belongs to the removed file; SQLite would apply it to the new one.
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  try {
    db.prepare('VACUUM INTO ?').run(path);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

type Attempt = { readonly db: DatabaseSync } | { readonly unusable: SetAsideReason; readonly daemonId?: string };

function tryOpen(path: string, connect: ConnectDatabase): Attempt {
  // SQLite would create it readable by all; its -wal file takes over the mode.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const db = connect(path);
  try {
    const unusable = prepare(db);
    if (unusable === undefined) return { db };
    const daemonId = readDaemonId(db);
    db.close();
    return daemonId === undefined ? { unusable } : { unusable, daemonId };
  } catch (error) {
    if (db.isOpen) db.close();
    if (classify(error) === 'corrupt') return { unusable: 'corrupt' };
    throw error;
  }
}

/** Takes the lock, checks whose file it is and brings it to the current schema. */
function prepare(db: DatabaseSync): SetAsideReason | undefined {
  db.exec(`PRAGMA busy_timeout=${LOCK_WAIT_MS}; PRAGMA locking_mode=EXCLUSIVE;`);
  const version = pragma(db, 'user_version');
  const isNew = version === 0 && db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0;
  // Must come before the first table; a freed page then goes back to the file system after pruning.
  if (isNew) db.exec('PRAGMA auto_vacuum=INCREMENTAL');
  else if (pragma(db, 'application_id') !== APPLICATION_ID) return 'foreign';
  else if (version > SCHEMA_VERSION) return 'newer';
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=16777216;
    PRAGMA secure_delete=FAST; BEGIN EXCLUSIVE; COMMIT;`);
  if (!isNew && db.prepare('PRAGMA quick_check(1)').get()?.quick_check !== 'ok') return 'corrupt';
  for (let from = version; from < SCHEMA_VERSION; from++) migrate(db, from);
  return undefined;
}

function migrate(db: DatabaseSync, from: number): void {
  db.exec(
    `BEGIN; ${MIGRATIONS[from]}; PRAGMA application_id=${APPLICATION_ID}; PRAGMA user_version=${from + 1}; COMMIT;`,
  );
}

function pragma(db: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

/** The id outlives a database that cannot be used otherwise, so that the daemon stays the owner of its sessions (D3). */
function readDaemonId(db: DatabaseSync): string | undefined {
  try {
    const value = db.prepare("SELECT value FROM meta WHERE key = 'daemon_id'").get()?.value;
    return typeof value === 'string' && /^[A-Za-z0-9_:-]{1,64}$/.test(value) ? value : undefined;
  } catch {
    // No such table, or unreadable: then there is no id to keep.
    return undefined;
  }
}

/** Renames the database with its -wal and -shm, and returns its new path. Nothing is overwritten. */
function setAside(path: string, wanted: string): string {
  let target = wanted;
  for (let n = 2; exists(target); n++) target = `${wanted}-${n}`;
  for (const suffix of ['', '-wal', '-shm']) if (exists(path + suffix)) renameSync(path + suffix, target + suffix);
  return target;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** `20261123T182900Z`: sorts by time and needs no escaping. */
function timestamp(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
}
