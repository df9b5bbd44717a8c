import { childStarted } from './children.ts';
import type { Draft } from './draft.ts';
import type { RequestEvent, RunJoinedEvent, RunRef, RunStartedEvent } from './events.ts';
import { isContinuationRun, isCronKey, isSubagentKey } from './identity.ts';
import { answer, continuedBy, continues, lively, reopened, takenUp } from './joining.ts';
import { nameTurn } from './naming.ts';
import { ensureChild } from './parents.ts';
import { isAnswer, ownRequest, remember, requestFor } from './request-book.ts';
import { type RunState, TIMES, type TurnState } from './state.ts';
import { addNotice, heard, isActive, ofKey, parentStepOf, withoutItsCalls, withTurn } from './steps.ts';
import type { Turn } from './turn.ts';

/** Runs begin and go on; which turn they serve is decided here once (T1, T2, T4). */
export function onRunStarted(draft: Draft, event: RunStartedEvent): void {
  if (event.spawnedBy !== undefined) adopt(draft, event.key, event.spawnedBy);
  const known = draft.run(event.run.runId);
  if (known === undefined) openRun(draft, event);
  else if (known.progress !== 'ended') startAgain(draft, known, event);
}

/** Remembers whose child a key is (T5). */
export function adopt(draft: Draft, key: string, parentKey: string): void {
  const state = draft.key(key);
  if (state.parentKey === undefined && parentKey !== key) draft.setKey({ ...state, parentKey });
}

export function openRun(draft: Draft, event: RunStartedEvent): void {
  if (joinAsChild(draft, event) || joinAsContinuation(draft, event)) return;
  draft.setRun(newRun(event, event.run.runId));
  draft.setTurn(newTurn(draft, event));
  nameAtOnce(draft, event);
}

function joinAsChild(draft: Draft, event: RunStartedEvent): boolean {
  const { key } = event;
  const { runId } = event.run;
  const home = ensureChild(draft, key, event.startedMs, !isEarly(event));
  if (home === undefined) return false;
  const { over, ...state } = draft.key(key);
  if (over !== undefined) draft.setKey(state);
  draft.setRun(newRun(event, home.uid));
  draft.setTurn(heard(childStarted(takenUp(home), key, runId), draft));
  // Its own continuation answers its own children (T4).
  const continued = continuedBy(draft, key, runId);
  if (continued !== undefined) answer(draft, runId, event.startedMs, continued.childKeys);
  return true;
}

function joinAsContinuation(draft: Draft, event: RunStartedEvent): boolean {
  const { runId } = event.run;
  const continued = continuedBy(draft, event.key, runId);
  if (continued === undefined) return false;
  const { uid } = continued.state;
  draft.setTurn(endEarlier(draft, continued.state, event));
  draft.setRun(newRun(event, uid));
  draft.setTurn(heard(carriedOn(draft.turn(uid) ?? continued.state, event), draft));
  answer(draft, runId, event.startedMs, continued.childKeys);
  return true;
}

/** A session runs one at a time: what is carried on has yielded, whether or not anybody heard of it. */
function endEarlier(draft: Draft, state: TurnState, { key, startedMs }: RunStartedEvent): TurnState {
  const isBefore = (run: RunState) => run.turn === state.uid && run.key === key && run.startedMs < startedMs;
  const earlier = draft.runs.filter((run) => run.progress === 'active' && isBefore(run));
  for (const run of earlier) draft.setRun({ ...run, progress: 'yielded', endedMs: startedMs, endedBy: 'done' });
  return earlier.length === 0 ? state : withoutItsCalls(state, key, startedMs);
}

/** By one of its sub-agents, its root does not go on. */
function carriedOn(state: TurnState, { key, run }: RunStartedEvent): TurnState {
  return state.turn.key === key ? reopened(state) : childStarted(takenUp(state), key, run.runId);
}

function newRun({ key, run, startedMs }: RunStartedEvent, turn: string): RunState {
  return { runId: run.runId, key, turn, progress: 'active', startedMs, lastSeq: run.seq ?? 0 };
}

function nameAtOnce(draft: Draft, event: RunStartedEvent): void {
  const { runId } = event.run;
  if (mayCarryOnUnseen(event)) return;
  if (isItsOwnIdea(event)) nameTurn(draft, runId, undefined);
  if (isItsOwnIdea(event) || isSubagentKey(event.key)) return;
  // Seen in the middle: unless its own line is here, history tells whom it serves.
  const request =
    event.late === true
      ? ownRequest(draft, event.key, runId)
      : requestFor(draft, event.key, runId, event.missedUntilMs);
  if (request !== undefined) nameTurn(draft, runId, request);
}

