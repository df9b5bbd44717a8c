import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Session } from '@livestatus/contract';
import type { Logger } from 'pino';
import { Failure } from '../errors.ts';
import type { LinkHealth } from '../server/ports.ts';
import type { Clock } from '../sources/source.ts';
import {
  type CursorRow,
  type DeliveryRow,
  type FamilyRow,
  PendingChanges,
  type RunRow,
  type StateBatch,
} from './batch.ts';
import {
  type ConnectDatabase,
  connectDatabase,
  databaseIdentity,
  makePrivate,
  type OpenedDatabase,
  openDatabase,
  writeAnew,
} from './database.ts';
import { troubleHealth } from './health.ts';
import { endedMs, Rows } from './rows.ts';
import { classify, type StorageTrouble } from './sqlite-errors.ts';

export interface StateOptions {
  /** Absolute. Created with mode 0700. */
  readonly dir: string;
  /** How long ended sessions are kept. */
  readonly retentionMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly connect?: ConnectDatabase;
  readonly newId?: () => string;
}

/** What the last life of the daemon left behind. */
export interface LoadedState {
  readonly families: readonly FamilyRow[];
  readonly cursors: readonly CursorRow[];
  readonly runs: readonly RunRow[];
  /** Deliveries that were not told to the end. */
  readonly deliveries: readonly DeliveryRow[];
  /** Highest sequence number that may have been used. */
  readonly seqCeiling: number;
}

/**
 * The daemon's memory over restarts. Nothing here throws after `openState`: while the disk takes nothing, changes are kept in
 * memory (merged, bounded), `health()` is degraded and says why, and they are written when the disk is back.
 */
export interface StateStore {
  /** Names this daemon in everything it publishes; the same after every restart. */
  readonly daemonId: string;
  load(): LoadedState;
  /** Stores the batch in one transaction, synchronously. False: kept in memory for now. */
  save(batch: StateBatch): boolean;
  /** Ended sessions, newest end first, those that ended before `beforeMs` if given. */
  recent(limit: number, beforeMs?: number): readonly Session[];
  ended(id: string): Session | undefined;
  delivery(id: string): DeliveryRow | undefined;
  /** Keeps the highest sequence number that may be used from now on, at once. False: it could not be written. */
  reserveSeq(ceiling: number): boolean;
  /** Named `state`; shown beside the sinks. */
  health(): LinkHealth;
  /** The listener is told of changes of state or code; returns unsubscribe. */
  onHealth(listener: () => void): () => void;
  /** Tries once more to write what is pending, and lets go of the lock. Idempotent. */
  close(): void;
}

const RETRY_MS = 5000;
/** How often it is looked whether the file is still there when nothing is written. */
const LOOK_MS = 5000;
/** No retry helps here: writing on would make it worse, and the next start sets the file aside. */
const DAMAGED = 'state_corrupt';
const PRUNE_EVERY_MS = 3_600_000;
/** A turn may be continued days later (a late announcement, T4): its runs are remembered at least this long. */
const MIN_RUN_RETENTION_MS = 7 * 86_400_000;

/** Opens the state directory. Throws `Failure` `state_locked` when another daemon uses it; every other trouble is health. */
export function openState(options: StateOptions): StateStore {
  return new Store(options);
}

class Store implements StateStore {
  readonly daemonId: string;
  readonly #options: StateOptions;
  readonly #pending = new PendingChanges();
  readonly #listeners = new Set<() => void>();
  #db: DatabaseSync | undefined;
  #rows: Rows | undefined;
  #health: LinkHealth;
  #cancelRetry: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  /** The file that is open. */
  #identity: string | undefined;
  /** What lies at its place was written by `#makeAnew`. */
  #isCopy = false;
  #lastPruneMs = 0;
  #closed = false;

  constructor(options: StateOptions) {
    this.#options = options;
    this.#health = { name: 'state', state: 'ok', detail: { dir: options.dir }, sinceMs: options.clock.now() };
    const newId = (options.newId ?? randomUUID)();
    this.daemonId = this.#open(newId) ?? newId;
    this.#look();
  }

