import type { AgentEvent, KeySyncedEvent, RequestEvent, RunOutcome } from '../../turns/events.ts';
import { decodeStream, type RunContext } from './decode-agent.ts';
import { assistantMessage, isSilent, messageText, requestOf } from './decode-message.ts';
import { spawnedChild, toolInput, toolOutcome } from './decode-tool.ts';
import { flag, isObject, type Json, list, number, object, optional, text, texts } from './fields.ts';

/**
 * `chat.history`: what a key's runs did while nobody watched (T1 late join, T9). History alone opens no turn (T8): only a run
 * that the answer itself or the key's row calls active is joined; details of other runs reach only turns that know them.
 */
export interface HistoryContext {
  readonly key: string;
  readonly at: number;
  readonly shift: (ms: number) => number;
  /** The row as it came with the answer, else the last one seen. */
  readonly row: Json | undefined;
}

export function decodeHistory(payload: Json, context: HistoryContext): readonly AgentEvent[] {
  const messages = list(payload, 'messages').filter(isObject);
  const inFlight = object(payload, 'inFlightRun');
  const active = activeRuns(inFlight, context.row);
  return [
    ...joined(messages, inFlight, active, context),
    ...messages.flatMap((message) => details(message, context)),
    ...list(inFlight, 'events')
      .filter(isObject)
      .flatMap((event) => inFlightDetails(event, context)),
    synced(messages, active, context),
  ];
}

function activeRuns(inFlight: Json | undefined, row: Json | undefined): readonly string[] {
  const runId = text(inFlight, 'runId');
  return [...new Set([...(runId === undefined ? [] : [runId]), ...texts(row, 'activeRunIds')])];
}

function joined(
  messages: readonly Json[],
  inFlight: Json | undefined,
  active: readonly string[],
  context: HistoryContext,
): readonly AgentEvent[] {
  const { key, at, shift } = context;
  return active.map((runId) => {
    const isInFlight = text(inFlight, 'runId') === runId;
    const startedAt = isInFlight ? number(inFlight, 'startedAt') : undefined;
    const request = requestBefore(messages, runId, context);
    return {
      type: 'run.joined',
      key,
      at,
      run: { runId },
      startedMs: startedAt === undefined ? (request?.recordedMs ?? at) : shift(startedAt),
      ...optional('request', request),
    };
  });
}

/** The user message directly before the run's first assistant line, else the last user message (T1). */
function requestBefore(
  messages: readonly Json[],
  runId: string,
  { key, at, shift }: HistoryContext,
): RequestEvent | undefined {
  const first = messages.findIndex((message) => message.role === 'assistant' && runIdOf(message) === runId);
  const before = first < 0 ? messages : messages.slice(0, first);
  const user = before.findLast((message) => message.role === 'user');
  return user === undefined ? undefined : requestOf(key, user, at, shift);
}

function runIdOf(message: Json): string | undefined {
  return text(object(message, '__openclaw'), 'runId');
}

function details(message: Json, context: HistoryContext): readonly AgentEvent[] {
  if (message.role === 'assistant') return assistantDetails(message, context);
  if (message.role === 'toolResult') return resultDetails(message, context);
  return [];
}

function assistantDetails(message: Json, { key, at, shift }: HistoryContext): readonly AgentEvent[] {
  const counted = assistantMessage(key, message, at, shift);
  const run = counted?.run;
  if (counted === undefined || run === undefined) return [];
  const events: AgentEvent[] = [];
  const itemId = text(object(message, 'openclawStreamFallback'), 'itemId');
  const said = messageText(message);
  if (itemId !== undefined && said !== undefined)
    events.push({ type: 'text', key, at, past: true, run, itemId, text: said, tsMs: counted.tsMs });
  for (const part of list(message, 'content')) {
    const call = isObject(part) && part.type === 'toolCall' ? part : undefined;
    const callId = text(call, 'id');
    const name = text(call, 'name');
    if (callId === undefined || name === undefined) continue;
    const input = toolInput(object(call, 'arguments'));
    events.push({
      type: 'tool',
      key,
      at,
      past: true,
      run,
      callId,
      name,
      phase: 'started',
      startedMs: counted.tsMs,
      tsMs: counted.tsMs,
      ...optional('input', input),
    });
  }
  return [...events, { ...counted, past: true }];
}

function resultDetails(message: Json, { key, at, shift }: HistoryContext): readonly AgentEvent[] {
  const callId = text(message, 'toolCallId');
  const runId = runIdOf(message);
  if (callId === undefined || runId === undefined) return [];
  const tsMs = shift(number(object(message, '__openclaw'), 'recordTimestampMs') ?? at);
  const name = text(message, 'toolName');
  const child = name === 'sessions_spawn' ? spawnedChild(message) : undefined;
  const result = toolOutcome(flag(message, 'isError'), message);
  return [
    {
      type: 'tool',
      key,
      at,
      past: true,
      run: { runId },
      callId,
      phase: 'ended',
      endedMs: tsMs,
      tsMs,
      ...optional('name', name),
      ...result,
      ...optional('child', child),
    },
  ];
}

/** `inFlightRun.events`: tool arguments are stripped, `item` events keep title and meta (late-join). */
function inFlightDetails(payload: Json, { key, at, shift }: HistoryContext): readonly AgentEvent[] {
  const runId = text(payload, 'runId');
  const stream = text(payload, 'stream');
  const data = object(payload, 'data');
  if (runId === undefined || stream === undefined || data === undefined) return [];
  const context: RunContext = {
    key,
    // No sequence number: these are older than what the live stream has brought already.
    run: { runId },
    at,
    tsMs: shift(number(payload, 'ts') ?? at),
    spawnedBy: undefined,
    heartbeat: false,
    shift,
  };
  return decodeStream(stream, data, context).events.filter(
    (event) => event.type === 'tool' || event.type === 'text' || event.type === 'approval.requested',
  );
}

function synced(
  messages: readonly Json[],
  active: readonly string[],
  { key, at, shift, row }: HistoryContext,
): KeySyncedEvent {
  const last = new Map<string, Json>();
  for (const message of messages) {
    const runId = runIdOf(message);
    if (runId !== undefined) last.set(runId, message);
  }
  const ends = [...last].flatMap(([runId, message]) => {
    const outcome = active.includes(runId) ? undefined : terminalOutcome(message);
    const tsMs = shift(number(object(message, '__openclaw'), 'recordTimestampMs') ?? at);
    return outcome === undefined ? [] : [{ runId, outcome, tsMs }];
  });
  return { type: 'key.synced', key, at, ...rowState(row, active), ends };
}

export function rowState(
  row: Json | undefined,
  active: readonly string[],
): Pick<KeySyncedEvent, 'activeRunIds' | 'hasActiveRun' | 'abortedLastRun' | 'killed'> {
  return {
    activeRunIds: active,
    hasActiveRun: active.length > 0 || flag(row, 'hasActiveRun'),
    abortedLastRun: flag(row, 'abortedLastRun'),
    killed: text(row, 'status') === 'killed',
  };
}

/** The last line of a run, if it ends it. A yield leaves an empty line with `aborted`: not an end (T4). */
function terminalOutcome(message: Json): RunOutcome | undefined {
  if (message.role !== 'assistant') return undefined;
  const said = messageText(message);
  switch (text(message, 'stopReason')) {
    case 'stop':
    case 'length':
      return isSilent(said) ? { kind: 'done', silent: true } : { kind: 'done' };
    case 'error':
      return { kind: 'error', message: text(message, 'errorMessage') ?? said ?? 'The run failed without a reason.' };
    default:
      return undefined;
  }
}
