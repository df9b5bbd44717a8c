import type { AssistantMessageEvent, RequestEvent, TokenUsage } from '../../turns/events.ts';
import { isObject, type Json, list, number, object, optional, text } from './fields.ts';

/** `session.message` and the entries of `chat.history`: the same shape, with `__openclaw` naming run, sender and transport. */
export function requestOf(key: string, message: Json, at: number, shift: (ms: number) => number): RequestEvent {
  const meta = object(message, '__openclaw');
  const transport = transportOf(object(meta, 'transport'));
  const provenance = object(message, 'provenance');
  return {
    type: 'request',
    key,
    at,
    recordedMs: shift(number(meta, 'recordTimestampMs') ?? number(message, 'timestamp') ?? at),
    ...optional('lineId', text(meta, 'id')),
    ...optional('transport', transport),
    ...optional('accountId', text(object(meta, 'senderIdentity'), 'accountId')),
    ...optional('senderId', text(meta, 'senderId')),
    ...optional('senderName', text(meta, 'senderName')),
    ...optional('text', askedText(messageText(message))),
    ...optional('steerTargetRunId', text(meta, 'steerTargetRunId')),
    ...optional('runId', runOfMessage(message, meta)),
    ...optional('provenance', provenanceOf(provenance)),
  };
}

function transportOf(transport: Json | undefined): RequestEvent['transport'] {
  const messageId = text(transport, 'messageId');
  const channel = text(transport, 'channel');
  if (messageId === undefined || channel === undefined) return undefined;
  return {
    channel,
    messageId,
    ...optional('replyToId', text(transport, 'replyToId')),
    ...optional('threadId', text(transport, 'threadId')),
  };
}

/** Runs started over RPC (CLI, sub-agents, recovery) name their user line `<runId>:user`. */
function runOfMessage(message: Json, meta: Json | undefined): string | undefined {
  const runId = text(meta, 'runId');
  if (runId !== undefined) return runId;
  const idempotencyKey = text(message, 'idempotencyKey');
  return idempotencyKey?.endsWith(':user') === true ? idempotencyKey.slice(0, -':user'.length) : undefined;
}

function provenanceOf(provenance: Json | undefined): RequestEvent['provenance'] {
  const kind = text(provenance, 'kind');
  if (kind === undefined || kind === 'external_user') return undefined;
  const recovery = text(provenance, 'sourceTool') === 'main_session_restart_recovery';
  return {
    kind: recovery ? 'main_session_restart_recovery' : kind,
    ...optional('sourceKey', text(provenance, 'sourceSessionKey')),
  };
}

const COLLECTED = /^\[Queued messages while agent was busy\]\s*---\s*Queued #1 (?:\(from [^)\n]*\))?\n/;

/** OpenClaw wraps messages that it had queued (05-queue-collect); what a person asked stands below. */
function askedText(whole: string | undefined): string | undefined {
  return whole?.startsWith('[Queued messages') === true ? whole.replace(COLLECTED, '') : whole;
}

/** The visible text of a message: a string, or its `text` parts. */
export function messageText(message: Json): string | undefined {
  const direct = text(message, 'content');
  if (direct !== undefined) return direct;
  const parts = list(message, 'content')
    .filter(isObject)
    .filter((part) => part.type === 'text');
  const joined = parts.map((part) => text(part, 'text') ?? '').join('\n');
  return joined === '' ? undefined : joined;
}

/** Undefined for lines that OpenClaw itself adds (`provider: openclaw`, T7) and for messages without an id. */
export function assistantMessage(
  key: string,
  message: Json,
  at: number,
  shift: (ms: number) => number,
): AssistantMessageEvent | undefined {
  if (text(message, 'provider') === 'openclaw') return undefined;
  const meta = object(message, '__openclaw');
  const messageId = text(meta, 'id');
  if (messageId === undefined) return undefined;
  const runId = text(meta, 'runId');
  return {
    type: 'assistant.message',
    key,
    at,
    messageId,
    tsMs: shift(number(meta, 'recordTimestampMs') ?? at),
    ...(runId !== undefined && { run: { runId } }),
    ...optional('usage', usageOf(object(message, 'usage'))),
    ...optional('stopReason', text(message, 'stopReason')),
    ...(isSilent(messageText(message)) && { silent: true }),
  };
}

/** OpenClaw's own words for "nothing to say" (T7). */
export function isSilent(answer: string | undefined): boolean {
  const trimmed = answer?.trim();
  return trimmed === 'NO_REPLY' || trimmed === 'HEARTBEAT_OK';
}

export function usageOf(usage: Json | undefined): TokenUsage | undefined {
  if (usage === undefined) return undefined;
  const part = (name: string) => number(usage, name) ?? 0;
  const total = number(usage, 'totalTokens') ?? part('input') + part('output') + part('cacheRead') + part('cacheWrite');
  const counts = {
    input: part('input'),
    output: part('output'),
    cacheRead: part('cacheRead'),
    cacheWrite: part('cacheWrite'),
    total,
  };
  if (total === 0 && counts.input === 0 && counts.output === 0) return undefined;
  return { ...counts, ...optional('costUsd', number(object(usage, 'cost'), 'total')) };
}
