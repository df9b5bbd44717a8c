import type { RequestEvent } from '../../turns/events.ts';
import { isObject, type Json, optional, text } from '../openclaw-gateway/fields.ts';

/** What a user line tells about its request besides time and id. */
export interface UserMessage {
  readonly transport?: NonNullable<RequestEvent['transport']>;
  readonly senderId?: string;
  readonly senderName?: string;
  /** What the person wrote, without what OpenClaw put around it; absent when OpenClaw itself wrote the message. */
  readonly text?: string;
  /** Written by OpenClaw's own schedule, not by a person. */
  readonly automatic?: 'heartbeat' | 'memory_flush';
}

/** Metadata and prompts stand at the beginning; a longer message is a person's paste. */
const MAX_AUTOMATIC_LENGTH = 16_000;
const SYSTEM_NOTE = /^System(?: \([^)\n]{1,40}\))?: .*\n+/;
const BLOCK_HEAD = /^([A-Z][^\n]{0,80})\n```json\n/;
const BLOCK_END = '\n```';
const TIME_PREFIX = /^\[[A-Za-z]{3} \d{4}-\d{2}-\d{2} \d{2}:\d{2}[^\]\n]{0,20}\] ?/;
const SUBAGENT_TASK = '[Subagent Task]: ';

/**
 * Takes a user line apart: `System: ...` notes, then blocks of untrusted metadata (`Conversation info`, `Sender`, ...), then
 * what was said. Only blocks at the very beginning count, and of each kind only the first: what a person writes cannot pass
 * for metadata. `channel`: the chat that the session belongs to, as its row or key says.
 */
export function decodeUserText(whole: string, channel: string | undefined): UserMessage {
  const { blocks, rest } = leadingBlocks(withoutSystemNotes(whole));
  const conversation = blocks.get('Conversation info');
  const messageId = text(conversation, 'message_id');
  const automatic = messageId === undefined ? automaticKind(rest) : undefined;
  if (automatic !== undefined) return { automatic };
  return {
    ...optional(
      'transport',
      messageId === undefined ? undefined : transportOf(conversation, messageId, channel ?? 'unknown'),
    ),
    ...optional('senderId', text(conversation, 'sender_id')),
    ...optional('senderName', senderName(conversation)),
    ...optional('text', spokenText(rest)),
  };
}

function transportOf(conversation: Json | undefined, messageId: string, channel: string): UserMessage['transport'] {
  return {
    channel,
    messageId,
    ...optional('replyToId', text(conversation, 'reply_to_id')),
    ...optional('threadId', text(conversation, 'topic_id')),
  };
}

function senderName(conversation: Json | undefined): string | undefined {
  const sender = conversation?.sender;
  return isObject(sender) ? (text(sender, 'name') ?? text(sender, 'username')) : text(conversation, 'sender');
}

function withoutSystemNotes(whole: string): string {
  let rest = whole;
  for (let note = SYSTEM_NOTE.exec(rest); note !== null; note = SYSTEM_NOTE.exec(rest))
    rest = rest.slice(note[0].length);
  return rest;
}

/** Blocks by name: the heading up to `(` or `:`. */
function leadingBlocks(whole: string): { readonly blocks: ReadonlyMap<string, Json>; readonly rest: string } {
  const blocks = new Map<string, Json>();
  let rest = whole;
  for (let head = BLOCK_HEAD.exec(rest); head !== null; head = BLOCK_HEAD.exec(rest)) {
    const end = rest.indexOf(BLOCK_END, head[0].length - 1);
    if (end < 0) break;
    const name = (head[1] ?? '').split(/ ?[(:]/, 1)[0] ?? '';
    const fields = parseBlock(rest.slice(head[0].length, end));
    if (fields === undefined) break;
    if (!blocks.has(name)) blocks.set(name, fields);
    rest = rest.slice(end + BLOCK_END.length).replace(/^\n+/, '');
  }
  return { blocks, rest };
}

function parseBlock(json: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return undefined;
  }
}

function automaticKind(rest: string): UserMessage['automatic'] {
  if (rest.length > MAX_AUTOMATIC_LENGTH) return undefined;
  const said = rest.replace(TIME_PREFIX, '');
  if (said.startsWith('Read HEARTBEAT.md') || said.includes('reply HEARTBEAT_OK')) return 'heartbeat';
  return said.startsWith('Pre-compaction memory flush') ? 'memory_flush' : undefined;
}

/** Prompts that OpenClaw writes in the user's place are not the user's words. */
function spokenText(rest: string): string | undefined {
  const said = rest.replace(TIME_PREFIX, '');
  if (said === '' || said.startsWith('OpenClaw runtime context (internal)')) return undefined;
  if (said.startsWith('A new session was started via /new or /reset.')) return undefined;
  if (!said.startsWith('[Subagent Context]')) return said;
  const task = said.indexOf(SUBAGENT_TASK);
  return task < 0 ? undefined : said.slice(task + SUBAGENT_TASK.length);
}
