import type { RunOutcome } from '../../turns/events.ts';
import { isSilent, messageText, RECOVERY_TOOL } from './decode-message.ts';
import { spawnedChild } from './decode-tool.ts';
import { flag, isObject, type Json, list, object, text, time } from './fields.ts';

/** One run as the lines of a history show it. */
export interface HistoryRun {
  readonly runId: string;
  /** Its own lines in order: assistant, toolResult and nested calls. At least one. */
  readonly lines: readonly Json[];
  /** The user message that it answers, if that can be told (T1). */
  readonly request: Json | undefined;
  /** How it ended, as far as its last line tells (T9). */
  readonly outcome: RunOutcome | undefined;
  /** Its last word was `sessions_yield` (T4). */
  readonly yielded: boolean;
  /** The sub-agents that it spawned. */
  readonly children: readonly { readonly key: string; readonly runIds: readonly string[] }[];
  /** After a restart of the gateway it resumes what the run before it left (T2 c). */
  readonly recovery: Recovery | undefined;
}

export interface Recovery {
  /** OpenClaw's own message about it. */
  readonly message: Json;
  /** The run that died; undefined if it had not written a line. */
  readonly runId: string | undefined;
  /** What that one had been asked, then. */
  readonly asked: Json | undefined;
}

/** The runs of a history, in order of their first line. */
export function historyRuns(messages: readonly Json[]): readonly HistoryRun[] {
  const lines = new Map<string, { first: number; lines: Json[] }>();
  messages.forEach((message, index) => {
    const runId = message.role === 'user' ? undefined : runIdOf(message);
    if (runId === undefined) return;
    const known = lines.get(runId);
    if (known === undefined) lines.set(runId, { first: index, lines: [message] });
    else known.lines.push(message);
  });
  return [...lines].map(([runId, { first, lines: own }]) => {
    const before = messages.slice(0, first);
    return {
      runId,
      lines: own,
      request: requestBefore(before),
      outcome: outcomeOf(own),
      yielded: hasYielded(own),
      children: own.flatMap(childOf),
      recovery: recoveryAt(before),
    };
  });
}

/** If these lines end with the message about a restart. */
export function recoveryAt(messages: readonly Json[]): Recovery | undefined {
  const message = requestBefore(messages);
  if (message === undefined || text(object(message, 'provenance'), 'sourceTool') !== RECOVERY_TOOL) return undefined;
  const before = messages.slice(0, messages.lastIndexOf(message));
  const asked = requestBefore(before);
  const last = before.findLast((line) => line.role !== 'user' && !isAdded(line));
  // What was said last is the answer to an open question: the run that asked it died.
  if (asked !== undefined && !asksPerson(last)) return { message, runId: undefined, asked };
  return { message, runId: last && runIdOf(last), asked: undefined };
}

/** The call itself, or its wrapper's; its result comes after the answer (15-ask-user). */
function asksPerson(line: Json | undefined): boolean {
  return list(line, 'content')
    .filter(isObject)
    .filter((part) => part.type === 'toolCall')
    .some((call) => isQuestion(text(call, 'name')) || isQuestion(text(object(call, 'arguments'), 'id')));
}

function isQuestion(name: string | undefined): boolean {
  return name === 'ask_user' || name?.endsWith(':ask_user') === true;
}

/**
 * The user message that the next run after these lines answers: the last one, unless another run has answered it already.
 * What was steered into a run is no request, also before that run's first line (T1, T3).
 */
export function requestBefore(messages: readonly Json[]): Json | undefined {
  const message = messages.findLast((line) =>
    line.role === 'user'
      ? !isSteering(line)
      : !isAdded(line) && (line.role === 'assistant' || runIdOf(line) !== undefined),
  );
  return message?.role === 'user' ? message : undefined;
}

/** A user message of the past and the run whose lines follow it: that one has heard it, whatever it was to it. */
export interface Heard {
  readonly runId: string;
  readonly message: Json;
}

export function heardMessages(messages: readonly Json[]): readonly Heard[] {
  const heard: Heard[] = [];
  let runId: string | undefined;
  for (const message of messages.toReversed()) {
    if (message.role !== 'user') runId = isAdded(message) ? runId : (runIdOf(message) ?? runId);
    else if (runId !== undefined && !isSteering(message)) heard.push({ runId, message });
  }
  return heard.reverse();
}

function isSteering(line: Json): boolean {
  return text(object(line, '__openclaw'), 'steerTargetRunId') !== undefined;
}

/** When a line was written, on the runtime's clock. */
export function recordedAt(line: Json): number | undefined {
  return time(object(line, '__openclaw'), 'recordTimestampMs') ?? time(line, 'timestamp');
}

/** OpenClaw itself wrote it: a delivery mirror, a note, the partial answer of an aborted run (T7). */
function isAdded(line: Json): boolean {
  return text(line, 'provider') === 'openclaw';
}

function runIdOf(message: Json): string | undefined {
  const own = text(object(message, '__openclaw'), 'runId') ?? text(message, 'runId');
  if (own !== undefined) return own;
  const first = list(message, 'content')[0];
  return message.role === 'custom' && isObject(first) ? text(first, 'runId') : undefined;
}

/** The last line of a run, if it ends it. A yield leaves an empty line with `aborted`: not an end (T4). */
function outcomeOf(lines: readonly Json[]): RunOutcome | undefined {
  const abort = lines.map((line) => object(line, 'openclawAbort')).find((about) => flag(about, 'aborted'));
  if (abort !== undefined) {
    return { kind: 'aborted', code: 'aborted', ...(text(abort, 'origin') === 'rpc' && { alone: true }) };
  }
  const last = lines.findLast((line) => !isAdded(line));
  if (last?.role !== 'assistant') return undefined;
  const said = messageText(last);
  switch (text(last, 'stopReason')) {
    case 'stop':
    case 'length':
      return isSilent(said) ? { kind: 'done', silent: true } : { kind: 'done' };
    case 'error':
      return { kind: 'error', message: text(last, 'errorMessage') ?? said ?? 'The run failed without a reason.' };
    default:
      return undefined;
  }
}

function hasYielded(lines: readonly Json[]): boolean {
  const last = lines.findLast((line) => !isAdded(line) && text(line, 'stopReason') !== 'aborted');
  if (last?.role === 'toolResult') return text(last, 'toolName') === 'sessions_yield';
  return list(last, 'content').some((part) => isObject(part) && part.name === 'sessions_yield');
}

/** From the result of `sessions_spawn`, or of the nested call behind a wrapper. */
function childOf(line: Json): HistoryRun['children'] {
  const nested = list(line, 'content')
    .filter(isObject)
    .find((part) => part.type === 'toolResult');
  const result = line.role === 'custom' ? nested : line;
  if (result === undefined || text(result, 'toolName') !== 'sessions_spawn') return [];
  const child = spawnedChild(result);
  return child === undefined ? [] : [{ key: child.key, runIds: child.runId === undefined ? [] : [child.runId] }];
}
