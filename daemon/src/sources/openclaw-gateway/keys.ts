/** One session of the runtime that is, or shall be, subscribed to. */
export interface KeyEntry {
  readonly key: string;
  /** Only for keys that name no agent (`global`, `unknown`): whose they are. */
  readonly agentId: string | undefined;
  state: 'new' | 'subscribing' | 'subscribed' | 'refused';
  /** Settles when the subscription under way stands or was refused. */
  pending: Promise<void> | undefined;
  /** A run was seen before the subscription stood, so its beginning has to be read from history. */
  wantsHistory: boolean;
  /** It is to be read again soon. */
  historyDue: boolean;
  /** The row's generation; a delete of another one is not ours. */
  sessionId: string | undefined;
  /** When its history was last asked for, on the daemon's clock; undefined = never. */
  historyMs: number | undefined;
  /** When a frame last named this key, on the daemon's clock. */
  touchedMs: number;
}

/** Names are whatever the gateway sends; longer ones are no session keys. */
const MAX_KEY_CHARS = 1_024;

/** How much a touch may lag behind, in ms: keeps the hot path free of map rewrites. */
const TOUCH_STEP_MS = 60_000;

/**
 * The known keys, oldest use first, never more than `limit`.
 *
 * When full, the key that was silent longest makes room; whoever must not go (an open turn) is named by `keep`.
 */
export class KeyTable {
  readonly #entries = new Map<string, KeyEntry>();
  readonly #limit: number;
  #evicted = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get full(): boolean {
    return this.#entries.size > this.#limit;
  }

  /** How many keys had to make room so far. */
  get evicted(): number {
    return this.#evicted;
  }

  get(key: string, agentId?: string): KeyEntry | undefined {
    return this.#entries.get(identity(key, agentId));
  }

  /** False once it was deleted or had to make room. */
  has(entry: KeyEntry): boolean {
    return this.get(entry.key, entry.agentId) === entry;
  }

  all(): readonly KeyEntry[] {
    return [...this.#entries.values()];
  }

  /** Adds a key that is not known yet; undefined if it is, or if it cannot be a key. */
  add(key: string, agentId: string | undefined, now: number): KeyEntry | undefined {
    const id = identity(key, agentId);
    if (key === '' || key.length > MAX_KEY_CHARS || this.#entries.has(id)) return undefined;
    const owner = key.startsWith('agent:') ? undefined : agentId;
    const entry: KeyEntry = {
      key,
      agentId: owner,
      state: 'new',
      pending: undefined,
      wantsHistory: false,
      historyDue: false,
      sessionId: undefined,
      historyMs: undefined,
      touchedMs: now,
    };
    this.#entries.set(id, entry);
    return entry;
  }

  touch(entry: KeyEntry, now: number): void {
    if (now - entry.touchedMs < TOUCH_STEP_MS) return;
    entry.touchedMs = now;
    const id = identity(entry.key, entry.agentId);
    if (this.#entries.delete(id)) this.#entries.set(id, entry);
  }

  delete(entry: KeyEntry): void {
    this.#entries.delete(identity(entry.key, entry.agentId));
  }

  /** Takes out what is over the limit, longest silent first, and returns it. */
  evict(keep: ReadonlySet<string>): readonly KeyEntry[] {
    const gone: KeyEntry[] = [];
    for (const entry of this.#entries.values()) {
      if (this.#entries.size <= this.#limit) break;
      if (keep.has(entry.key)) continue;
      this.delete(entry);
      gone.push(entry);
    }
    this.#evicted += gone.length;
    return gone;
  }

  /** After the connection went: nothing is subscribed any more, but everything is still wanted. */
  forgetSubscriptions(): void {
    for (const entry of this.#entries.values()) {
      entry.state = 'new';
      entry.pending = undefined;
      entry.wantsHistory = false;
      entry.historyDue = false;
    }
  }
}

function identity(key: string, agentId: string | undefined): string {
  return key.startsWith('agent:') || agentId === undefined ? key : `${agentId}\u0000${key}`;
}