/** A continuation of a turn that history may still tell of (T2). */
function mayCarryOnUnseen(event: RunStartedEvent): boolean {
  return isContinuationRun(event.run.runId) && (isEarly(event) || isSubagentKey(event.key));
}

/** History may still tell what came before it. */
function isEarly({ late, requestMayBePast }: RunStartedEvent): boolean {
  return late === true || requestMayBePast === true;
}

/** Nobody asked: it is named by its run (T1). */
function isItsOwnIdea(event: RunStartedEvent): boolean {
  if (event.heartbeat === true || event.automatic === true) return true;
  return isCronKey(event.key) || isContinuationRun(event.run.runId);
}

function newTurn(draft: Draft, event: RunStartedEvent): TurnState {
  const key = draft.key(event.key);
  const agentId = draft.agentId(event.key);
  const turn: Turn = {
    id: '',
    name: event.lockName ?? '',
    key: event.key,
    agent: { id: agentId, name: key.agentName ?? agentId, runtime: 'openclaw' },
    route: { kind: 'none' },
    startedMs: event.startedMs,
    lastEventMs: draft.now,
    phase: { status: 'active', activity: 'thinking', stalled: false },
    steps: [],
    stepsForgotten: 0,
    toolCalls: 0,
    hidden: true,
    ...(key.contextWindow !== undefined && { contextWindow: key.contextWindow }),
  };
  const state: TurnState = {
    uid: event.run.runId,
    turn,
    nameBy: draft.now + nameWait(draft, event),
    quiet: event.heartbeat === true,
    late: event.late === true,
    early: isEarly(event),
    root: { kind: 'running' },
    children: [],
    approvals: [],
    retrying: {},
    signal: 'thinking',
    thinking: {},
    countedMessages: [],
    concluded: false,
    withdrawn: false,
  };
  if (!state.late) return state;
  return addNotice(state, { id: 'missed-beginning', code: 'missed-beginning', atMs: event.startedMs });
}

function nameWait(draft: Draft, event: RunStartedEvent): number {
  if (event.lockName !== undefined) return TIMES.lockWaitMs;
  if (event.late === true) return mayResume(draft, event.key) ? TIMES.lostAfterMs : TIMES.lateNameWaitMs;
  const mayBePast = event.requestMayBePast === true || isSubagentKey(event.key);
  return mayBePast ? TIMES.lateNameWaitMs : TIMES.nameWaitMs;
}

/** After a crash its run is there seconds before the line that says that it resumes a turn (12-kill9-restart: 2.3 s). */
function mayResume(draft: Draft, key: string): boolean {
  return draft.turns.some((state) => isActive(state) && state.turn.key === key && state.unobserved !== undefined);
}

/** `start` again on one runId: the next attempt of the same run (T4). The first `startedAt` counts. */
function startAgain(draft: Draft, run: RunState, event: RunStartedEvent): void {
  const found = draft.turn(run.turn);
  const state = found && lively(found);
  if (state === undefined) return;
  const next = quieted(noteRetry(state, run, event.startedMs), event);
  draft.setTurn(heard(next, draft));
  // JSONL: only the first line tells that nobody asked.
  const isOwn = next.uid === run.runId && !mayCarryOnUnseen(event);
  if (isOwn && isItsOwnIdea(event) && next.nameBy !== undefined) nameTurn(draft, next.uid, undefined);
}

function noteRetry(state: TurnState, run: RunState, startedMs: number): TurnState {
  const failed = ofKey(state.retrying, run.key);
  if (failed === undefined || startedMs <= run.startedMs) return state;
  return addNotice(state, {
    id: `retry:${run.runId}:${startedMs}`,
    code: 'retrying',
    atMs: startedMs,
    text: failed.message,
    parentId: parentStepOf(state, run.key),
  });
}

/** A heartbeat is held back until its first tool call (T7), also if it is known as one only now. */
function quieted(state: TurnState, event: RunStartedEvent): TurnState {
  if (event.heartbeat !== true || state.quiet || state.turn.toolCalls > 0) return state;
  return { ...state, quiet: true, turn: { ...state.turn, hidden: true } };
}

