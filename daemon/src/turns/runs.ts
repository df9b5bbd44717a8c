import { childEnded, childStarted, ensureChild, settleChildren } from './children.ts';
import type { Draft } from './draft.ts';
import type { RunEndedEvent, RunJoinedEvent, RunOutcome, RunRef, RunStartedEvent } from './events.ts';
import { isContinuationRun, isCronKey } from './identity.ts';
import { continuedBy, markAnswer, nameTurn, onRequest, reopened, requestFor } from './requests.ts';
import { type RunState, TIMES, type TurnState } from './state.ts';
import { addNotice, closeSteps, endThinking, heard, parentStepOf, withTurn } from './steps.ts';
import type { Turn, TurnStepStatus } from './turn.ts';

/** Runs begin, go on and end; which turn they serve is decided here once (T1, T2, T4). */
export function onRunStarted(draft: Draft, event: RunStartedEvent): void {
  if (event.spawnedBy !== undefined) adopt(draft, event.key, event.spawnedBy);
  const known = draft.run(event.run.runId);
  if (known === undefined) openRun(draft, event);
  else if (known.progress !== 'ended') restartRun(draft, known, event);
}

/** Remembers whose child a key is (T5). */
export function adopt(draft: Draft, key: string, parentKey: string): void {
  const state = draft.key(key);
  if (state.parentKey === undefined && parentKey !== key) draft.setKey({ ...state, parentKey });
}

function openRun(draft: Draft, event: RunStartedEvent): void {
  const { runId } = event.run;
  const run = (turn: string): RunState => ({
    runId,
    key: event.key,
    turn,
    progress: 'active',
    startedMs: event.startedMs,
    lastSeq: event.run.seq ?? 0,
  });
  const asChild = ensureChild(draft, event.key, event.startedMs);
  if (asChild !== undefined) {
    draft.setRun(run(asChild.uid));
    draft.setTurn(heard(childStarted(asChild, event.key, runId), draft));
    answerOwnChildren(draft, runId);
    return;
  }
  const continued = continuedBy(draft, runId);
  if (continued !== undefined) {
    draft.setRun(run(continued.state.uid));
    draft.setTurn(heard(reopened(continued.state), draft));
    markAnswer(draft, runId, continued.childKey);
    return;
  }
  draft.setRun(run(runId));
  draft.setTurn(newTurn(draft, event));
  nameAtOnce(draft, event);
}

/** A child's own continuation: it answers that child's children (T4). */
function answerOwnChildren(draft: Draft, runId: string): void {
  const continued = continuedBy(draft, runId);
  if (continued !== undefined) markAnswer(draft, runId, continued.childKey);
}

function nameAtOnce(draft: Draft, event: RunStartedEvent): void {
  const { runId } = event.run;
  if (takesNoRequest(event)) {
    nameTurn(draft, runId, undefined);
    return;
  }
  const request = requestFor(draft, event.key, runId);
  if (request !== undefined) nameTurn(draft, runId, request);
}

function takesNoRequest(event: RunStartedEvent): boolean {
  return (
    event.heartbeat === true || event.automatic === true || isCronKey(event.key) || isContinuationRun(event.run.runId)
  );
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
  return {
    uid: event.run.runId,
    turn,
    nameBy: draft.now + nameWait(event),
    quiet: event.heartbeat === true,
    late: event.late === true,
    root: { kind: 'running' },
    children: [],
    approvals: [],
    signal: 'thinking',
    thinking: {},
    countedMessages: [],
    concluded: false,
    withdrawn: false,
  };
}

function nameWait(event: RunStartedEvent): number {
  if (event.lockName !== undefined) return TIMES.lockWaitMs;
  return event.late === true ? TIMES.lateNameWaitMs : TIMES.nameWaitMs;
}

/** `start` again on one runId: the next attempt of the same run (T4). The first `startedAt` counts. */
function restartRun(draft: Draft, run: RunState, event: RunStartedEvent): void {
  draft.setRun({ ...run, lastSeq: Math.max(run.lastSeq, event.run.seq ?? 0) });
  const state = draft.turn(run.turn);
  if (state === undefined) return;
  const next =
    state.retrying !== undefined && event.startedMs > run.startedMs
      ? addNotice(state, {
          id: `retry:${run.runId}:${event.startedMs}`,
          code: 'retrying',
          atMs: event.startedMs,
          text: state.retrying.message,
          parentId: parentStepOf(state, run.key),
        })
      : state;
  draft.setTurn(heard(next, draft));
}

