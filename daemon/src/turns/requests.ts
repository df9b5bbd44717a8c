import type { Draft } from './draft.ts';
import type { RequestEvent } from './events.ts';
import { isContinuationRun, namesRun, requestName, runName, turnId } from './identity.ts';
import { routeOf } from './route.ts';
import { BOUNDS, type PendingRequest, type TurnState } from './state.ts';
import { addNotice, closeSteps, withTurn } from './steps.ts';

/** Requests, and which run serves which (T1, T3). A message alone opens no turn. */
export function onRequest(draft: Draft, event: RequestEvent): void {
  const known = draft.key(event.key).requests.find((other) => isSame(other.event, event));
  const pending: PendingRequest =
    known === undefined
      ? { event }
      : {
          ...known,
          event: {
            ...known.event,
            ...(event.steerTargetRunId !== undefined && { steerTargetRunId: event.steerTargetRunId }),
          },
        };
  remember(draft, event.key, known, pending);
  if (event.provenance !== undefined) {
    nameWaitingRun(draft, event);
    return;
  }
  if (known === undefined && nameWaitingRun(draft, event)) return;
  noteSteering(draft, event);
}

/** Bounded: the oldest go first, and those that a run has taken before those that none has. */
function remember(draft: Draft, key: string, known: PendingRequest | undefined, next: PendingRequest): void {
  const state = draft.key(key);
  const others = known === undefined ? state.requests : state.requests.filter((other) => other !== known);
  draft.setKey({ ...state, requests: [...others, next].slice(-BOUNDS.requests) });
}

function isSame(a: RequestEvent, b: RequestEvent): boolean {
  if (a.transport !== undefined && b.transport !== undefined) return a.transport.messageId === b.transport.messageId;
  return a.lineId !== undefined && a.lineId === b.lineId;
}

/** A request arrived: the run of its key that still waits for its name takes it (T1). */
function nameWaitingRun(draft: Draft, request: RequestEvent): boolean {
  const waiting = draft.turns.find(
    (state) => state.nameBy !== undefined && state.turn.key === request.key && serves(draft, state, request),
  );
  if (waiting === undefined) {
    attachLateText(draft, request);
    return false;
  }
  nameTurn(draft, waiting.uid, request);
  return true;
}

function serves(draft: Draft, state: TurnState, request: RequestEvent): boolean {
  if (request.steerTargetRunId !== undefined) return false;
  if (request.runId !== undefined && request.runId !== state.uid) return draft.run(request.runId)?.turn === state.uid;
  return true;
}

/** A message that names its run tells what was asked, even after the run has got its name (CLI runs). */
function attachLateText(draft: Draft, request: RequestEvent): void {
  if (request.runId === undefined || request.text === undefined) return;
  const uid = draft.run(request.runId)?.turn;
  const state = uid === undefined ? undefined : draft.turn(uid);
  if (state === undefined || state.uid !== request.runId || state.turn.requestText !== undefined) return;
  draft.setTurn(withTurn(state, { ...state.turn, requestText: request.text }));
}

/** T3: a person's message while a run of its key goes on. Without one it just waits for the run that will serve it. */
function noteSteering(draft: Draft, request: RequestEvent): void {
  const target =
    request.steerTargetRunId ??
    draft.runs.findLast((run) => run.key === request.key && run.progress === 'active' && run.runId !== request.runId)
      ?.runId;
  const uid = target === undefined ? undefined : draft.run(target)?.turn;
  const state = uid === undefined ? undefined : draft.turn(uid);
  if (state === undefined || state.turn.phase.status !== 'active' || request.transport === undefined) return;
  const { messageId } = request.transport;
  if (state.turn.requestPostId === messageId) return;
  const answering = state.turn.steps.some(
    (step) => step.kind === 'tool' && step.name === 'ask_user' && step.status === 'running',
  );
  draft.setTurn(
    addNotice(state, {
      id: `message:${messageId}`,
      code: answering ? 'answered' : 'steered',
      atMs: request.at,
      text: request.senderName,
    }),
  );
}

/** The request that a starting run takes: its own by name, else the newest of its key that no run has taken (T1). */
export function requestFor(draft: Draft, key: string, runId: string): RequestEvent | undefined {
  const { requests } = draft.key(key);
  const own = requests.findLast((pending) => pending.event.runId === runId && pending.takenBy === undefined);
  if (own !== undefined) return own.event;
  return requests.findLast(
    (pending) =>
      pending.takenBy === undefined &&
      pending.event.runId === undefined &&
      pending.event.steerTargetRunId === undefined &&
      (pending.event.transport !== undefined || pending.event.provenance !== undefined),
  )?.event;
}

/** Gives a turn its name for good (T1), or folds it into the turn that its request continues (T2). */
export function nameTurn(draft: Draft, uid: string, request: RequestEvent | undefined): void {
  const state = draft.turn(uid);
  if (state === undefined) return;
  if (request !== undefined) take(draft, request, uid);
  const target = request === undefined ? undefined : continues(draft, uid, request);
  if (target !== undefined) {
    joinTurn(draft, state, target, request);
    return;
  }
  const name = nameOf(draft, state, request);
  const twin = draft.turns.find((other) => other.uid !== uid && other.nameBy === undefined && other.turn.name === name);
  if (twin !== undefined) {
    joinTurn(draft, state, twin, request);
    return;
  }
  draft.setTurn(named(draft, state, name, request));
}

