import type { Draft } from './draft.ts';
import type { RequestEvent } from './events.ts';
import { isContinuationRun, isSubagentKey } from './identity.ts';
import { continues, lively, withAnswers } from './joining.ts';
import { nameTurn } from './naming.ts';
import { remember, take } from './request-book.ts';
import { type RunState, TIMES, type TurnState } from './state.ts';
import { addNotice, isQuestion, withTurn } from './steps.ts';

/** Requests, and which run serves which (T1, T3). A message alone opens no turn. */
export function onRequest(draft: Draft, event: RequestEvent): void {
  const before = remember(draft, event);
  const waiting = waitingFor(draft, event);
  if (event.provenance !== undefined) {
    const uid = waiting?.uid ?? (before?.takenBy === undefined ? lateJoiner(draft, event) : undefined);
    if (uid !== undefined) nameTurn(draft, uid, event);
    else noteAnnouncement(draft, event);
  } else if (before?.takenBy === undefined && waiting !== undefined) nameTurn(draft, waiting.uid, event);
  else {
    attachLateText(draft, event);
    if (before?.takenBy === undefined || event.steerTargetRunId !== undefined) noteSteering(draft, event);
  }
}

/** The run of its key that still waits for its name and can take this request (T1). */
function waitingFor(draft: Draft, request: RequestEvent): TurnState | undefined {
  // What one agent asks of another is a task, not the request of a turn.
  if (request.steerTargetRunId !== undefined || isSubagentKey(request.key)) return undefined;
  return draft.turns.find(
    (state) => state.nameBy !== undefined && state.turn.key === request.key && serves(draft, state, request),
  );
}

/** A run that was first seen in the middle has its request in the past: history tells it, the next message is another's. */
function serves(draft: Draft, state: TurnState, request: RequestEvent): boolean {
  if (request.runId !== undefined) return draft.run(request.runId)?.turn === state.uid;
  if (request.provenance !== undefined || state.turn.name !== '') return true;
  if (state.late) return endedUnwritten(state, request);
  // However long the run waits for its own: what is asked later is another's.
  return request.recordedMs <= state.turn.startedMs + TIMES.nameWaitMs;
}

/** It was over before history was read, and has left no line there: what nobody has answered was asked of it. */
function endedUnwritten({ uid, root, turn }: TurnState, { recordedMs }: RequestEvent): boolean {
  return root.kind === 'ended' && recordedMs < turn.startedMs && !isContinuationRun(uid);
}

/** The line that tells whom a run serves can come after its box stands (JSONL, T2 c). */
function lateJoiner(draft: Draft, request: RequestEvent): string | undefined {
  const uid = request.runId;
  if (uid === undefined || draft.run(uid)?.turn !== uid) return undefined;
  return continues(draft, uid, request) === undefined ? undefined : uid;
}

/** A child's announcement reached a run that goes on: it is answered when that run ends (T4). */
function noteAnnouncement(draft: Draft, { key, provenance, steerTargetRunId }: RequestEvent): void {
  if (provenance?.kind !== 'inter_session' || provenance.sourceKey === undefined) return;
  const run = steerTargetRunId === undefined ? activeRun(draft, key) : draft.run(steerTargetRunId);
  if (run !== undefined) draft.setRun(withAnswers(run, [provenance.sourceKey]));
}

function activeRun(draft: Draft, key: string, except?: string): RunState | undefined {
  return draft.runs.findLast((run) => run.key === key && run.progress === 'active' && run.runId !== except);
}

/** A message that names its run tells what was asked, even after the run has got its name (CLI runs). */
function attachLateText(draft: Draft, request: RequestEvent): void {
  if (request.runId === undefined || request.text === undefined || isSubagentKey(request.key)) return;
  const state = draft.turn(request.runId);
  if (state === undefined || state.turn.key !== request.key || state.turn.requestText !== undefined) return;
  draft.setTurn(withTurn(state, { ...state.turn, requestText: request.text }));
}

/** T3: a person's message while a run of its key goes on. Without one it just waits for the run that will serve it. */
function noteSteering(draft: Draft, request: RequestEvent): void {
  const messageId = request.transport?.messageId ?? (request.steerTargetRunId && request.lineId);
  const target = request.steerTargetRunId ?? activeRun(draft, request.key, request.runId)?.runId;
  const found = target === undefined ? undefined : draft.turnOf(target);
  const state = found && lively(found);
  if (state === undefined || messageId === undefined || state.turn.requestPostId === messageId) return;
  const answers = state.turn.steps.some((step) => isQuestion(step) && step.status === 'running');
  // The question has it: the next run of the key serves another.
  if (answers) take(draft, request, state.uid);
  draft.setTurn(
    addNotice(state, {
      id: `message:${messageId}`,
      code: answers ? 'answered' : 'steered',
      atMs: request.at,
      text: request.senderName,
    }),
  );
}
