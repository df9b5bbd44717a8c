import type {
  AgentEvent,
  KeySyncedEvent,
  RequestEvent,
  RunEndedEvent,
  RunJoinedEvent,
  RunOutcome,
} from '../../turns/events.ts';
import { announces, isContinuationRun, isSubagentKey } from '../../turns/identity.ts';
import { childOutcome } from './decode-changed.ts';
import { requestOf } from './decode-message.ts';
import { flag, isObject, type Json, list, object, optional, text, texts, time } from './fields.ts';
import { type DetailContext, inFlightDetails, lineDetails } from './history-details.ts';
import {
  type HistoryRun,
  heardMessages,
  historyRuns,
  type Recovery,
  recordedAt,
  recoveryAt,
  requestBefore,
} from './history-runs.ts';
import { UNSEEN_REQUEST_MS } from './unseen-request.ts';

/**
 * `chat.history`: what a key's runs did while nobody watched (T1 late join, T9). History alone opens no turn (T8): only a run
 * that the answer itself or the key's row calls active or waiting is joined, and those that it carries on; details of other
 * runs reach only turns that know them.
 */
export interface HistoryContext extends DetailContext {
  /** The row as it came with the answer, else the last one seen. */
  readonly row: Json | undefined;
  /** Whether the run was seen live: it may wait for what history tells of its request (T1). */
  readonly isKnown: (runId: string) => boolean;
  /** The last run seen that carried on what the key had yielded; it may have died before its first line (T2). */
  readonly continuation?: string | undefined;
}

export function decodeHistory(payload: Json, context: HistoryContext): readonly AgentEvent[] {
  const messages = list(payload, 'messages').filter(isObject);
  const inFlight = object(payload, 'inFlightRun');
  const active = activeRuns(inFlight, context.row);
  const runs = historyRuns(messages);
  const unwritten = active
    .filter((runId) => !runs.some((run) => run.runId === runId))
    .map((runId) => {
      const request = requestBefore(messages);
      const isOwn = runId === text(inFlight, 'runId') || request === undefined || !isFromChat(request);
      return { runId, request: isOwn ? request : undefined, recovery: recoveryAt(messages) };
    });
  const relations = relate(runs, unwritten, active, context);
  const open = active.length > 0 ? undefined : openRequest(messages, context);
  return [
    ...(open === undefined ? [] : [open]),
    ...runs.flatMap((run) => runEvents(run, relations, startOf(inFlight, run.runId), context)),
    ...unwritten.flatMap((run) => joined(run, startOf(inFlight, run.runId), {}, context)),
    ...list(inFlight, 'events')
      .filter(isObject)
      .flatMap((event) => inFlightDetails(event, context)),
    { ...synced(runs, relations, context), ...heard(messages) },
  ];
}

/** Who serves such a message is never named by its row before it starts (restart-kill9: what resumes a turn is). */
function isFromChat(message: Json): boolean {
  return text(object(object(message, '__openclaw'), 'transport'), 'messageId') !== undefined;
}

/** As the ids by which the machine knows them. */
function heard(messages: readonly Json[]): Pick<KeySyncedEvent, 'heard'> {
  const known = heardMessages(messages).map(({ runId, message }) => {
    const meta = object(message, '__openclaw');
    const messageId = text(object(meta, 'transport'), 'messageId');
    return { runId, ...optional('lineId', text(meta, 'id')), ...optional('messageId', messageId) };
  });
  return known.length === 0 ? {} : { heard: known };
}

/** How the runs of a history hang together. */
interface Relations {
  readonly active: readonly string[];
  /** Their turns go on. */
  readonly going: ReadonlySet<string>;
  /** By run id: the run that carried it on (T2). */
  readonly carriers: ReadonlyMap<string, string>;
}

/** An active run without a line so far. */
type UnwrittenRun = Pick<HistoryRun, 'runId' | 'request' | 'recovery'>;

