import type { RowEvent, RowRoute } from '../../turns/events.ts';
import { type Json, number, object, optional, text } from './fields.ts';

/** What the machine wants of a row of `sessions.list` or `sessions.changed` (T5, T10). */
export type RowFacts = Omit<RowEvent, 'type' | 'at'>;

export function rowFacts(key: string, row: Json): RowFacts {
  return {
    key,
    ...optional('agentId', text(row, 'agentId')),
    // Not parentSessionKey: a thread forked from its channel has one too, and is nobody's sub-agent.
    ...optional('spawnedBy', text(row, 'spawnedBy')),
    ...optional('label', text(row, 'label')),
    ...optional('route', rowRoute(row)),
    ...optional('contextWindow', number(row, 'contextTokens')),
  };
}

function rowRoute(row: Json): RowRoute | undefined {
  const origin = object(row, 'origin');
  const delivery = object(row, 'deliveryContext');
  // Of another chat system nothing can be shown anywhere.
  if ((text(delivery, 'channel') ?? text(origin, 'provider') ?? text(row, 'lastChannel')) !== 'mattermost')
    return undefined;
  const to = text(delivery, 'to') ?? text(origin, 'to') ?? text(row, 'lastTo');
  const userId = after(to, 'user:') ?? after(text(origin, 'from'), 'mattermost:', true);
  const route = {
    ...optional('chat', chatOf(text(origin, 'chatType'), userId)),
    ...optional('channelId', text(origin, 'nativeChannelId') ?? after(to, 'channel:')),
    ...optional('userId', userId),
    ...optional('threadId', text(delivery, 'threadId') ?? text(origin, 'threadId')),
    ...optional('accountId', text(delivery, 'accountId') ?? text(origin, 'accountId')),
  };
  return Object.keys(route).length === 0 ? undefined : route;
}

/** A sub-agent's row does not say what kind of channel it is, only whether it is one. */
function chatOf(chatType: string | undefined, userId: string | undefined): RowRoute['chat'] {
  if (chatType === 'channel' || chatType === 'group' || chatType === 'direct') return chatType;
  return userId === undefined ? undefined : 'direct';
}

function after(value: string | undefined, prefix: string, onlyBare = false): string | undefined {
  if (value?.startsWith(prefix) !== true) return undefined;
  const rest = value.slice(prefix.length);
  return rest === '' || (onlyBare && rest.includes(':')) ? undefined : rest;
}

/** Rows are repeated in nearly every frame; only a change is news. */
export function sameFacts(a: RowFacts | undefined, b: RowFacts): boolean {
  return (
    a !== undefined &&
    a.agentId === b.agentId &&
    a.spawnedBy === b.spawnedBy &&
    a.label === b.label &&
    a.contextWindow === b.contextWindow &&
    a.route?.chat === b.route?.chat &&
    a.route?.channelId === b.route?.channelId &&
    a.route?.userId === b.route?.userId &&
    a.route?.threadId === b.route?.threadId &&
    a.route?.accountId === b.route?.accountId
  );
}
