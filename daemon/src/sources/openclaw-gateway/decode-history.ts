import type { AgentEvent, KeySyncedEvent, RunEndedEvent, RunJoinedEvent } from '../../turns/events.ts';
import { announces, isContinuationRun, isSubagentKey } from '../../turns/identity.ts';
import { requestOf } from './decode-message.ts';
import { flag, isObject, type Json, list, object, optional, text, texts, time } from './fields.ts';
import { type DetailContext, inFlightDetails, lineDetails } from './history-details.ts';
import { type HistoryRun, historyRuns, recordedAt, requestBefore } from './history-runs.ts';

/**
 * `chat.history`: what a key's runs did while nobody watched (T1 late join, T9). History alone opens no turn (T8): only a run
 * that the answer itself or the key's row calls active or waiting is joined, and those that it carries on; details of other
 * runs reach only turns that know them.
 */
export interface HistoryContext extends DetailContext {
  /** The row as it came with the answer, else the last one seen. */
  readonly row: Json | undefined;
}

export function decodeHistory(payload: Json, context: HistoryContext): readonly AgentEvent[] {
  const messages = list(payload, 'messages').filter(isObject);
  const inFlight = object(payload, 'inFlightRun');
  const active = activeRuns(inFlight, context.row);
  const runs = historyRuns(messages);
  const going = goingRuns(runs, active, context.row);
  const unwritten = active.filter((runId) => !runs.some((run) => run.runId === runId));
  return [
    ...runs.flatMap((run) => runEvents(run, going, active, startOf(inFlight, run.runId), context)),
    ...unwritten.map((runId) => joined(runId, requestBefore(messages), startOf(inFlight, runId), context)),
    ...list(inFlight, 'events')
      .filter(isObject)
      .flatMap((event) => inFlightDetails(event, context)),
    synced(runs, active, context),
  ];
}

function activeRuns(inFlight: Json | undefined, row: Json | undefined): readonly string[] {
  const runId = text(inFlight, 'runId');
  return [...new Set([...(runId === undefined ? [] : [runId]), ...texts(row, 'activeRunIds')])];
}

/** The runs whose turns go on: active ones, the yielded one that waits, and those that they carry on (T2 b). */
function goingRuns(runs: readonly HistoryRun[], active: readonly string[], row: Json | undefined): ReadonlySet<string> {
  const waiting = isWaiting(row) || flag(row, 'hasActiveSubagentRun') ? waitingRun(runs) : undefined;
  const going = new Set([...active, ...(waiting === undefined ? [] : [waiting.runId])]);
  for (const run of runs.toReversed()) {
    const isCarriedOn = [...going].some((later) => run.children.some((child) => announces(later, child)));
    if (isCarriedOn) going.add(run.runId);
  }
  return going;
}

/** The last run that yielded, if none has carried it on. */
function waitingRun(runs: readonly HistoryRun[]): HistoryRun | undefined {
  const run = runs.findLast((candidate) => candidate.yielded || isContinuationRun(candidate.runId));
  return run?.yielded === true ? run : undefined;
}

/** The row goes on without an active run: its turn has yielded (nested-late-join, restart-kill9-subagent). */
function isWaiting(row: Json | undefined): boolean {
  return text(row, 'status') === 'running' && row?.hasActiveRun === false && !flag(row, 'abortedLastRun');
}

function runEvents(
  run: HistoryRun,
  going: ReadonlySet<string>,
  active: readonly string[],
  startedAt: number | undefined,
  context: HistoryContext,
): readonly AgentEvent[] {
  const details = run.lines.flatMap((line) => lineDetails(line, run.runId, context));
  if (going.has(run.runId)) {
    const isYield = run.yielded && !active.includes(run.runId);
    return [joinedRun(run, startedAt, context), ...details, ...(isYield ? [yielded(run, context)] : [])];
  }
  const mayCarryOn = run.outcome !== undefined && carriesOn(run, context.key);
  return mayCarryOn ? [{ ...joinedRun(run, startedAt, context), over: true }, ...details] : details;
}

/** It may belong to a turn that is known, although it began and ended unseen (T2). */
function carriesOn(run: HistoryRun, key: string): boolean {
  return isContinuationRun(run.runId) || isSubagentKey(key) || object(run.request, 'provenance') !== undefined;
}

function joinedRun(run: HistoryRun, startedAt: number | undefined, context: HistoryContext): RunJoinedEvent {
  const first = run.lines[0];
  return joined(run.runId, run.request, startedAt ?? (first && recordedAt(first)), context);
}

function joined(
  runId: string,
  message: Json | undefined,
  startedAt: number | undefined,
  { key, at, shift }: HistoryContext,
): RunJoinedEvent {
  const request = message === undefined ? undefined : requestOf(key, message, at, shift);
  const startedMs = startedAt === undefined ? (request?.recordedMs ?? at) : shift(startedAt);
  return { type: 'run.joined', key, at, run: { runId }, startedMs, ...optional('request', request) };
}

function startOf(inFlight: Json | undefined, runId: string): number | undefined {
  return text(inFlight, 'runId') === runId ? time(inFlight, 'startedAt') : undefined;
}

function yielded(run: HistoryRun, { key, at, shift }: HistoryContext): RunEndedEvent {
  const outcome = { kind: 'done', yielded: true } as const;
  return { type: 'run.ended', key, at, run: { runId: run.runId }, endedMs: lastMs(run, at, shift), outcome };
}

function lastMs(run: HistoryRun, at: number, shift: (ms: number) => number): number {
  const last = run.lines.at(-1);
  return shift((last && recordedAt(last)) ?? at);
}

function synced(
  runs: readonly HistoryRun[],
  active: readonly string[],
  { key, at, shift, row }: HistoryContext,
): KeySyncedEvent {
  const ends = runs.flatMap((run) =>
    run.outcome === undefined || active.includes(run.runId)
      ? []
      : [{ runId: run.runId, outcome: run.outcome, tsMs: lastMs(run, at, shift) }],
  );
  return { type: 'key.synced', key, at, ...rowState(row, active), ends };
}

export function rowState(
  row: Json | undefined,
  active: readonly string[],
): Pick<KeySyncedEvent, 'activeRunIds' | 'hasActiveRun' | 'abortedLastRun' | 'killed' | 'waiting'> {
  return {
    activeRunIds: active,
    // Without a row nothing says that the key is idle.
    hasActiveRun: active.length > 0 || row === undefined || flag(row, 'hasActiveRun'),
    abortedLastRun: flag(row, 'abortedLastRun'),
    killed: text(row, 'status') === 'killed',
    ...(isWaiting(row) && { waiting: true }),
  };
}
