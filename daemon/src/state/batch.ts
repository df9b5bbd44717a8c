import type { Session } from '@livestatus/contract';

/**
 * One family of turns as the reducer's owner serialises it; opaque here. Of a family that is saved, `json` is read when it is
 * written and never kept: a getter makes one text at a time instead of those of all families at once.
 */
export interface FamilyRow {
  readonly id: string;
  readonly json: string;
}

/** Where a source stopped reading `path`; opaque here. */
export interface CursorRow {
  readonly source: string;
  readonly path: string;
  readonly json: string;
}

/** Which turn a run of the runtime belongs to (T1), and when that run was last heard of (daemon's clock). */
export interface RunRow {
  readonly runId: string;
  readonly turn: string;
  readonly seenMs: number;
}

/** What is known of a session's way to a sink; opaque here. `json` is read when it is written. */
export interface DeliveryRow {
  readonly id: string;
  readonly json: string;
  /** Not told to the end yet: read back at the next start. */
  readonly isOpen: boolean;
  readonly seenMs: number;
}

/** Changes that belong together: all of them are stored, or none. Within a list the later entry for an id wins. */
export interface StateBatch {
  readonly families?: readonly FamilyRow[];
  readonly removedFamilies?: readonly string[];
  readonly cursors?: readonly CursorRow[];
  readonly removedCursors?: readonly { readonly source: string; readonly path: string }[];
  readonly runs?: readonly RunRow[];
  /** Final states, already redacted and published. A session without `ended_ms` counts as ended at `last_event_ms`. */
  readonly ended?: readonly Session[];
  /** Withdrawn, or active again (T4's late announcement). */
  readonly removedEnded?: readonly string[];
  readonly deliveries?: readonly DeliveryRow[];
  readonly removedDeliveries?: readonly string[];
}

/** Most that is remembered of each kind while the disk takes nothing; beyond it the oldest goes. */
const MAX_PENDING_ENDED = 2000;
const MAX_PENDING_RUNS = 20_000;
const MAX_PENDING_DELIVERIES = 20_000;

/**
 * What has not reached the disk yet: batches merged by key, so that an outage of any length is bounded by the number of
 * things and not by the number of changes. A null value is a removal.
 */
export class PendingChanges {
  readonly families = new Map<string, FamilyRow | null>();
  readonly cursors = new Map<string, CursorChange>();
  readonly runs = new Map<string, RunRow>();
  readonly ended = new Map<string, Session | null>();
  readonly deliveries = new Map<string, DeliveryRow | null>();
  /** Ended turns, runs and deliveries that were let go of because the bound was reached. */
  dropped = 0;

  get isEmpty(): boolean {
    return this.#maps().every((map) => map.size === 0);
  }

  add(batch: StateBatch): void {
    for (const family of batch.families ?? []) this.families.set(family.id, family);
    for (const id of batch.removedFamilies ?? []) this.families.set(id, null);
    for (const { source, path, json } of batch.cursors ?? []) this.setCursor({ source, path, json });
    for (const { source, path } of batch.removedCursors ?? []) this.setCursor({ source, path, json: null });
    for (const run of batch.runs ?? []) this.runs.set(run.runId, run);
    for (const session of batch.ended ?? []) this.ended.set(session.id, session);
    for (const id of batch.removedEnded ?? []) this.ended.set(id, null);
    for (const delivery of batch.deliveries ?? []) this.deliveries.set(delivery.id, delivery);
    for (const id of batch.removedDeliveries ?? []) this.deliveries.set(id, null);
    this.dropped += trimOldest(this.ended, MAX_PENDING_ENDED) + trimOldest(this.runs, MAX_PENDING_RUNS);
    this.dropped += trimOldest(this.deliveries, MAX_PENDING_DELIVERIES);
  }

  clear(): void {
    for (const map of this.#maps()) map.clear();
  }

  #maps(): readonly Map<string, unknown>[] {
    return [this.families, this.cursors, this.runs, this.ended, this.deliveries];
  }

  private setCursor(change: CursorChange): void {
    this.cursors.set(`${change.source}\0${change.path}`, change);
  }
}

export interface CursorChange {
  readonly source: string;
  readonly path: string;
  readonly json: string | null;
}

/** Maps iterate in order of insertion: the first keys are the oldest. */
function trimOldest(map: Map<string, unknown>, max: number): number {
  const excess = Math.max(0, map.size - max);
  const keys = map.keys();
  for (let n = 0; n < excess; n++) map.delete(keys.next().value ?? '');
  return excess;
}
