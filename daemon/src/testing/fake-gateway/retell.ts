import { createHash } from 'node:crypto';

/** How one playing of a recording differs from the recording. */
export interface Retelling {
  /** Makes ids; the same seed and id give the same new id. Undefined: ids stay as recorded. */
  readonly seed: string | undefined;
  /** Which of the recording's 26-character ids are posts. */
  readonly posts: ReadonlySet<string>;
  /** The recording's agent ids -> what they shall be called. */
  readonly agents: ReadonlyMap<string, string>;
  /** A moment of the recording -> a moment of the playing, both in ms since the epoch. */
  time(t: number): number;
}

const POST = '[a-z0-9]{26}';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const IDS = new RegExp(`\\b(?:${POST}|${UUID}|call_[0-9a-z]+)\\b`, 'g');
/** Where a frame says that 26 characters are a post; channels and people look the same. */
const POST_PLACES = new RegExp(`(?:thread:|"(?:messageId|replyToId|threadId|lastThreadId|rootId)":")(${POST})\\b`, 'g');
/** A moment near the recording, as a JSON number (never part of a string, a longer number or a fraction). */
const MOMENT = /(?<=[:[,])1[0-9]{12}(?=[,}\]])/g;
const DAY_MS = 86_400_000;

/**
 * Tells one value of a recording anew: fresh ids (runs, sessions, messages, posts, calls, approvals), agents renamed, every
 * time moved. Channels and people stay: they are where it happens, not what.
 *
 * Works on the JSON text, in which ids also stand inside session keys and titles.
 */
export function retell<T>(value: T, how: Retelling, recordedMs: number): T {
  let json = JSON.stringify(value);
  if (how.seed !== undefined) {
    const { seed, posts } = how;
    json = json.replace(IDS, (id) => (isKept(id, posts) ? id : freshId(seed, id)));
  }
  for (const [from, to] of how.agents) json = renameAgent(json, from, to);
  return JSON.parse(
    json.replace(MOMENT, (digits) => {
      const moment = Number(digits);
      return Math.abs(moment - recordedMs) < 30 * DAY_MS ? String(Math.round(how.time(moment))) : digits;
    }),
  ) as T;
}

/** The ids of posts in some text of a recording. */
export function findPosts(json: string): ReadonlySet<string> {
  return new Set([...json.matchAll(POST_PLACES)].map((match) => match[1] ?? ''));
}

function isKept(id: string, posts: ReadonlySet<string>): boolean {
  return id.length === 26 && !id.startsWith('call_') && !posts.has(id);
}

/** A new id of the same shape. Posts keep to Mattermost's alphabet. */
export function freshId(seed: string, id: string): string {
  const digest = createHash('sha256').update(`${seed}\u0000${id}`).digest('hex');
  if (id.startsWith('call_')) return `call_${digest.slice(0, 12)}`;
  if (!id.includes('-')) return digest.slice(0, 26);
  return [8, 4, 4, 4, 12].map((length, i) => digest.slice(i * 12, i * 12 + length)).join('-');
}

function renameAgent(json: string, from: string, to: string): string {
  return json
    .replaceAll(`agent:${from}:`, `agent:${to}:`)
    .replaceAll(`requester-settle:${from}:`, `requester-settle:${to}:`)
    .replaceAll(`"agentId":"${from}"`, `"agentId":"${to}"`);
}
