import type { Draft } from './draft.ts';
import type { RunOutcome } from './events.ts';
import { type Child, TIMES, type TurnState } from './state.ts';
import { closeSteps, stepId, withTurn } from './steps.ts';
import type { TurnPhase, TurnStep, TurnWaiting } from './turn.ts';

/** Works out what a turn is doing from what is known of it; the only place that decides that a turn is over. */
export function settle(draft: Draft, state: TurnState): TurnState {
  if (state.turn.phase.status !== 'active') return state;
  if (state.root.kind === 'ended' && (isFinal(state.root.outcome) || !hasOpenChildren(draft, state))) {
    return conclude(state, state.root.outcome, endOf(state, state.root.atMs));
  }
  const phase = activePhase(draft, state);
  return samePhase(state.turn.phase, phase) ? state : withTurn(state, { ...state.turn, phase });
}

/** An abort is not undone by what children still say; done and failed roots wait for theirs (T4). */
function isFinal(outcome: RunOutcome): boolean {
  return outcome.kind === 'aborted' || outcome.kind === 'nothing';
}

function hasOpenChildren(draft: Draft, state: TurnState): boolean {
  return state.children.some((child) => keepsOpenUntil(draft, state, child) > draft.now);
}

/** Until when this child keeps its turn open (T4); 0 = not at all, Infinity = as long as it runs. */
export function keepsOpenUntil(draft: Draft, state: TurnState, child: Child): number {
  if (child.settled) return 0;
  if (child.state === 'running' || child.state === 'yielded') return Number.POSITIVE_INFINITY;
  const rootEnd = state.root.kind === 'ended' ? state.root.atMs : 0;
  if (child.state === 'spawned') return Math.max(child.sinceMs, rootEnd) + TIMES.spawnGraceMs;
  const parentRuns = draft.runs.filter((run) => run.key === child.parentKey);
  if (parentRuns.some((run) => run.progress === 'active')) return Number.POSITIVE_INFINITY;
  const lastParent = Math.max(0, ...parentRuns.map((run) => run.endedMs ?? 0));
  return Math.max(child.sinceMs, lastParent) + TIMES.childGraceMs;
}

/** When the last thing of the turn happened: its root's end, or its last child's. */
function endOf(state: TurnState, rootEndMs: number): number {
  return Math.max(
    rootEndMs,
    ...state.children.filter((child) => child.state === 'ended').map((child) => child.sinceMs),
  );
}

/** Ends a turn for good, unless later evidence corrects it (T9). Running steps of it are cancelled. */
export function conclude(state: TurnState, outcome: RunOutcome, endedMs: number): TurnState {
  const at = Math.max(endedMs, state.turn.startedMs);
  const closed = closeSteps(state, at, 'cancelled');
  const phase = endedPhase(outcome, at);
  const children = closed.children.map((child) => (child.settled ? child : { ...child, settled: true }));
  const { unobserved: _, retrying: __, compactingSince: ___, ...rest } = { ...closed, children };
  return withTurn(
    { ...rest, withdrawn: isWithdrawn(closed, outcome), approvals: [], thinking: {} },
    {
      ...closed.turn,
      phase,
      lastEventMs: Math.max(closed.turn.lastEventMs, Math.min(at, closed.turn.lastEventMs + 1_000)),
    },
  );
}

/** T7: ended in NO_REPLY without a tool, or a lock that went without a message line. */
function isWithdrawn(state: TurnState, outcome: RunOutcome): boolean {
  if (outcome.kind === 'nothing') return true;
  const didNothing = state.turn.toolCalls === 0 && !state.turn.steps.some((step) => step.kind === 'agent');
  return didNothing && (state.quiet || (outcome.kind === 'done' && outcome.silent === true));
}

function endedPhase(outcome: RunOutcome, endedMs: number): TurnPhase {
  switch (outcome.kind) {
    case 'done':
      return outcome.silent === true ? { status: 'done', endedMs, noReply: true } : { status: 'done', endedMs };
    case 'error':
      return { status: 'error', endedMs, error: { code: outcome.code ?? 'agent_error', message: outcome.message } };
    case 'aborted':
    case 'cut':
      return { status: 'interrupted', endedMs, error: { code: outcome.code, message: '' } };
    case 'nothing':
      return { status: 'done', endedMs, noReply: true };
  }
}

/** T9: no evidence within a minute of the sync. */
export function concludeLost(state: TurnState, now: number): TurnState {
  return conclude(state, { kind: 'cut', code: 'lost' }, now);
}

function activePhase(draft: Draft, state: TurnState): TurnPhase & { status: 'active' } {
  if (state.unobserved !== undefined) return { status: 'active', activity: 'unobserved', stalled: false };
  const waiting = waitingOf(state);
  if (waiting !== undefined) {
    const activity = waiting.for === 'provider' ? 'retrying' : 'waiting';
    return { status: 'active', activity, stalled: false, waiting };
  }
  if (state.compactingSince !== undefined) return { status: 'active', activity: 'compacting', stalled: false };
  if (state.turn.steps.some(isRunningTool)) return { status: 'active', activity: 'tool', stalled: false };
  const stalled = draft.now - state.turn.lastEventMs >= draft.stalledAfterMs;
  return { status: 'active', activity: state.signal, stalled };
}

/** A running step explains silence; a sub-agent's own steps do that for it. */
function isRunningTool(step: TurnStep): boolean {
  return step.kind === 'tool' && step.status === 'running';
}

/** T12, most urgent first: a person, then other agents, then the provider. */
function waitingOf(state: TurnState): TurnWaiting | undefined {
  const approval = state.approvals.find((candidate) => !candidate.resolved && !callEnded(state, candidate.callId));
  if (approval !== undefined) {
    return {
      for: 'approval',
      approvalId: approval.approvalId,
      sinceMs: approval.sinceMs,
      ...(approval.callId !== undefined && { stepId: stepId(approval.callId) }),
      ...(approval.expiresMs !== undefined && { expiresMs: approval.expiresMs }),
    };
  }
  const question = state.turn.steps.find(
    (step) => step.kind === 'tool' && step.name === 'ask_user' && step.status === 'running',
  );
  if (question !== undefined) return { for: 'answer', stepId: question.id, sinceMs: question.startedMs };
  if (state.root.kind === 'yielded') return { for: 'agents', sinceMs: state.root.sinceMs };
  if (state.root.kind === 'ended') return { for: 'agents', sinceMs: state.root.atMs };
  return state.retrying === undefined ? undefined : { for: 'provider', sinceMs: state.retrying.sinceMs };
}

function callEnded(state: TurnState, callId: string | undefined): boolean {
  if (callId === undefined) return false;
  const id = stepId(callId);
  return state.turn.steps.some((step) => step.id === id && step.status !== 'running');
}

function samePhase(a: TurnPhase, b: TurnPhase & { status: 'active' }): boolean {
  if (a.status !== 'active' || a.activity !== b.activity || a.stalled !== b.stalled) return false;
  const [x, y] = [a.waiting, b.waiting];
  if (x === undefined || y === undefined) return x === y;
  return (
    x.for === y.for &&
    x.stepId === y.stepId &&
    x.approvalId === y.approvalId &&
    x.sinceMs === y.sinceMs &&
    x.expiresMs === y.expiresMs
  );
}
