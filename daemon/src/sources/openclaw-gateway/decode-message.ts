import type { AssistantMessageEvent, RequestEvent, TokenUsage } from '../../turns/events.ts';
import { count, isObject, type Json, list, number, object, optional, text, time } from './fields.ts';

/** `session.message` and the entries of `chat.history`: the same shape, with `__openclaw` naming run, sender and transport. */
export function requestOf(key: string, message: Json, at: number, shift: (ms: number) => number): RequestEvent {
  const meta = object(message, '__openclaw');
  const transport = transportOf(object(meta, 'transport'));
  const provenance = object(message, 'provenance');
  return {
    type: 'request',
    key,
    at,
    recordedMs: shift(time(meta, 'recordTimestampMs') ?? time(message, 'timestamp') ?? at),
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

/** How OpenClaw marks the message with which it resumes a turn after a restart (12-kill9-restart). */
export const RECOVERY_TOOL = 'main_session_restart_recovery';

function provenanceOf(provenance: Json | undefined): RequestEvent['provenance'] {
  const kind = text(provenance, 'kind');
  if (kind === undefined || kind === 'external_user') return undefined;
  const recovery = text(provenance, 'sourceTool') === RECOVERY_TOOL;
  return {
    kind: recovery ? RECOVERY_TOOL : kind,
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

type Draft = { -readonly [K in keyof AssistantMessageEvent]: AssistantMessageEvent[K] };

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
  const tsMs = shift(time(meta, 'recordTimestampMs') ?? at);
  const event: Draft = { type: 'assistant.message', key, at, messageId, tsMs };
  const runId = text(meta, 'runId');
  const usage = usageOf(object(message, 'usage'));
  const stopReason = text(message, 'stopReason');
  if (runId !== undefined) event.run = { runId };
  if (usage !== undefined) event.usage = usage;
  if (stopReason !== undefined) event.stopReason = stopReason;
  if (isSilentMessage(message)) event.silent = true;
  return event;
}

/** Longer than any word for silence with the space around it. */
const MAX_SILENT_LENGTH = 40;

/** OpenClaw's own words for "nothing to say" (T7). */
export function isSilent(answer: string | undefined): boolean {
  if (answer === undefined || answer.length > MAX_SILENT_LENGTH) return false;
  const trimmed = answer.trim();
  return trimmed === 'NO_REPLY' || trimmed === 'HEARTBEAT_OK';
}

/** The whole visible text is such a word; most messages are too long to be looked at. */
function isSilentMessage(message: Json): boolean {
  const { content } = message;
  if (!Array.isArray(content)) return isSilent(text(message, 'content'));
  const isLong = content.some((part) => isObject(part) && (text(part, 'text')?.length ?? 0) > MAX_SILENT_LENGTH);
  return !isLong && isSilent(messageText(message));
}

export function usageOf(usage: Json | undefined): TokenUsage | undefined {
  if (usage === undefined) return undefined;
  const input = count(usage, 'input') ?? 0;
  const output = count(usage, 'output') ?? 0;
  const cacheRead = count(usage, 'cacheRead') ?? 0;
  const cacheWrite = count(usage, 'cacheWrite') ?? 0;
  const total = count(usage, 'totalTokens') ?? input + output + cacheRead + cacheWrite;
  if (total === 0 && input === 0 && output === 0) return undefined;
  const costUsd = number(object(usage, 'cost'), 'total');
  if (costUsd === undefined) return { input, output, cacheRead, cacheWrite, total };
  return { input, output, cacheRead, cacheWrite, total, costUsd };
}
