import { type BatchAnswer, type ChangeResult, type HeldEntry, LIMITS, type Session } from '@livestatus/contract';
import { type Batch, BatchMaker, type BatchOptions } from './batch.ts';
import { type Entry, OURS, type Standing, type Wanted } from './entry.ts';

export interface OutboxOptions extends BatchOptions {
  /** Least time between the beginnings of two batches. */
  readonly throttleMs: number;
  /** Told what became of each session, synchronously; must not call back into the outbox. */
  readonly onReceipt: (receipt: Receipt) => void;
}

/** What became of a request. */
export type BatchOutcome =
  | { readonly kind: 'answered'; readonly answer: BatchAnswer }
  /** It may have arrived or not: timeout, cut connection, 5xx (D5). */
  | { readonly kind: 'unclear' }
  /** It was not taken, and nothing is wrong with it: 429, breaker, credentials. */
  | { readonly kind: 'not_taken' }
  /** The body as a whole was refused: 400, 413, 415, 422. */
  | { readonly kind: 'body_refused'; readonly code: string };

/** What the owner of the sessions has to know about one of them. */
export type Receipt =
  /** The receiver has this state. `postCode`: but its box cannot be written (P4). */
  | { readonly kind: 'stored'; readonly session: Session; readonly postCode?: string }
  /** The receiver has the last state; the outbox has forgotten it. */
  | { readonly kind: 'final'; readonly session: Session }
  | { readonly kind: 'posted'; readonly id: string; readonly postId: string }
  | { readonly kind: 'refused'; readonly id: string; readonly code: string }
  | { readonly kind: 'foreign'; readonly id: string }
  /** Deleted there, or never known there. */
  | { readonly kind: 'removed'; readonly id: string }
  /** A final state that is not ours to tell, or that was pushed out by newer ones. */
  | { readonly kind: 'given_up'; readonly id: string };

/** A heartbeat is sent well before it is missed (D1: every 20 s). */
export const HEARTBEAT_MS = LIMITS.heartbeatMs - 5_000;
/** Sessions that are active or wait to be told; beyond it the oldest final state is given up. */
export const MAX_ENTRIES = 10_000;
/** The owner of a foreign session that is dead loses it after its lease (60 s); one that lives tells the end itself. */
const FOREIGN_FINAL_MS = 10 * 60_000;
const ENDS_TRIED = 3;
/** So many sessions a batch are never too much. */
const SLOW_ITEMS = 100;
const REFUSED_RETRY_MS = 30_000;
const MAX_REFUSED_RETRY_MS = 10 * 60_000;