function relate(
  runs: readonly HistoryRun[],
  unwritten: readonly UnwrittenRun[],
  active: readonly string[],
  context: HistoryContext,
): Relations {
  const carriers = new Map<string, string>();
  const all = [...runs, ...unwritten];
  const later = [
    ...all.map(({ runId }) => runId),
    ...(context.continuation === undefined ? [] : [context.continuation]),
  ];
  for (const run of runs) {
    const carrier = later.findLast((runId) => isCarriedOnBy(run, runId));
    if (carrier !== undefined) carriers.set(run.runId, carrier);
  }
  for (const { recovery, runId } of all) {
    const died = recovery && diedBefore(recovery, runs, later);
    if (died !== undefined) carriers.set(died, runId);
  }
  const going = new Set(active);
  const waiting = waitingRun(runs, context);
  if (waiting !== undefined) going.add(waiting.runId);
  for (const { runId } of runs.toReversed()) if (going.has(carriers.get(runId) ?? '')) going.add(runId);
  return { active, going, carriers };
}

/**
 * The run that the restart ended. One that had said its last word cannot be it: then what had yielded before was being carried
 * on, or its sub-agents' announcement answered, by a run that had not written a line.
 */
function diedBefore({ runId }: Recovery, runs: readonly HistoryRun[], later: readonly string[]): string | undefined {
  const at = runs.findIndex((run) => run.runId === runId);
  if (at < 0 || runs[at]?.outcome === undefined) return runId;
  const isAnnounced = (child: HistoryRun['children'][number]) => later.some((id) => announces(id, child));
  return runs.slice(0, at + 1).findLast(({ children }) => children.some((child) => !isAnnounced(child)))?.runId;
}

/** The last message, if its run is still to come: it came before anybody listened (T1). A message alone opens no turn. */
function openRequest(messages: readonly Json[], { key, at, shift, row }: HistoryContext): RequestEvent | undefined {
  const message = requestBefore(messages);
  const request = message && requestOf(key, message, at, shift);
  if (request === undefined) return undefined;
  return flag(row, 'hasActiveRun') || at - request.recordedMs <= UNSEEN_REQUEST_MS ? request : undefined;
}

function activeRuns(inFlight: Json | undefined, row: Json | undefined): readonly string[] {
  const runId = text(inFlight, 'runId');
  return [...new Set([...(runId === undefined ? [] : [runId]), ...texts(row, 'activeRunIds')])];
}

function isCarriedOnBy({ children }: HistoryRun, later: string): boolean {
  return children.some((child) => announces(later, child));
}

/** The last run that yielded, if none has carried it on and it still waits: by its key's row, or for a run that was seen. */
function waitingRun(runs: readonly HistoryRun[], { row, isKnown }: HistoryContext): HistoryRun | undefined {
  const run = runs.findLast((candidate) => candidate.yielded || isContinuationRun(candidate.runId));
  if (run?.yielded !== true) return undefined;
  return isWaiting(row) || run.children.some((child) => child.runIds.some(isKnown)) ? run : undefined;
}

/**
 * The row goes on without an active run, or has sub-agents that do: a turn of it has yielded (nested-late-join,
 * restart-kill9-subagent: a sub-agent that died with the gateway counts until it is given up).
 */
function isWaiting(row: Json | undefined): boolean {
  if (flag(row, 'hasActiveSubagentRun')) return true;
  return text(row, 'status') === 'running' && row?.hasActiveRun === false && !flag(row, 'abortedLastRun');
}

function runEvents(
  run: HistoryRun,
  { active, going, carriers }: Relations,
  startedAt: number | undefined,
  context: HistoryContext,
): readonly AgentEvent[] {
  const { runId } = run;
  const details = run.lines.flatMap((line) => lineDetails(line, runId, context));
  const carrier = knownCarrier(runId, carriers, context);
  const isActive = active.includes(runId);
  const spawned = run.children.filter((child) => child.runIds.some(context.isKnown)).map((child) => child.key);
  const isWanted = spawned.length > 0 || carrier !== undefined || context.isKnown(runId);
  if (!going.has(runId) && !isWanted && !mayCarryOn(run, context.key)) return details;
  const how = {
    ...(!isActive && { waits: true }),
    ...(!going.has(runId) && { over: true }),
    ...(spawned.length > 0 && { spawned }),
    ...optional('carriedOnBy', carrier),
  };
  const first = run.lines[0];
  return [
    ...joined(run, startedAt ?? (first && recordedAt(first)), how, context),
    ...details,
    ...(!isActive && run.yielded ? [yielded(run, context)] : []),
  ];
}

