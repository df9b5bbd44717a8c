import type { RowEvent, RowRoute } from '../../turns/events.ts';
import { count, type Json, object, optional, text } from '../openclaw-gateway/fields.ts';
import { type FileSystem, readWhole } from './file-system.ts';
import { type IndexText, indexText } from './index-text.ts';
import { mapSessionFile, transcriptPath } from './layout.ts';

/** About 12 KB an entry: room for some 20,000 sessions. */
const MAX_INDEX_BYTES = 256 * 1024 * 1024;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export type RowFacts = Omit<RowEvent, 'type' | 'at' | 'key'>;

/** What is kept of an entry: a few hundred bytes of its 12 KB. */
interface Entry {
  readonly facts: RowFacts;
  readonly chat: string | undefined;
  readonly abortedLastRun: boolean;
  readonly sessionId: string | undefined;
  /** Relative path of its transcript, if it names one. */
  readonly file: string | undefined;
}

interface KeptEntry {
  readonly print: number | undefined;
  readonly entry: Entry;
}

/** What `read` found: `unreadable` covers damaged JSON and files that are too large. */
export type IndexState = 'changed' | 'same' | 'missing' | 'unreadable';

/**
 * One agent's `sessions.json`: key -> entry. It is rewritten as a whole, in bursts, so its content is compared before anything
 * is parsed, and then only the entries that have changed are. An index that cannot be read leaves the last good one in place.
 */
export class SessionIndex {
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #agentId: string;
  #content: Buffer | undefined;
  #stamp: string | undefined;
  #text: IndexText | undefined;
  #kept = new Map<string, KeptEntry>();
  /** Which key a transcript belongs to, by relative path and by session id; undefined until somebody asks. */
  #owners: Owners | undefined;

  constructor(fs: FileSystem, path: string, agentId: string) {
    this.#fs = fs;
    this.#path = path;
    this.#agentId = agentId;
  }

  /** Whether the file looks different from the one that was read last; costs a stat. */
  isOutdated(): boolean {
    return this.#stampNow() !== this.#stamp;
  }