/** A late join: history tells what the run serves and since when (T1). */
export function onRunJoined(draft: Draft, event: RunJoinedEvent): void {
  const known = draft.run(event.run.runId);
  if (event.request !== undefined) onRequest(draft, event.request);
  if (known === undefined) {
    openRun(draft, { ...event, type: 'run.started', late: true });
  } else if (known.progress !== 'ended' && event.startedMs < known.startedMs) {
    draft.setRun({ ...known, startedMs: event.startedMs });
    const state = draft.turn(known.turn);
    if (state?.nameBy !== undefined && state.turn.startedMs > event.startedMs) {
      draft.setTurn(withTurn(state, { ...state.turn, startedMs: event.startedMs }));
    }
  }
  const uid = draft.run(event.run.runId)?.turn;
  const state = uid === undefined ? undefined : draft.turn(uid);
  if (state === undefined) return;
  draft.setTurn(heard(state, draft));
  if (state.nameBy !== undefined && uid !== undefined) nameTurn(draft, uid, event.request);
}

export function onRunEnded(draft: Draft, event: RunEndedEvent): void {
  if (draft.run(event.run.runId) === undefined && event.outcome.kind !== 'nothing') {
    openRun(draft, {
      type: 'run.started',
      key: event.key,
      at: event.at,
      run: event.run,
      startedMs: event.startedMs ?? event.endedMs,
      late: true,
    });
  }
  const run = draft.run(event.run.runId);
  if (run === undefined || run.progress === 'ended') return;
  endRun(draft, run, event.outcome, event.endedMs);
}

/** Ends one run, with evidence from the runtime (T9); the turn follows if nothing else of it goes on. */
export function endRun(draft: Draft, run: RunState, outcome: RunOutcome, endedMs: number): void {
  const yielded = outcome.kind === 'done' && outcome.yielded === true;
  draft.setRun({ ...run, progress: yielded ? 'yielded' : 'ended', endedMs });
  const found = draft.turn(run.turn);
  if (found === undefined) return;
  let state = endThinking(heard(found, draft), run.key);
  state = dropRetry(dropCompaction(state));
  state = { ...state, approvals: state.approvals.map((a) => (a.runId === run.runId ? { ...a, resolved: true } : a)) };
  if (run.answers !== undefined) state = settleChildren(state, run.answers);
  if (state.children.some((child) => child.key === run.key)) {
    draft.setTurn(childEnded(state, run.key, { atMs: endedMs, yielded, ...childResult(outcome) }));
    return;
  }
  const root = yielded
    ? ({ kind: 'yielded', sinceMs: endedMs } as const)
    : ({ kind: 'ended', outcome, atMs: endedMs } as const);
  const others = draft.runs.some(
    (other) =>
      other.turn === found.uid && other.key === run.key && other.runId !== run.runId && other.progress === 'active',
  );
  if (!others && state.turn.phase.status === 'active') state = { ...state, root, concluded: !yielded };
  draft.setTurn(
    yielded
      ? state
      : closeSteps(state, endedMs, 'cancelled', (step) => step.parentId === undefined && step.kind === 'tool'),
  );
}

function childResult(outcome: RunOutcome): { status: TurnStepStatus; error?: string } {
  if (outcome.kind === 'done') return { status: 'done' };
  if (outcome.kind === 'error') return { status: 'error', error: outcome.message };
  return { status: 'cancelled' };
}

export function dropRetry(state: TurnState): TurnState {
  if (state.retrying === undefined) return state;
  const { retrying: _, ...rest } = state;
  return rest;
}

export function dropCompaction(state: TurnState): TurnState {
  if (state.compactingSince === undefined) return state;
  const { compactingSince: _, ...rest } = state;
  return rest;
}

/**
 * The turn state of a live run event, after noting that the run was heard. Undefined when the run is unknown, or has ended
 * (then later events only fill in details, T4), or the event is older than what was seen (T8).
 */
export function liveTurn(draft: Draft, ref: RunRef): { readonly run: RunState; readonly state: TurnState } | undefined {
  const run = draft.run(ref.runId);
  if (run === undefined || run.progress === 'ended') return undefined;
  if (ref.seq !== undefined && ref.seq < run.lastSeq) return undefined;
  const state = draft.turn(run.turn);
  if (state === undefined || state.turn.phase.status !== 'active') return undefined;
  if (ref.seq !== undefined && ref.seq > run.lastSeq) draft.setRun({ ...run, lastSeq: ref.seq });
  return { run, state: heard(state, draft) };
}