/**
 * What the receiver has, what it shall have, and when the next request is due: scheduling state without timers, clock or
 * network (whoever owns the timer asks `dueAt`, calls `take` and then `settle`). One request is in flight at a time. The cost
 * of a batch grows with the sessions that changed, that of a heartbeat with those that are active.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #entries = new Map<string, Entry>();
  /** In the order in which they became dirty. */
  readonly #dirty = new Set<string>();
  readonly #withdrawn = new Set<string>();
  #inFlight = false;
  #lastStartMs = Number.NEGATIVE_INFINITY;
  #heldAtMs = Number.NEGATIVE_INFINITY;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #maxItems: number = LIMITS.batchMaxItems;
  #latestMs = Number.NEGATIVE_INFINITY;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Sessions whose newest state the receiver does not have yet. */
  get pending(): number {
    return this.#dirty.size + this.#withdrawn.size;
  }

  /** The newest state of a session. */
  put(id: string, wanted: Wanted): void {
    const entry = this.#entries.get(id);
    if (this.#withdrawn.delete(id) && entry !== undefined) {
      entry.withdrawn = false;
      entry.acked = undefined;
    }
    if (entry === undefined) {
      this.#entries.set(id, { id, wanted, standing: OURS, acked: undefined, lastSeq: 0, withdrawn: false });
      this.#bound();
    } else {
      if (entry.standing.kind === 'refused' && entry.wanted.isActive && !wanted.isActive) entry.standing = OURS;
      entry.wanted = wanted;
      if (entry.standing.kind !== 'ours') return;
    }
    this.#dirty.add(id);
  }

  /** Takes a session back (T7). True if the receiver may know it and has to be told; else it is forgotten at once. */
  remove(id: string, options: { readonly mayBeKnown?: boolean } = {}): boolean {
    const entry = this.#entries.get(id);
    this.#dirty.delete(id);
    const mayBeKnown = options.mayBeKnown === true || (entry !== undefined && entry.lastSeq > 0);
    if (!mayBeKnown || entry?.standing.kind === 'foreign') {
      this.#entries.delete(id);
      return false;
    }
    if (entry !== undefined) entry.withdrawn = true;
    this.#withdrawn.add(id);
    return true;
  }

  /** Whether the receiver may have heard of it in this life. */
  mayBeKnown(id: string): boolean {
    return (this.#entries.get(id)?.lastSeq ?? 0) > 0;
  }

  /** Nobody needs to tell this one any more. */
  forget(id: string): void {
    this.#entries.delete(id);
    this.#dirty.delete(id);
    this.#withdrawn.delete(id);
  }

  /** When the next request is due; Infinity while one is in flight. In the past = now. */
  dueAt(now: number): number {
    this.#followClock(now);
    if (this.#inFlight) return Number.POSITIVE_INFINITY;
    const isDirty = this.#dirty.size + this.#withdrawn.size > 0;
    const next = isDirty ? this.#lastStartMs + this.#options.throttleMs : Number.POSITIVE_INFINITY;
    return Math.max(this.#notBeforeMs, Math.min(next, this.#heldAtMs + HEARTBEAT_MS));
  }

  /** Nothing is sent before this: the receiver asked for it, or it is not well. */
  pauseUntil(ms: number): void {
    this.#notBeforeMs = ms;
  }

  /** Nothing is known about the receiver any more: it was away, or somebody else has written. */
  forgetAcknowledged(): void {
    for (const entry of this.#entries.values()) {
      entry.acked = undefined;
      if (!entry.withdrawn && entry.standing.kind === 'ours') this.#dirty.add(entry.id);
    }
    this.#heldAtMs = Number.NEGATIVE_INFINITY;
  }

  /** A session to delete, if one is due; to be settled by `settleRemoval`. */
  takeRemoval(): string | undefined {
    const [id] = this.#withdrawn;
    if (id === undefined || this.#inFlight) return undefined;
    this.#inFlight = true;
    return id;
  }

  /** `isDone`: it is gone there, or may not be deleted by us. */
  settleRemoval(id: string, isDone: boolean): void {
    this.#inFlight = false;
    if (!isDone || !this.#withdrawn.delete(id)) return;
    if (this.#entries.get(id)?.withdrawn === true) this.#entries.delete(id);
    this.#tell({ kind: 'removed', id });
  }

  /** The batch of everything that changed, as far as the limits allow; undefined if nothing is due. */
  take(now: number): Batch | undefined {
    if (this.#inFlight) return undefined;
    this.#followClock(now);
    const isHeartbeat = now >= this.#heldAtMs + HEARTBEAT_MS;
    if (isHeartbeat) this.#wakeWaiting(now);
    const maker = new BatchMaker(this.#options, now, this.#maxItems);
    for (const id of this.#dirty) {
      const entry = this.#entries.get(id);
      const added = entry === undefined ? 'unchanged' : maker.add(entry);
      if (added === 'full') break;
      this.#dirty.delete(id);
      if (added === 'unchanged' && entry?.acked !== undefined) this.#settleFinal(entry, entry.acked);
    }
    if (!isHeartbeat && maker.sent.size === 0) return undefined;
    this.#inFlight = true;
    // A heartbeat alone makes no change wait.
    if (maker.sent.size > 0) this.#lastStartMs = now;
    return maker.finish(isHeartbeat ? this.#held(maker.sent) : undefined);
  }

  settle(batch: Batch, outcome: BatchOutcome, now: number): void {
    this.#inFlight = false;
    this.#followClock(now);
    switch (outcome.kind) {
      case 'answered':
        if (batch.isHeartbeat) this.#heldAtMs = now;
        this.#maxItems = Math.min(LIMITS.batchMaxItems, this.#maxItems * 2);
        this.#settleAnswer(batch, outcome.answer, now);
        return;
      case 'unclear':
        this.#slowDown(batch.sent.size);
        for (const id of batch.sent.keys()) this.#again(id, true);
        return;
      case 'not_taken':
        for (const id of batch.sent.keys()) this.#again(id, false);
        return;
      case 'body_refused':
        this.#settleRefusedBody(batch, outcome.code, now);
    }
  }

  #settleAnswer(batch: Batch, answer: BatchAnswer, now: number): void {
    const answered = new Set<string>();
    for (const result of answer.results) {
      const session = batch.sent.get(result.id);
      const entry = this.#entries.get(result.id);
      if (session === undefined || answered.has(result.id)) continue;
      answered.add(result.id);
      if (entry !== undefined) this.#settleResult(entry, session, result, now);
    }
    for (const id of batch.sent.keys()) if (!answered.has(id)) this.#again(id, true);
    for (const { id, seq } of answer.resync) this.#resync(id, seq);
    for (const { id, post_id } of answer.posts) this.#posted(id, post_id);
  }

  #settleResult(entry: Entry, session: Session, result: ChangeResult, now: number): void {
    switch (result.status) {
      case 'ok':
        // The receiver has another state than the one that was sent: nothing is known.
        if (result.seq !== undefined && result.seq !== session.seq) this.#resync(entry.id, result.seq);
        else this.#stored(entry, session, result);
        return;
      case 'resync':
        // It was looked at and not refused.
        entry.standing = OURS;
        this.#resync(entry.id, result.seq ?? 0);
        return;
      case 'not_owner':
        this.#foreign(entry, result.seq ?? 0, now);
        return;
      case 'error':
        this.#refused(entry, result.code ?? 'internal', now);
    }
  }

  #stored(entry: Entry, session: Session, { post_id, code }: ChangeResult): void {
    entry.standing = OURS;
    entry.acked = session;
    if (post_id !== undefined) this.#posted(entry.id, post_id);
    this.#tell({ kind: 'stored', session, ...(code !== undefined && { postCode: code }) });
    this.#settleFinal(entry, session);
  }

  /** A last state that the receiver has needs no keeping. */
  #settleFinal(entry: Entry, session: Session): void {
    if (session.status === 'active' || entry.wanted.isActive || entry.withdrawn || this.#dirty.has(entry.id)) return;
    this.#entries.delete(entry.id);
    this.#tell({ kind: 'final', session });
  }

  #posted(id: string, postId: string): void {
    const entry = this.#entries.get(id);
    if (entry?.acked !== undefined) entry.acked = { ...entry.acked, post_id: postId };
    this.#tell({ kind: 'posted', id, postId });
  }

  #resync(id: string, seq: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.lastSeq = Math.max(entry.lastSeq, seq);
    entry.acked = undefined;
    // A foreign or refused one has its own time.
    if (entry.standing.kind === 'ours') this.#again(id, true);
  }

  #foreign(entry: Entry, seq: number, now: number): void {
    const sinceMs = entry.standing.kind === 'foreign' ? entry.standing.sinceMs : now;
    entry.standing = { kind: 'foreign', sinceMs };
    entry.lastSeq = Math.max(entry.lastSeq, seq);
    entry.acked = undefined;
    this.#dirty.delete(entry.id);
    if (entry.wanted.isActive || now - sinceMs < FOREIGN_FINAL_MS) this.#tell({ kind: 'foreign', id: entry.id });
    else this.#giveUp(entry.id);
  }

  /** What the receiver had before, it still has. */
  #refused(entry: Entry, code: string, now: number): void {
    const tries = entry.standing.kind === 'refused' ? entry.standing.tries + 1 : 1;
    const waitMs = Math.min(MAX_REFUSED_RETRY_MS, REFUSED_RETRY_MS * 2 ** (tries - 1));
    entry.standing = { kind: 'refused', code, tries, retryAtMs: now + waitMs };
    this.#dirty.delete(entry.id);
    this.#tell({ kind: 'refused', id: entry.id, code });
  }

  /** What was sent goes out again as snapshots, which are larger: a receiver that was too slow for it gets less at a time. */
  #slowDown(sent: number): void {
    this.#maxItems = Math.min(this.#maxItems, Math.max(SLOW_ITEMS, Math.ceil(sent / 2)));
  }

  /** One bad session must not block the others: halve until it is alone, then set it aside. */
  #settleRefusedBody(batch: Batch, code: string, now: number): void {
    const [id] = batch.sent.keys();
    const entry = id === undefined ? undefined : this.#entries.get(id);
    if (batch.sent.size === 1 && entry !== undefined) {
      this.#refused(entry, code, now);
      return;
    }
    this.#maxItems = Math.max(1, Math.ceil(batch.sent.size / 2));
    // In front of what became dirty meanwhile, so that the halves stay halves.
    const later = [...this.#dirty];
    this.#dirty.clear();
    for (const sent of batch.sent.keys()) this.#again(sent, false);
    for (const other of later) this.#dirty.add(other);
  }

  /** A clock that was set back must not make anybody wait for times that were noted before. */
  #followClock(now: number): void {
    const back = this.#latestMs - now;
    this.#latestMs = now;
    if (back <= 0) return;
    this.#lastStartMs -= back;
    this.#heldAtMs -= back;
    this.#notBeforeMs -= back;
    for (const entry of this.#entries.values()) entry.standing = earlier(entry.standing, back);
  }

  #again(id: string, needsSnapshot: boolean): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (needsSnapshot) entry.acked = undefined;
    if (!entry.withdrawn) this.#dirty.add(id);
  }

  #wakeWaiting(now: number): void {
    for (const { id, standing, withdrawn } of this.#entries.values()) {
      if (withdrawn || standing.kind === 'ours') continue;
      if (standing.kind === 'foreign' || standing.retryAtMs <= now) this.#dirty.add(id);
    }
  }

  /** All that the receiver may believe active and that is ours, with the seq that it has after this batch. */
  #held(sent: ReadonlyMap<string, Session>): HeldEntry[] {
    const held: HeldEntry[] = [];
    for (const entry of this.#entries.values()) {
      const session = sent.get(entry.id) ?? entry.acked;
      if (mayBeActive(entry)) held.push([entry.id, session?.seq ?? entry.lastSeq]);
    }
    return held;
  }

  #bound(): void {
    if (this.#entries.size <= MAX_ENTRIES) return;
    for (const entry of this.#entries.values()) {
      if (entry.wanted.isActive) continue;
      this.#giveUp(entry.id);
      return;
    }
  }

  #giveUp(id: string): void {
    this.#entries.delete(id);
    this.#dirty.delete(id);
    this.#tell({ kind: 'given_up', id });
  }

  #tell(receipt: Receipt): void {
    this.#options.onReceipt(receipt);
  }
}

function earlier(standing: Standing, ms: number): Standing {
  if (standing.kind === 'foreign') return { ...standing, sinceMs: standing.sinceMs - ms };
  return standing.kind === 'refused' ? { ...standing, retryAtMs: standing.retryAtMs - ms } : standing;
}

/** Whether the receiver may believe it active, with us as its owner. An end in this batch may be refused: it counts as well. */
function mayBeActive({ standing, withdrawn, wanted, acked }: Entry): boolean {
  if (withdrawn || standing.kind === 'foreign') return false;
  // An end that is refused again and again is not held any more: the receiver then ends it itself.
  if (standing.kind === 'refused' && !wanted.isActive && standing.tries >= ENDS_TRIED) return false;
  return acked === undefined || acked.status === 'active';
}
