import { ensureChild, onSpawn } from './children.ts';
import type { Draft } from './draft.ts';
import type { ApprovalRequestedEvent, ApprovalResolvedEvent, ToolEvent } from './events.ts';
import { nameTurn } from './requests.ts';
import { dropRetry } from './runs.ts';
import type { RunState, TurnState } from './state.ts';
import { endThinking, findStep, heard, parentStepOf, putStep, stepId, withTurn } from './steps.ts';
import type { ToolStep, TurnStepStatus } from './turn.ts';

/**
 * Never shown: wrappers of Tool Search (their nested call shows), the yield (the turn's state says it) and the plan tool
 * (it sets the plan, T13).
 */
const HIDDEN_TOOLS: ReadonlySet<string> = new Set(['tool_call', 'tool_search_code', 'sessions_yield', 'progress_card']);

/** T6: one step from start to result, by call id, however many events tell of it. */
export function onTool(draft: Draft, event: ToolEvent): void {
  const run = runOf(draft, event);
  const found = run === undefined ? undefined : draft.turn(run.turn);
  if (run === undefined || found === undefined) return;
  const live = found.turn.phase.status === 'active' && run.progress !== 'ended';
  let state = live ? dropRetry(heard(found, draft)) : found;
  state = endThinking(state, run.key);
  const hidden = event.name !== undefined && HIDDEN_TOOLS.has(event.name);
  if (!hidden) state = show(draft, state, event, parentStepOf(state, run.key));
  if (state.turn.phase.status !== 'active') state = closeIfOpen(state, event);
  draft.setTurn(state);
  if (!hidden && event.child !== undefined) ensureChild(draft, event.child.key, event.tsMs);
  nameFromFirstLine(draft, state);
}

function runOf(draft: Draft, event: ToolEvent): RunState | undefined {
  if (event.run !== undefined) return draft.run(event.run.runId);
  return draft.runs.findLast((run) => run.key === event.key && run.progress === 'active');
}

/** T7: a lock is shown from its first line. */
function nameFromFirstLine(draft: Draft, state: TurnState): void {
  if (state.nameBy !== undefined && state.turn.name !== '') nameTurn(draft, state.uid, undefined);
}

function show(draft: Draft, state: TurnState, event: ToolEvent, parentId: string | undefined): TurnState {
  const existing = findStep(state.turn, stepId(event.callId));
  if (event.name === 'sessions_spawn' || existing?.kind === 'agent')
    return awake(onSpawn(draft, state, event, parentId));
  const step = existing?.kind === 'tool' ? updated(existing, event) : started(event, parentId);
  if (step === undefined || step === existing) return state;
  const counted =
    existing === undefined ? withTurn(state, { ...state.turn, toolCalls: state.turn.toolCalls + 1 }) : state;
  return awake(putStep(counted, step));
}

/** T7: a heartbeat is shown from its first tool call. */
function awake(state: TurnState): TurnState {
  if (!state.quiet) return state;
  return withTurn({ ...state, quiet: false }, { ...state.turn, hidden: state.nameBy !== undefined });
}

/** Undefined for a detail of a call that was never seen to start and has no name. */
function started(event: ToolEvent, parentId: string | undefined): ToolStep | undefined {
  if (event.name === undefined) return undefined;
  const base: ToolStep = {
    id: stepId(event.callId),
    kind: 'tool',
    name: event.name,
    status: 'running',
    startedMs: event.startedMs ?? event.tsMs,
    ...(parentId !== undefined && { parentId }),
  };
  return updated(base, event);
}

/** Later evidence may make a call worse (a result after an item), never better. */
const RANK: Readonly<Record<TurnStepStatus, number>> = { running: 0, cancelled: 1, done: 2, background: 3, error: 4 };

function updated(step: ToolStep, event: ToolEvent): ToolStep {
  let next = fillIn(step, event);
  const status = statusOf(event);
  if (status !== undefined && RANK[status] > RANK[next.status]) {
    const endedMs = Math.max(event.endedMs ?? event.tsMs, next.startedMs);
    next = { ...next, status, ...(status !== 'background' && { endedMs }) };
  }
  if (event.outcome === 'blocked' && next.blocked !== true) next = { ...next, blocked: true };
  return next;
}

function fillIn(step: ToolStep, event: ToolEvent): ToolStep {
  const more = {
    ...(step.title === undefined && event.title !== undefined && { title: event.title }),
    ...(step.meta === undefined && event.meta !== undefined && { meta: event.meta }),
    ...(step.input === undefined && event.input !== undefined && { input: event.input }),
    ...(step.error === undefined && event.error !== undefined && { error: event.error }),
    ...(step.exitCode === undefined && event.exitCode !== undefined && { exitCode: event.exitCode }),
  };
  return Object.keys(more).length === 0 ? step : { ...step, ...more };
}

function statusOf(event: ToolEvent): TurnStepStatus | undefined {
  if (event.phase !== 'ended') return undefined;
  if (event.outcome === 'error' || event.outcome === 'blocked') return 'error';
  return event.outcome === 'background' ? 'background' : 'done';
}

/** An ended turn has no running step. */
function closeIfOpen(state: TurnState, event: ToolEvent): TurnState {
  const step = findStep(state.turn, stepId(event.callId));
  if (step?.status !== 'running' || step.kind === 'agent') return state;
  return putStep(state, { ...step, status: 'cancelled', endedMs: Math.max(event.tsMs, step.startedMs) });
}

/** T12: from the runtime's request to its resolution, or the end of the call or run. */
export function onApprovalRequested(draft: Draft, event: ApprovalRequestedEvent): void {
  const run = draft.run(event.run.runId);
  const state = run === undefined ? undefined : draft.turn(run.turn);
  if (run === undefined || state === undefined || run.progress === 'ended') return;
  if (state.approvals.some((approval) => approval.approvalId === event.approvalId)) return;
  const approval = {
    approvalId: event.approvalId,
    runId: run.runId,
    sinceMs: event.tsMs,
    resolved: false,
    ...(event.callId !== undefined && { callId: event.callId }),
    ...(event.expiresMs !== undefined && { expiresMs: event.expiresMs }),
  };
  draft.setTurn({ ...heard(state, draft), approvals: [...state.approvals, approval] });
}

export function onApprovalResolved(draft: Draft, event: ApprovalResolvedEvent): void {
  const run = draft.run(event.run.runId);
  const state = run === undefined ? undefined : draft.turn(run.turn);
  if (state === undefined) return;
  const matches = (approval: TurnState['approvals'][number]) =>
    event.approvalId === undefined ? approval.callId === event.callId : approval.approvalId === event.approvalId;
  let next: TurnState = {
    ...heard(state, draft),
    approvals: state.approvals.map((approval) => (matches(approval) ? { ...approval, resolved: true } : approval)),
  };
  const step = event.callId === undefined ? undefined : findStep(next.turn, stepId(event.callId));
  if (event.decision === 'denied' && step?.kind === 'tool') next = putStep(next, { ...step, blocked: true });
  draft.setTurn(next);
}
