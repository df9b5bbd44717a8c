import type { Logger } from 'pino';
import type { Clock } from '../source.ts';
import { APPROVALS_METHOD } from './decode-approvals.ts';
import { type Hello, record, text } from './hello.ts';
import { type KeyEntry, KeyTable } from './keys.ts';
import { type Ask, isRefusal, Round, StaleRoundError } from './round.ts';
import { listNewest, listSessions, type SessionRow, saysActive } from './session-list.ts';
import { UNSEEN_REQUEST_MS } from './unseen-request.ts';

/** Enough to hold the request of a turn with some hundred tool calls; the gateway allows 1,000. */
const HISTORY_LIMIT = 200;
const MAX_KEYS = 5_000;
const RESYNC_RETRY_MS = 5_000;
/** The decoder may ask for one key's history again and again; the gateway is asked at most this often. Runs wait 5 s for it. */
const HISTORY_SPACING_MS = 2_000;
const RELIST_DELAY_MS = 1_000;
const RELIST_SPACING_MS = 10_000;

/** What OPENCLAW_GATEWAY_SCOPES may grant beside reading. */
export const APPROVALS_SCOPE = 'operator.approvals';

export const SUBSCRIBE_METHOD = 'sessions.messages.subscribe';

export interface SubscriptionsOptions {
  /** Rejects like `GatewayConnection.request`. An answer has reached the decoder when it resolves. */
  readonly request: Ask;
  /** Keys of turns that are not ended: read again after every loss, and never made to give way to other keys. */
  openKeys(): readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Every key has been read, after a (re)connect or a gap. */
  onSynced(): void;
  /** Reading failed; it is tried again by itself. */
  onSyncFailed(error: unknown): void;
  /** Default 5,000. Above it the key that was silent longest is given up. */
  readonly maxKeys?: number;
}

export interface SubscriptionStats {
  readonly keys: number;
  readonly keysRefused: number;
  readonly keysEvicted: number;
  /** Jumps of the connection's sequence number: the gateway dropped frames because one side was too slow. */
  readonly gaps: number;
}