/** The first that was seen of those that carried it on, one after the other. */
function knownCarrier(
  runId: string,
  carriers: ReadonlyMap<string, string>,
  { isKnown }: HistoryContext,
): string | undefined {
  const seen = new Set<string>();
  let carrier = carriers.get(runId);
  while (carrier !== undefined && !isKnown(carrier) && !seen.has(carrier)) {
    seen.add(carrier);
    carrier = carriers.get(carrier);
  }
  return carrier !== undefined && isKnown(carrier) ? carrier : undefined;
}

/** It may belong to a turn that is known, although it began and ended unseen (T2). */
function mayCarryOn({ runId, outcome, request }: HistoryRun, key: string): boolean {
  if (outcome === undefined) return false;
  return isContinuationRun(runId) || isSubagentKey(key) || object(request, 'provenance') !== undefined;
}

/** A recovery tells of itself first; then what its run was asked, if the one that died has left no line to tell it. */
function joined(
  { runId, request, recovery }: UnwrittenRun,
  startedAt: number | undefined,
  how: Pick<RunJoinedEvent, 'over' | 'waits' | 'carriedOnBy' | 'spawned'>,
  { key, at, shift }: HistoryContext,
): readonly AgentEvent[] {
  const message = recovery === undefined ? request : recovery.asked;
  const found = message && requestOf(key, message, at, shift);
  // A line that names another run is that one's.
  const isOthers = found?.runId !== undefined && found.runId !== runId;
  const asked = isOthers ? undefined : found;
  const told = recovery === undefined ? asked : request && requestOf(key, request, at, shift);
  const startedMs = startedAt === undefined ? (told?.recordedMs ?? at) : shift(startedAt);
  const join = {
    type: 'run.joined',
    key,
    at,
    run: { runId },
    startedMs,
    ...how,
    ...optional('request', asked),
  } as const;
  if (recovery === undefined || told === undefined) return [join];
  return [...(isOthers ? [died(found, join)] : []), { ...told, runId }, join];
}

/** The run that the restart ended before it had written a line: its message names it. */
function died(request: RequestEvent, { run, ...recovery }: RunJoinedEvent): RunJoinedEvent {
  const { runId = '', recordedMs: startedMs } = request;
  return { ...recovery, run: { runId }, startedMs, request, waits: true, carriedOnBy: run.runId };
}

function startOf(inFlight: Json | undefined, runId: string): number | undefined {
  return text(inFlight, 'runId') === runId ? time(inFlight, 'startedAt') : undefined;
}

function yielded(run: HistoryRun, { key, at, shift }: HistoryContext): RunEndedEvent {
  const endedMs = lastMs(run, at, shift);
  return { type: 'run.ended', key, at, past: true, run: { runId: run.runId }, endedMs, outcome: YIELDED };
}

const YIELDED = { kind: 'done', yielded: true } as const;

function lastMs(run: HistoryRun, at: number, shift: (ms: number) => number): number {
  const last = run.lines.at(-1);
  return shift((last && recordedAt(last)) ?? at);
}

function synced(
  runs: readonly HistoryRun[],
  { active, carriers }: Relations,
  { key, at, shift, row }: HistoryContext,
): KeySyncedEvent {
  const ends = runs.flatMap((run) => {
    const outcome = run.outcome ?? (run.yielded ? YIELDED : cutOff(run, carriers));
    if (outcome === undefined || active.includes(run.runId)) return [];
    return [{ runId: run.runId, outcome, tsMs: lastMs(run, at, shift) }];
  });
  return { type: 'key.synced', key, at, ...rowState(row, active), ends };
}

/** It was stopped and left no word of it, and its sub-agents' announcement was answered all the same. */
function cutOff({ runId }: HistoryRun, carriers: Relations['carriers']): RunOutcome | undefined {
  return isContinuationRun(carriers.get(runId) ?? '') ? { kind: 'cut', code: 'lost' } : undefined;
}

export function rowState(
  row: Json | undefined,
  active: readonly string[],
): Pick<KeySyncedEvent, 'activeRunIds' | 'hasActiveRun' | 'abortedLastRun' | 'killed' | 'waiting' | 'outcome'> {
  return {
    activeRunIds: active,
    // Without a row nothing says that the key is idle.
    hasActiveRun: active.length > 0 || row === undefined || flag(row, 'hasActiveRun'),
    abortedLastRun: flag(row, 'abortedLastRun'),
    killed: text(row, 'status') === 'killed',
    ...(isWaiting(row) && { waiting: true }),
    ...optional('outcome', row === undefined || active.length > 0 ? undefined : childOutcome(row)),
  };
}
