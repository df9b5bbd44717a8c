import { crc32 } from 'node:zlib';
import type { RowEvent, RowRoute } from '../../turns/events.ts';
import { isObject, type Json, number, object, optional, text } from '../openclaw-gateway/fields.ts';
import { type FileSystem, readWhole } from './file-system.ts';
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
}

/** What `read` found: `unreadable` covers damaged JSON and files that are too large. */
export type IndexState = 'changed' | 'same' | 'missing' | 'unreadable';

/**
 * One agent's `sessions.json`: key -> entry. It is rewritten as a whole, in bursts, so its content is compared before it is
 * parsed. An index that cannot be read leaves the last good one in place.
 */
export class SessionIndex {
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #agentId: string;
  #print: string | undefined;
  #stamp: string | undefined;
  #entries: ReadonlyMap<string, Entry> = new Map();
  #byFile: ReadonlyMap<string, string> = new Map();
  #bySession: ReadonlyMap<string, string> = new Map();

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
    const print = `${content.length}:${crc32(content)}`;
    if (print === this.#print) return 'same';
    const entries = parseEntries(content);
    if (entries === undefined) return 'unreadable';
    this.#print = print;
    this.#replace(entries);
    return 'changed';
  }

  /** The session key that a transcript (relative path) belongs to; undefined while no entry names it. */
  keyOf(path: string): string | undefined {
    const direct = this.#byFile.get(path);
    if (direct !== undefined) return direct;
    const name = path.slice(path.lastIndexOf('/') + 1);
    for (const id of name.match(UUID) ?? []) {
      const key = this.#bySession.get(id);
      if (key !== undefined) return key;
    }
    return undefined;
  }

  factsOf(key: string): RowFacts | undefined {
    return this.#entries.get(key)?.facts;
  }

  /** The chat that the session belongs to (`mattermost`, `webchat`, ...). */
  channelOf(key: string): string | undefined {
    const [, , chat] = key.split(':');
    return chat === 'mattermost' ? chat : this.#entries.get(key)?.chat;
  }

  abortedLastRun(key: string): boolean {
    return this.#entries.get(key)?.abortedLastRun === true;
  }

  #stampNow(): string | undefined {
    const stat = this.#fs.stat(this.#path);
    return stat === undefined ? undefined : `${stat.inode}:${stat.size}:${stat.mtimeMs}`;
  }

  #replace(entries: ReadonlyMap<string, Json>): void {
    const kept = new Map<string, Entry>();
    const byFile = new Map<string, string>();
    const bySession = new Map<string, string>();
    for (const [key, entry] of entries) {
      kept.set(key, {
        facts: rowFacts(key, entry),
        chat: chatOf(entry),
        abortedLastRun: entry.abortedLastRun === true,
      });
      const sessionId = text(entry, 'sessionId');
      if (sessionId !== undefined) prefer(bySession, sessionId, key);
      const file = mapSessionFile(text(entry, 'sessionFile') ?? '', this.#agentId);
      if (file !== undefined) prefer(byFile, file, key);
    }
    for (const [sessionId, key] of bySession) {
      const file = transcriptPath(this.#agentId, `${sessionId}.jsonl`);
      if (!byFile.has(file)) byFile.set(file, key);
    }
    this.#entries = kept;
    this.#byFile = byFile;
    this.#bySession = bySession;
  }
}

/** Two keys may name one conversation (`cron:<job>` and its `:run:`, bare and thread): always the same one shows it. */
function prefer(map: Map<string, string>, name: string, key: string): void {
  const other = map.get(name);
  if (other === undefined || key.length > other.length || (key.length === other.length && key > other))
    map.set(name, key);
}

function parseEntries(content: Buffer): ReadonlyMap<string, Json> | undefined {
  try {
    const value: unknown = JSON.parse(content.toString('utf8'));
    if (!isObject(value)) return undefined;
    return new Map(Object.entries(value).filter((pair): pair is [string, Json] => isObject(pair[1])));
  } catch {
    return undefined;
  }
}

/** What the machine wants of an entry (T5, T10). */
export function rowFacts(key: string, entry: Json): RowFacts {
  return {
    route: routeOf(key, entry),
    ...optional('spawnedBy', text(entry, 'spawnedBy')),
    ...optional('label', text(entry, 'label')),
    ...optional('contextWindow', number(entry, 'contextTokens')),
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