  load(): LoadedState {
    return (
      this.#attempt(() => {
        if (this.#rows === undefined) return undefined;
        return {
          families: this.#rows.families(),
          cursors: this.#rows.cursors(),
          runs: this.#rows.runs(),
          deliveries: this.#rows.openDeliveries(),
          seqCeiling: this.#rows.seqCeiling(),
        };
      }) ?? { families: [], cursors: [], runs: [], deliveries: [], seqCeiling: 0 }
    );
  }

  save(batch: StateBatch): boolean {
    if (this.#closed) return false;
    this.#pending.add(batch);
    // While a retry is due, batches only gather: a full disk is not pressed on with every event.
    if (this.#cancelRetry !== undefined) return false;
    return this.#flush();
  }

  recent(limit: number, beforeMs = Number.MAX_SAFE_INTEGER): readonly Session[] {
    const pending = this.#pending.ended;
    const stored = this.#attempt(() => this.#rows?.recent(limit + pending.size, beforeMs)) ?? [];
    const fresh = [...pending.values()].filter((session) => session !== null && endedMs(session) < beforeMs);
    return [...stored.filter((session) => !pending.has(session.id)), ...fresh.filter((session) => session !== null)]
      .sort((a, b) => endedMs(b) - endedMs(a) || (a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }

  ended(id: string): Session | undefined {
    const pending = this.#pending.ended.get(id);
    if (pending !== undefined) return pending ?? undefined;
    return this.#attempt(() => this.#rows?.ended(id));
  }

  delivery(id: string): DeliveryRow | undefined {
    const pending = this.#pending.deliveries.get(id);
    if (pending !== undefined) return pending ?? undefined;
    return this.#attempt(() => this.#rows?.delivery(id));
  }

  reserveSeq(ceiling: number): boolean {
    if (this.#rows === undefined || this.#cancelRetry !== undefined) return false;
    const rows = this.#rows;
    const isWritten = this.#attempt(() => {
      rows.setSeqCeiling(ceiling);
      return true;
    });
    return isWritten ?? false;
  }

  health(): LinkHealth {
    return this.#health;
  }

  onHealth(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelLook?.();
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#flush();
    this.#attempt(() => this.#db?.close());
    this.#db = undefined;
    this.#rows = undefined;
  }

  /** Returns the stored daemon id, or undefined when the database cannot be opened now. */
  #open(newId: string): string | undefined {
    const { dir, clock, connect, log } = this.#options;
    try {
      if (!makePrivate(dir)) log.warn({ code: 'state_dir_exposed', dir }, 'others may read the state directory');
      const opened = openDatabase(dir, clock.now(), connect ?? connectDatabase);
      const { rows, daemonId } = adopt(opened.db, opened.setAside?.daemonId ?? newId);
      this.#db = opened.db;
      this.#rows = rows;
      this.#identity = databaseIdentity(dir);
      this.#tellSetAside(opened.setAside);
      return daemonId;
    } catch (error) {
      if (classify(error) === 'locked' && this.#health.state === 'ok')
        throw new Failure('state_locked', `the state directory ${dir} is in use by another daemon`, { cause: error });
      log.debug({ err: error }, 'state cannot be opened');
      this.#fail(error);
      return undefined;
    }
  }

  #tellSetAside(setAside: OpenedDatabase['setAside']): void {
    if (setAside === undefined) return;
    const { reason, to } = setAside;
    const { dir, log, clock } = this.#options;
    log.error({ code: `state_${reason}`, set_aside: to }, 'the state database was set aside and a fresh one begun');
    this.#health = {
      name: 'state',
      state: 'ok',
      detail: { dir, set_aside: to, set_aside_reason: reason },
      sinceMs: clock.now(),
    };
  }

  #flush(): boolean {
    if (this.#health.code === DAMAGED) return false;
    try {
      if (this.#isGone()) this.#makeAnew();
      else if (this.#rows === undefined) this.#reopen();
      if (this.#rows === undefined) return false;
      if (!this.#pending.isEmpty) this.#rows.write(this.#pending);
      this.#pending.clear();
      this.#pruneWhenDue(this.#rows);
      this.#recovered();
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /** What lies in a database that could not be read at the start is of a life that was not continued: only history stays. */
  #reopen(): void {
    if (this.#open(this.daemonId) !== undefined && !this.#isCopy) this.#rows?.clearInFlight();
  }

  #look(): void {
    this.#cancelLook = this.#options.clock.after(LOOK_MS, () => {
      if (this.#cancelRetry === undefined && this.#isGone()) this.#flush();
      if (!this.#closed) this.#look();
    });
  }

  /** Somebody removed the directory or the file, or put another one there: what is written now would be in no directory. */
  #isGone(): boolean {
    return this.#db !== undefined && databaseIdentity(this.#options.dir) !== this.#identity;
  }

  /** The file that is open still holds everything: all of it goes to a new one. Throws while that is impossible. */
  #makeAnew(): void {
    const { dir } = this.#options;
    this.#trouble('gone');
    const old = this.#db;
    if (old === undefined) return;
    writeAnew(old, dir);
    // Closed before the new one is opened: SQLite removes the log of what it closes by its name.
    this.#isCopy = true;
    old.close();
    this.#db = undefined;
    this.#rows = undefined;
    this.#open(this.daemonId);
  }

  #pruneWhenDue(rows: Rows): void {
    const { clock, retentionMs } = this.#options;
    const now = clock.now();
    if (now - this.#lastPruneMs < PRUNE_EVERY_MS) return;
    rows.prune(now - retentionMs, now - Math.max(retentionMs, MIN_RUN_RETENTION_MS));
    this.#lastPruneMs = now;
  }

  /** Runs a read; trouble becomes health, and the caller goes on without an answer. */
  #attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    // While the file is gone, that is what is wrong; why it cannot be made anew is for the log.
    const trouble = this.#isGone() ? 'gone' : classify(error);
    this.#retryLater();
    this.#trouble(trouble, error);
  }

  #retryLater(): void {
    if (this.#cancelRetry !== undefined || this.#closed) return;
    this.#cancelRetry = this.#options.clock.after(RETRY_MS, () => {
      this.#cancelRetry = undefined;
      this.#flush();
    });
  }

  /** Says what is wrong, once. */
  #trouble(trouble: StorageTrouble, error?: unknown): void {
    const { clock, dir, log } = this.#options;
    const next = troubleHealth(trouble, dir, clock.now());
    if (this.#health.code === next.code) return;
    log.error({ ...(error !== undefined && { err: error }), code: next.code }, 'state is kept in memory only');
    this.#setHealth(next);
  }

  #recovered(): void {
    if (this.#health.state === 'ok') return;
    const { clock, dir, log } = this.#options;
    log.info({ dropped: this.#pending.dropped }, 'state is on disk again');
    this.#setHealth({ name: 'state', state: 'ok', detail: { dir }, sinceMs: clock.now() });
  }

  #setHealth(health: LinkHealth): void {
    this.#health = health;
    for (const listener of this.#listeners) listener();
  }
}

/** Takes an opened database into use; closes it, and so its lock, when that fails. */
function adopt(db: DatabaseSync, newId: string): { rows: Rows; daemonId: string } {
  try {
    const rows = new Rows(db);
    return { rows, daemonId: rows.daemonId(newId) };
  } catch (error) {
    db.close();
    throw error;
  }
}