function take(draft: Draft, request: RequestEvent, uid: string): void {
  const state = draft.key(request.key);
  const requests = state.requests.map((pending) =>
    isSame(pending.event, request) ? { ...pending, takenBy: uid } : pending,
  );
  draft.setKey({ ...state, requests });
}

function nameOf(draft: Draft, state: TurnState, request: RequestEvent | undefined): string {
  if (state.turn.name !== '') return state.turn.name;
  if (request?.transport === undefined) return runName(state.uid);
  return requestName({
    botUserId: request.botUserId,
    agentId: draft.agentId(state.turn.key),
    accountId: request.accountId,
    messageId: request.transport.messageId,
  });
}

function named(draft: Draft, state: TurnState, name: string, request: RequestEvent | undefined): TurnState {
  const { nameBy: _, ...rest } = state;
  const served = request?.transport === undefined ? undefined : request;
  const key = draft.key(state.turn.key);
  const turn = {
    ...state.turn,
    id: turnId(name),
    name,
    route: routeOf(state.turn.key, request, key.route),
    hidden: state.quiet,
    ...(request?.text !== undefined && { requestText: request.text }),
    ...(served?.senderId !== undefined && { requestedBy: served.senderId }),
    ...(served?.transport !== undefined && { requestPostId: served.transport.messageId, startedMs: served.recordedMs }),
  };
  const next = { ...rest, turn };
  return state.late
    ? addNotice(next, { id: 'missed-beginning', code: 'missed-beginning', atMs: turn.startedMs })
    : next;
}

/** T2 c: the turn that a message of the runtime itself carries on. */
function continues(draft: Draft, uid: string, request: RequestEvent): TurnState | undefined {
  const { provenance } = request;
  if (provenance === undefined) return undefined;
  const others = draft.turns.filter((other) => other.uid !== uid && other.nameBy === undefined);
  if (provenance.kind === 'inter_session') {
    return others.findLast((other) =>
      other.children.some((child) => child.key === provenance.sourceKey && child.parentKey === request.key),
    );
  }
  if (provenance.kind === 'main_session_restart_recovery') {
    return others.findLast((other) => other.turn.key === request.key && !other.concluded);
  }
  return undefined;
}

/** T2 b: the turn that a continuation run's id names a child of, and which child. */
export function continuedBy(
  draft: Draft,
  runId: string,
): { readonly state: TurnState; readonly childKey: string } | undefined {
  if (!isContinuationRun(runId)) return undefined;
  for (const state of draft.turns.toReversed()) {
    for (const child of state.children) {
      if (child.runIds.some((id) => namesRun(runId, id))) return { state, childKey: child.key };
    }
  }
  return undefined;
}

/** Moves the runs and what they have shown so far into the turn they turn out to serve. */
function joinTurn(draft: Draft, from: TurnState, into: TurnState, request: RequestEvent | undefined): void {
  const superseded = draft.runs.filter(
    (run) => run.turn === into.uid && run.key === from.turn.key && run.progress === 'active',
  );
  for (const run of superseded) draft.setRun({ ...run, progress: 'ended', endedMs: draft.now });
  for (const run of draft.runs) if (run.turn === from.uid) draft.setRun({ ...run, turn: into.uid });
  draft.removeTurn(from.uid);
  let next = reopened(into);
  if (superseded.length > 0) next = resumed(next, from, draft.now);
  next = withTurn(next, {
    ...next.turn,
    steps: [...next.turn.steps, ...from.turn.steps],
    toolCalls: next.turn.toolCalls + from.turn.toolCalls,
  });
  next = { ...next, children: [...next.children, ...from.children], root: from.root };
  draft.setTurn(next);
  if (request?.provenance?.sourceKey !== undefined) markAnswer(draft, from.uid, request.provenance.sourceKey);
}

/** OpenClaw resumes a turn under a new run after a crash; the old run never ends, and its calls have no known outcome. */
function resumed(into: TurnState, from: TurnState, now: number): TurnState {
  const closed = closeSteps(into, now, 'cancelled', (step) => step.kind === 'tool');
  return addNotice(closed, { id: `resumed:${from.uid}`, code: 'resumed', atMs: Math.min(now, from.turn.startedMs) });
}

/** The run answers the announcement of this child, and of every other child of the same key that has ended (T4). */
export function markAnswer(draft: Draft, runId: string, childKey: string): void {
  const run = draft.run(runId);
  const state = run === undefined ? undefined : draft.turn(run.turn);
  if (run === undefined || state === undefined) return;
  const ended = state.children
    .filter((child) => child.parentKey === run.key && child.state === 'ended')
    .map((child) => child.key);
  draft.setRun({ ...run, answers: [...new Set([childKey, ...ended])] });
}

/** A turn that goes on after all: active again, same box. */
export function reopened(state: TurnState): TurnState {
  const { unobserved: _, ...observed } = state;
  const back = { ...observed, root: { kind: 'running' as const }, concluded: false, withdrawn: false };
  if (state.turn.phase.status === 'active') return back;
  return withTurn(back, { ...back.turn, phase: { status: 'active', activity: 'thinking', stalled: false } });
}