  /** Throws the system's error if the file is there and cannot be read. */
  read(): IndexState {
    this.#stamp = this.#stampNow();
    const content = readWhole(this.#fs, this.#path, MAX_INDEX_BYTES);
    if (content === undefined) return this.#fs.stat(this.#path) === undefined ? 'missing' : 'unreadable';
    if (this.#content?.equals(content) === true) return 'same';
    const index = indexText(content);
    if (index === undefined) return 'unreadable';
    this.#content = content;
    this.#text = index;
    this.#owners = undefined;
    return 'changed';
  }

  /** The session key that a transcript (relative path) belongs to; undefined while no entry names it. */
  keyOf(path: string): string | undefined {
    this.#owners ??= this.#findOwners();
    const { byFile, bySession } = this.#owners;
    const direct = byFile.get(path);
    if (direct !== undefined) return direct;
    const name = path.slice(path.lastIndexOf('/') + 1);
    for (const id of name.match(UUID) ?? []) {
      const key = bySession.get(id);
      if (key !== undefined) return key;
    }
    return undefined;
  }

  factsOf(key: string): RowFacts | undefined {
    return this.#entry(key)?.facts;
  }

  /** The chat that the session belongs to (`mattermost`, `webchat`, ...). */
  channelOf(key: string): string | undefined {
    const [, , chat] = key.split(':');
    return chat === 'mattermost' ? chat : this.#entry(key)?.chat;
  }

  abortedLastRun(key: string): boolean {
    return this.#entry(key)?.abortedLastRun === true;
  }

  #stampNow(): string | undefined {
    const stat = this.#fs.stat(this.#path);
    return stat === undefined ? undefined : `${stat.inode}:${stat.size}:${stat.mtimeMs}`;
  }

  #entry(key: string): Entry | undefined {
    const print = this.#text?.print(key);
    const kept = this.#kept.get(key);
    if (kept !== undefined && print !== undefined && kept.print === print) return kept.entry;
    const raw = this.#text?.entry(key);
    if (raw === undefined) return undefined;
    const entry = reduce(key, raw, this.#agentId);
    this.#kept.set(key, { print, entry });
    return entry;
  }

  #findOwners(): Owners {
    const kept = new Map<string, KeptEntry>();
    const byFile = new Map<string, string>();
    const bySession = new Map<string, string>();
    for (const key of this.#text?.keys() ?? []) {
      const entry = this.#entry(key);
      const known = this.#kept.get(key);
      if (entry === undefined || known === undefined) continue;
      kept.set(key, known);
      if (entry.sessionId !== undefined) prefer(bySession, entry.sessionId, key);
      if (entry.file !== undefined) prefer(byFile, entry.file, key);
    }
    for (const [sessionId, key] of bySession) {
      const file = transcriptPath(this.#agentId, `${sessionId}.jsonl`);
      if (!byFile.has(file)) byFile.set(file, key);
    }
    // Entries that are gone are forgotten here.
    this.#kept = kept;
    return { byFile, bySession };
  }
}

interface Owners {
  readonly byFile: ReadonlyMap<string, string>;
  readonly bySession: ReadonlyMap<string, string>;
}

function reduce(key: string, raw: Json, agentId: string): Entry {
  return {
    facts: rowFacts(key, raw),
    chat: chatOf(raw),
    abortedLastRun: raw.abortedLastRun === true,
    sessionId: text(raw, 'sessionId'),
    file: mapSessionFile(text(raw, 'sessionFile') ?? '', agentId),
  };
}

/** Two keys may name one conversation (`cron:<job>` and its `:run:`, bare and thread): always the same one shows it. */
function prefer(map: Map<string, string>, name: string, key: string): void {
  const other = map.get(name);
  if (other === undefined || key.length > other.length || (key.length === other.length && key > other))
    map.set(name, key);
}

/** What the machine wants of an entry (T5, T10). */
export function rowFacts(key: string, entry: Json): RowFacts {
  return {
    route: routeOf(key, entry),
    ...optional('spawnedBy', text(entry, 'spawnedBy')),
    ...optional('label', text(entry, 'label')),
    ...optional('contextWindow', count(entry, 'contextTokens')),
  };
}

/** Ids that Mattermost gave, else nothing: another chat's ids mean nothing there. Empty = no target (any more). */
function routeOf(key: string, entry: Json): RowRoute {
  if (chatOf(entry) !== 'mattermost') return {};
  const origin = object(entry, 'origin');
  const delivery = object(entry, 'deliveryContext');
  const to = text(delivery, 'to') ?? text(entry, 'lastTo') ?? text(origin, 'to');
  return {
    ...optional('channelId', channelIdOf(key, origin, to)),
    ...optional('userId', after(to, 'user:')),
    ...optional('threadId', text(delivery, 'threadId') ?? text(origin, 'threadId')),
    ...optional('accountId', text(delivery, 'accountId') ?? text(origin, 'accountId') ?? text(entry, 'lastAccountId')),
  };
}

/** A direct conversation may have delivered to a channel last: that channel is never where it is shown. */
function channelIdOf(key: string, origin: Json | undefined, to: string | undefined): string | undefined {
  const [, , chat, kind] = key.split(':');
  const isDirect = chat !== 'mattermost' || kind === 'direct';
  const native = text(origin, 'nativeChannelId');
  if (isDirect) return text(origin, 'chatType') === 'direct' ? native : undefined;
  return native ?? after(to, 'channel:');
}

function chatOf(entry: Json | undefined): string | undefined {
  return (
    text(object(entry, 'deliveryContext'), 'channel') ??
    text(entry, 'lastChannel') ??
    text(object(entry, 'origin'), 'provider')
  );
}

function after(value: string | undefined, prefix: string): string | undefined {
  return value?.startsWith(prefix) === true && value.length > prefix.length ? value.slice(prefix.length) : undefined;
}