/**
 * Keeps a connection subscribed to all that happens: the session list, then each key, since runs that come from a channel
 * are hidden from whoever did not subscribe to their key (there is no wildcard); then rows and history of what is in
 * flight. All of it again after a reconnect; lists and histories again after a gap.
 */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #keys: KeyTable;
  #round: Round | undefined;
  /** The gateway offers subscriptions per key. */
  #perKey = false;
  #reading = false;
  #readAgain = false;
  /** When we came, or last knew that we had missed something. */
  #greetedMs = 0;
  /** A connection's first event has 1. */
  #lastSeq = 0;
  #gaps = 0;
  #relistedMs = Number.NEGATIVE_INFINITY;
  #relistPending = false;
  /** The gateway may be asked what waits for an approval. */
  #mayListApprovals = false;
  /** It tells that with each subscription. */
  #seesApprovals = false;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#keys = new KeyTable(options.maxKeys ?? MAX_KEYS);
  }

  /** A handshake is done. Nothing of an earlier connection is left over at the gateway. */
  online(hello: Hello): void {
    this.offline();
    const round = new Round(this.#options.request, this.#options.clock);
    this.#round = round;
    this.#greetedMs = this.#options.clock.now();
    this.#perKey = hello.methods.has(SUBSCRIBE_METHOD);
    const hasRight = hello.scopes.includes(APPROVALS_SCOPE);
    this.#mayListApprovals = hasRight && hello.methods.has(APPROVALS_METHOD);
    this.#seesApprovals = hasRight && hello.methods.has('approval.get');
    this.#read(round, 'subscribe');
  }

  offline(): void {
    this.#round?.end();
    this.#round = undefined;
    this.#reading = false;
    this.#readAgain = false;
    this.#lastSeq = 0;
    this.#relistPending = false;
    this.#keys.forgetSubscriptions();
  }

  /** Looks at an incoming frame for gaps and keys. Called for every frame; works only when there is something new. */
  frame(frame: unknown): void {
    const { type, event, seq, payload } = record(frame);
    if (type !== 'event' || this.#round === undefined) return;
    this.#checkSequence(this.#round, seq);
    const body = record(payload);
    const key = text(body.sessionKey) ?? text(record(body.session).key);
    if (event === 'sessions.changed') this.#sessionChanged(this.#round, key, body);
    else if (key !== undefined) this.#meet(this.#round, key, text(body.agentId));
    if (key === undefined) return;
    if (startsRun(body)) this.#runStarted(this.#round, key);
    // Its own event does not tell when it expires.
    if (asksApproval(body)) this.#inBackground(this.#readApprovals(this.#round));
  }

  /** A key that only the decoder could see. */
  unknownKey(key: string): void {
    if (this.#round !== undefined) this.#meet(this.#round, key, undefined);
  }

  /** The decoder cannot go on without this key's history. */
  needHistory(key: string): void {
    const round = this.#round;
    const entry = round && this.#meet(round, key, undefined);
    if (round === undefined || entry === undefined) return;
    const sinceMs = this.#options.clock.now() - (entry.historyMs ?? Number.NEGATIVE_INFINITY);
    if (sinceMs >= HISTORY_SPACING_MS) this.#inBackground(this.#subscribeAndRead(round, entry));
    else if (!entry.historyDue) this.#readLater(round, entry, HISTORY_SPACING_MS - sinceMs);
  }

  /** What was read just now may have been made before what it is wanted for. */
  #readLater(round: Round, entry: KeyEntry, ms: number): void {
    entry.historyDue = true;
    round.later(ms, () => {
      if (entry.historyDue) this.#inBackground(this.#subscribeAndRead(round, entry));
    });
  }

  stats(): SubscriptionStats {
    const entries = this.#keys.all();
    return {
      keys: entries.filter((entry) => entry.state === 'subscribed').length,
      keysRefused: entries.filter((entry) => entry.state === 'refused').length,
      keysEvicted: this.#keys.evicted,
      gaps: this.#gaps,
    };
  }

  #checkSequence(round: Round, seq: unknown): void {
    if (typeof seq !== 'number') return;
    const expected = this.#lastSeq + 1;
    this.#lastSeq = seq;
    if (seq <= expected) return;
    this.#gaps += 1;
    this.#greetedMs = this.#options.clock.now();
    this.#options.log.warn({ expected, received: seq }, 'gateway dropped frames; reading again');
    this.#read(round, 'list');
  }

  #sessionChanged(round: Round, key: string | undefined, body: Readonly<Record<string, unknown>>): void {
    if (key === undefined) {
      this.#relistSoon(round);
      return;
    }
    const row = record(body.session);
    if (body.reason === 'delete' && text(row.key) === undefined) {
      this.#forget(round, key, body);
      return;
    }
    const entry = this.#meet(round, key, text(body.agentId));
    if (entry === undefined) return;
    entry.sessionId = text(row.sessionId) ?? text(body.sessionId) ?? entry.sessionId;
    const active = body.phase === 'start' || saysActive(body) || saysActive(row);
    if (active && entry.state !== 'subscribed') entry.wantsHistory = true;
  }

  /** A run that starts soon after we came, or after a gap, may serve a request that we missed; its history tells. */
  #runStarted(round: Round, key: string): void {
    if (this.#options.clock.now() - this.#greetedMs >= UNSEEN_REQUEST_MS) return;
    const entry = this.#keys.get(key);
    if (entry !== undefined) this.#inBackground(this.#subscribeAndRead(round, entry));
  }

  /** Notes a key; subscribes if it is new. Undefined if it cannot be a key. */
  #meet(round: Round, key: string, agentId: string | undefined): KeyEntry | undefined {
    const now = this.#options.clock.now();
    const known = this.#keys.get(key, agentId);
    if (known !== undefined) {
      this.#keys.touch(known, now);
      return known;
    }
    const entry = this.#keys.add(key, agentId, now);
    if (entry === undefined) return undefined;
    this.#makeRoom(round);
    this.#inBackground(this.#subscribe(round, entry));
    return entry;
  }

  #forget(round: Round, key: string, body: Readonly<Record<string, unknown>>): void {
    const entry = this.#keys.get(key, text(body.agentId));
    if (entry === undefined) return;
    const deleted = text(body.sessionId);
    if (deleted !== undefined && entry.sessionId !== undefined && deleted !== entry.sessionId) return;
    this.#keys.delete(entry);
    this.#unsubscribe(round, entry);
  }

  #makeRoom(round: Round): void {
    if (!this.#keys.full) return;
    for (const entry of this.#keys.evict(new Set(this.#options.openKeys()))) this.#unsubscribe(round, entry);
  }

  #unsubscribe(round: Round, entry: KeyEntry): void {
    if (entry.state !== 'subscribed') return;
    this.#inBackground(round.ask('sessions.messages.unsubscribe', keyParams(entry)).then(() => {}));
  }

  /** Reads the list, subscribes, reads what is in flight, then `onSynced`. One reading at a time. */
  #read(round: Round, how: 'subscribe' | 'list'): void {
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = true;
    this.#readOnce(round, how).then(
      () => this.#finished(round),
      (error: unknown) => this.#failed(round, how, error),
    );
  }

  async #readOnce(round: Round, how: 'subscribe' | 'list'): Promise<void> {
    const rows = await listSessions(round.ask, how);
    const now = this.#options.clock.now();
    for (const row of rows) this.#adopt(row, now);
    const inFlight = this.#inFlight(rows);
    for (const key of inFlight) this.#keys.add(key, undefined, now);
    this.#makeRoom(round);
    const entries = this.#keys.all();
    const first = entries.filter((entry) => inFlight.has(entry.key));
    const rest = entries.filter((entry) => !inFlight.has(entry.key));
    await Promise.all([
      ...first.map((entry) => this.#subscribeAndRead(round, entry)),
      ...rest.map((entry) => this.#subscribe(round, entry)),
    ]);
    // After the histories: only now are the runs known that ask.
    await this.#readApprovals(round);
  }

  async #readApprovals(round: Round): Promise<void> {
    if (!this.#mayListApprovals) return;
    try {
      await round.ask(APPROVALS_METHOD, {});
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#mayListApprovals = false;
      this.#options.log.warn({ err: error }, 'gateway refuses the list of approvals');
    }
  }

  /**
   * Keys that are busy, everybody above them (a turn may only be waiting for its sub-agents' sub-agents), and those with an
   * open turn.
   */
  #inFlight(rows: readonly SessionRow[]): ReadonlySet<string> {
    const parents = new Map(rows.map((row) => [row.key, row.spawnedBy]));
    const keys = new Set(this.#options.openKeys());
    for (const row of rows) {
      let key: string | undefined = row.busy ? row.key : undefined;
      while (key !== undefined && !keys.has(key)) {
        keys.add(key);
        key = parents.get(key);
      }
    }
    return keys;
  }

  #adopt(row: SessionRow, now: number): void {
    const entry = this.#keys.add(row.key, row.agentId, now) ?? this.#keys.get(row.key, row.agentId);
    if (entry !== undefined) entry.sessionId = row.sessionId ?? entry.sessionId;
  }

  #finished(round: Round): void {
    if (round.over) return;
    this.#reading = false;
    if (!this.#readAgain) {
      this.#options.onSynced();
      return;
    }
    this.#readAgain = false;
    this.#read(round, 'list');
  }

  #failed(round: Round, how: 'subscribe' | 'list', error: unknown): void {
    if (round.over) return;
    this.#reading = false;
    this.#options.onSyncFailed(error);
    round.later(RESYNC_RETRY_MS, () => this.#read(round, how));
  }

  async #subscribeAndRead(round: Round, entry: KeyEntry): Promise<void> {
    entry.wantsHistory = true;
    await this.#subscribe(round, entry);
    if (entry.wantsHistory) await this.#readHistory(round, entry);
  }

  #subscribe(round: Round, entry: KeyEntry): Promise<void> {
    if (!this.#perKey || entry.state === 'subscribed' || entry.state === 'refused') return Promise.resolve();
    entry.pending ??= this.#subscribeOnce(round, entry);
    return entry.pending;
  }

  async #subscribeOnce(round: Round, entry: KeyEntry): Promise<void> {
    entry.state = 'subscribing';
    try {
      await this.#askToSubscribe(round, entry);
      entry.state = 'subscribed';
      if (!this.#keys.has(entry)) this.#unsubscribe(round, entry);
    } catch (error) {
      if (round.over) throw error;
      entry.state = isRefusal(error) ? 'refused' : 'new';
      if (!isRefusal(error)) throw error;
      this.#options.log.warn({ session_key: entry.key, err: error }, 'gateway refuses to show a session');
    } finally {
      if (!round.over) entry.pending = undefined;
    }
    // Only now is nothing missed any more: history holds what came before, the subscription brings what comes after.
    if (entry.wantsHistory) await this.#readHistory(round, entry);
  }

  async #askToSubscribe(round: Round, entry: KeyEntry): Promise<void> {
    const params = keyParams(entry);
    if (this.#seesApprovals) {
      try {
        await round.ask(SUBSCRIBE_METHOD, { ...params, includeApprovals: true });
        return;
      } catch (error) {
        if (round.over) throw error;
        // Perhaps only the approvals were refused; a gateway that cannot tell them at all is not asked again.
        if (!isRefusal(error)) this.#seesApprovals = false;
        this.#options.log.debug({ err: error }, 'gateway refuses approvals with a subscription');
      }
    }
    await round.ask(SUBSCRIBE_METHOD, params);
  }

  async #readHistory(round: Round, entry: KeyEntry): Promise<void> {
    entry.wantsHistory = false;
    entry.historyDue = false;
    entry.historyMs = this.#options.clock.now();
    const { key: sessionKey, ...agent } = keyParams(entry);
    try {
      await round.askHistory('chat.history', { sessionKey, limit: HISTORY_LIMIT, ...agent });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#options.log.warn({ session_key: entry.key, err: error }, 'gateway refuses the history of a session');
    }
  }

  /** The gateway said that something changed, but not what. New keys stand on the first page. */
  #relistSoon(round: Round): void {
    if (this.#relistPending) return;
    this.#relistPending = true;
    const sinceMs = this.#options.clock.now() - this.#relistedMs;
    round.later(Math.max(RELIST_DELAY_MS, RELIST_SPACING_MS - sinceMs), () => {
      this.#relistPending = false;
      this.#relistedMs = this.#options.clock.now();
      this.#inBackground(this.#relist(round));
    });
  }

  async #relist(round: Round): Promise<void> {
    for (const row of await listNewest(round.ask)) {
      const entry = this.#meet(round, row.key, row.agentId);
      if (entry !== undefined && row.active && entry.state !== 'subscribed') entry.wantsHistory = true;
    }
  }

  /** Single keys outside a reading: a failure concerns that key alone, and after a loss everything is read anyway. */
  #inBackground(work: Promise<void>): void {
    work.catch((err: unknown) => {
      if (!(err instanceof StaleRoundError)) this.#options.log.debug({ err }, 'gateway request failed');
    });
  }
}

function startsRun({ stream, data }: Readonly<Record<string, unknown>>): boolean {
  return stream === 'lifecycle' && record(data).phase === 'start';
}

function asksApproval({ stream, data }: Readonly<Record<string, unknown>>): boolean {
  return stream === 'lifecycle' && record(data).phase === 'waiting-approval';
}

/** `agentId` only for keys that name no agent: a key's own agent needs no repeating. */
function keyParams(entry: KeyEntry): { readonly key: string; readonly agentId?: string } {
  return { key: entry.key, ...(entry.agentId === undefined ? {} : { agentId: entry.agentId }) };
}
