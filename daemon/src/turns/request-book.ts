import type { Draft } from './draft.ts';
import type { HeardMessage, RequestEvent } from './events.ts';
import { BOUNDS, type PendingRequest } from './state.ts';
import { isQuestion } from './steps.ts';

/** The requests of a key: those that wait for a run, and the latest taken ones, to recognise repetitions (T1, T8). */

/** Keeps the request, or what is new about it; answers with what was known of it before. */
export function remember(draft: Draft, event: RequestEvent): PendingRequest | undefined {
  const state = draft.key(event.key);
  const known = state.requests.find((other) => isSame(other.event, event));
  if (known === undefined) {
    draft.setKey({ ...state, requests: bounded([...state.requests, { event }]) });
    return undefined;
  }
  const next = toldAgain(known, event);
  if (next === known) return known;
  draft.setKey({ ...state, requests: state.requests.map((other) => (other === known ? next : other)) });
  return known;
}

/** It may be told with its run only later; and while no run has taken it, that it is told again says that it still waits. */
function toldAgain(known: PendingRequest, { steerTargetRunId, at }: RequestEvent): PendingRequest {
  const { event, takenBy } = known;
  if (steerTargetRunId !== undefined) {
    return steerTargetRunId === event.steerTargetRunId ? known : { ...known, event: { ...event, steerTargetRunId } };
  }
  const isWaiting = takenBy === undefined && event.steerTargetRunId === undefined;
  return isWaiting && at > event.at ? { ...known, event: { ...event, at } } : known;
}

/** The oldest goes first, one that a run has taken before one that none has. */
function bounded(requests: readonly PendingRequest[]): readonly PendingRequest[] {
  if (requests.length <= BOUNDS.requests) return requests;
  const oldestTaken = requests.findIndex((request) => request.takenBy !== undefined);
  return requests.toSpliced(Math.max(0, oldestTaken), 1);
}

function isSame(a: RequestEvent, b: RequestEvent): boolean {
  if (a.transport !== undefined && b.transport !== undefined) return a.transport.messageId === b.transport.messageId;
  return a.lineId !== undefined && a.lineId === b.lineId;
}

/** Without its text, which the turn has now: what is kept is for recognising repetitions, and for the route. */
export function take(draft: Draft, request: RequestEvent, uid: string): void {
  const state = draft.key(request.key);
  const requests = state.requests.map((pending) => {
    if (!isSame(pending.event, request)) return pending;
    const { text: _, ...event } = pending.event;
    return { ...pending, event, takenBy: uid };
  });
  draft.setKey({ ...state, requests });
}

/** History tells whom a message went to: no later run takes it. */
export function noteHeard(draft: Draft, key: string, heard: readonly HeardMessage[]): void {
  for (const message of heard) {
    const pending = draft.key(key).requests.find(({ takenBy, event }) => takenBy === undefined && isOf(event, message));
    if (pending === undefined || !isAnybodys(pending.event)) continue;
    take(draft, pending.event, draft.run(message.runId)?.turn ?? message.runId);
  }
}

function isOf({ transport, lineId }: RequestEvent, message: HeardMessage): boolean {
  if (transport !== undefined && message.messageId !== undefined) return transport.messageId === message.messageId;
  return lineId !== undefined && lineId === message.lineId;
}

/**
 * The request that a starting run takes: its own by name, else the newest of its key that no run has taken (T1). What was
 * asked before an earlier run that still waits for its name is that one's. `heardSinceMs`: an older one may have been
 * answered while nobody saw it.
 */
export function requestFor(
  draft: Draft,
  key: string,
  runId: string,
  heardSinceMs = Number.NEGATIVE_INFINITY,
): RequestEvent | undefined {
  const afterMs = waitingSince(draft, key, runId);
  const anybodys = draft
    .key(key)
    .requests.findLast(
      ({ takenBy, event }) =>
        takenBy === undefined &&
        event.recordedMs > afterMs &&
        event.at >= heardSinceMs &&
        isAnybodys(event) &&
        !isAnswer(draft, event),
    );
  return ownRequest(draft, key, runId) ?? anybodys?.event;
}

function waitingSince(draft: Draft, key: string, runId: string): number {
  const waiting = draft.turns.filter(
    (state) => state.nameBy !== undefined && state.turn.key === key && state.uid !== runId && state.turn.name === '',
  );
  return Math.max(Number.NEGATIVE_INFINITY, ...waiting.map((state) => state.turn.startedMs));
}

/** The request whose line names the run. */
export function ownRequest(draft: Draft, key: string, runId: string): RequestEvent | undefined {
  const { requests } = draft.key(key);
  return requests.findLast(({ takenBy, event }) => takenBy === undefined && event.runId === runId)?.event;
}

/** A question of its key was open when it was written: the question has it, whichever of the two was heard of first (T3). */
export function isAnswer(draft: Draft, { key, recordedMs, runId }: RequestEvent): boolean {
  if (runId !== undefined) return false;
  return draft.turns.some(({ turn, unobserved }) => {
    if (turn.key !== key) return false;
    const unseenMs = unobserved?.sinceMs ?? Number.POSITIVE_INFINITY;
    return turn.steps.some(
      (step) =>
        isQuestion(step) &&
        step.parentId === undefined &&
        step.startedMs <= recordedMs &&
        recordedMs <= (step.endedMs ?? unseenMs),
    );
  });
}

function isAnybodys(request: RequestEvent): boolean {
  if (request.runId !== undefined || request.steerTargetRunId !== undefined) return false;
  return request.transport !== undefined || request.provenance !== undefined;
}