/** History tells of a run: what it serves and since when (T1). */
export function onRunJoined(draft: Draft, event: RunJoinedEvent): void {
  const request = freeRequest(draft, event);
  if (draft.run(event.run.runId) === undefined) {
    if (event.over === true && !carriesOn(draft, event, request)) return;
    openJoined(draft, event);
  } else startedBefore(draft, event);
  const found = draft.turnOf(event.run.runId);
  const state = found && lively(found);
  if (state === undefined) {
    // It ended while its history was read.
    if (found?.nameBy !== undefined && request !== undefined) nameTurn(draft, found.uid, request);
    return;
  }
  const isAlive = event.over !== true && event.waits !== true;
  if (isAlive) draft.setTurn(heard(state, draft));
  if (request === undefined) return;
  // What was asked before an earlier run that still waits for its name is that one's (T1).
  const asked = waitingBetween(draft, event, request) ?? state;
  if (asked.nameBy !== undefined) nameTurn(draft, asked.uid, request);
}

/** One that is over is no sign that the turn is seen that it worked for. */
function openJoined(draft: Draft, event: RunJoinedEvent): void {
  const before = draft.turns;
  openRun(draft, { ...event, type: 'run.started', late: true });
  const state = event.over === true ? draft.turnOf(event.run.runId) : undefined;
  const unobserved = before.find((other) => other.uid === state?.uid)?.unobserved;
  if (state === undefined || unobserved === undefined || state.unobserved === unobserved) return;
  draft.setTurn({ ...state, unobserved });
}

/** A run without a line has no start of its own that history could tell: then its request's time stands for it. */
function waitingBetween(
  draft: Draft,
  { key, run, startedMs }: RunJoinedEvent,
  { recordedMs, runId }: RequestEvent,
): TurnState | undefined {
  if (runId !== undefined) return undefined;
  const own = draft.run(run.runId)?.turn;
  return draft.turns.find(({ uid, nameBy, turn }) => {
    if (nameBy === undefined || uid === own || turn.key !== key || isContinuationRun(uid)) return false;
    return turn.startedMs >= recordedMs && (turn.startedMs < startedMs || startedMs <= recordedMs);
  });
}

/** Its request, unless another run has taken it: then this one serves something else. */
function freeRequest(draft: Draft, { request, run, key }: RunJoinedEvent): RunJoinedEvent['request'] {
  if (request === undefined || isSubagentKey(key)) return undefined;
  const takenBy = remember(draft, request)?.takenBy;
  const own = draft.run(run.runId)?.turn ?? run.runId;
  if (takenBy === undefined) return isAnswer(draft, request) ? undefined : request;
  return takenBy === own ? request : undefined;
}

/** T2, for a run that history says is over. */
function carriesOn(draft: Draft, event: RunJoinedEvent, request: RunJoinedEvent['request']): boolean {
  const { key, run, carriedOnBy = '', spawned = [] } = event;
  const carrier = draft.turnOf(carriedOnBy);
  const asChild = draft.turns.some((state) =>
    state.children.some(
      (child) => child.key === key && (child.state === 'spawned' || child.runIds.includes(run.runId)),
    ),
  );
  // Its continuation was seen, or a sub-agent, which does not know yet what it works for.
  const isWanted = draft.turns.some(
    ({ uid, turn, nameBy }) => nameBy !== undefined && (uid === carrier?.uid || spawned.includes(turn.key)),
  );
  if (asChild || isWanted || continuedBy(draft, key, run.runId) !== undefined) return true;
  const told = request ?? ownRequest(draft, key, run.runId);
  const continued = told && continues(draft, run.runId, told);
  // History is long: only what happened since the turn was last seen can be its recovery.
  return continued?.unobserved !== undefined && (told?.recordedMs ?? 0) >= continued.turn.startedMs;
}

function startedBefore(draft: Draft, event: RunJoinedEvent): void {
  const run = draft.run(event.run.runId);
  if (run === undefined || run.progress === 'ended' || event.startedMs >= run.startedMs) return;
  draft.setRun({ ...run, startedMs: event.startedMs });
  const state = draft.turn(run.turn);
  if (state?.nameBy === undefined || state.turn.startedMs <= event.startedMs) return;
  draft.setTurn(withTurn(state, { ...state.turn, startedMs: event.startedMs }));
}

/** A run that goes on, and its turn after noting that it was heard. */
export interface Live {
  readonly run: RunState;
  readonly state: TurnState;
}

/**
 * Undefined when the run is unknown, or has ended (then later events only fill in details, T4), or the event is older than
 * what was seen (T8).
 */
export function live(draft: Draft, ref: RunRef): Live | undefined {
  const run = draft.run(ref.runId);
  if (run === undefined || run.progress === 'ended') return undefined;
  if (ref.seq !== undefined && ref.seq < run.lastSeq) return undefined;
  const found = draft.turn(run.turn);
  const state = found && lively(found);
  return state && { run, state: heard(state, draft) };
}
