import type { RowEvent, RowRoute } from '../../turns/events.ts';
import { count, type Json, object, text } from './fields.ts';

/**
 * What the machine wants of a row of `sessions.list` or `sessions.changed` (T5, T10). A field that the row lacks is
 * undefined: rows come with nearly every frame, so they are compared before an event is made of them.
 */
export interface RowFacts {
  readonly agentId: string | undefined;
  readonly spawnedBy: string | undefined;
  readonly label: string | undefined;
  readonly contextWindow: number | undefined;
  readonly chat: RowRoute['chat'];
  readonly channelId: string | undefined;
  readonly userId: string | undefined;
  readonly threadId: string | undefined;
  readonly accountId: string | undefined;
}

export function rowFacts(row: Json): RowFacts {
  const origin = object(row, 'origin');
  const delivery = object(row, 'deliveryContext');
  const channel = text(delivery, 'channel') ?? text(origin, 'provider') ?? text(row, 'lastChannel');
  // Of another chat system nothing can be shown anywhere.
  const isChat = channel === 'mattermost';
  const to = isChat ? (text(delivery, 'to') ?? text(origin, 'to') ?? text(row, 'lastTo')) : undefined;
  const userId = isChat ? (after(to, 'user:') ?? sender(text(origin, 'from'))) : undefined;
  return {
    agentId: text(row, 'agentId'),
    // Not parentSessionKey: a thread forked from its channel has one too, and is nobody's sub-agent.
    spawnedBy: text(row, 'spawnedBy'),
    label: text(row, 'label'),
    contextWindow: count(row, 'contextTokens'),
    chat: isChat ? chatOf(text(origin, 'chatType'), userId) : undefined,
    channelId: isChat ? (text(origin, 'nativeChannelId') ?? after(to, 'channel:')) : undefined,
    userId,
    threadId: isChat ? (text(delivery, 'threadId') ?? text(origin, 'threadId')) : undefined,
    accountId: isChat ? (text(delivery, 'accountId') ?? text(origin, 'accountId')) : undefined,
  };
}

/** A sub-agent's row does not say what kind of channel it is, only whether it is one. */
function chatOf(chatType: string | undefined, userId: string | undefined): RowRoute['chat'] {
  if (chatType === 'channel' || chatType === 'group' || chatType === 'direct') return chatType;
  return userId === undefined ? undefined : 'direct';
}

function after(value: string | undefined, prefix: string): string | undefined {
  if (value?.startsWith(prefix) !== true) return undefined;
  const rest = value.slice(prefix.length);
  return rest === '' ? undefined : rest;
}

/** `mattermost:<userId>`; with another colon it is a channel. */
function sender(from: string | undefined): string | undefined {
  const rest = after(from, 'mattermost:');
  return rest?.includes(':') === true ? undefined : rest;
}

/** Only a change is news. */
export function sameFacts(a: RowFacts | undefined, b: RowFacts): boolean {
  return (
    a !== undefined &&
    a.agentId === b.agentId &&
    a.spawnedBy === b.spawnedBy &&
    a.label === b.label &&
    a.contextWindow === b.contextWindow &&
    a.chat === b.chat &&
    a.channelId === b.channelId &&
    a.userId === b.userId &&
    a.threadId === b.threadId &&
    a.accountId === b.accountId
  );
}

/** Absent facts are absent fields: what a row no longer says stays as it was. */
export function rowEvent(key: string, facts: RowFacts, at: number): RowEvent {
  const { chat, channelId, userId, threadId, accountId, ...own } = facts;
  const route = known({ chat, channelId, userId, threadId, accountId });
  return { type: 'row', key, at, ...known(own), ...(Object.keys(route).length > 0 && { route }) };
}

type Known<T> = { readonly [K in keyof T]?: NonNullable<T[K]> };

function known<T extends object>(values: T): Known<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Known<T>;
}
