import type { Draft } from './draft.ts';
import type { ApprovalRequestedEvent, ApprovalResolvedEvent } from './events.ts';
import { live } from './runs.ts';
import { type Approval, BOUNDS, type TurnState } from './state.ts';
import { addNotice, findStep, heard, isActive, parentStepOf, putStep, stepId } from './steps.ts';
import type { NoticeCode } from './turn.ts';

/** T12: a person is asked, from the runtime's request to its resolution, or to the end of the call or run. */
export function onApprovalRequested(draft: Draft, event: ApprovalRequestedEvent): void {
  const going = live(draft, event.run);
  if (going === undefined) return;
  const { run, state } = going;
  const known = state.approvals.find(({ approvalId }) => approvalId === event.approvalId);
  if (known !== undefined) {
    draft.setTurn(withMore(state, known, event));
    return;
  }
  const approval: Approval = {
    approvalId: event.approvalId,
    runId: run.runId,
    sinceMs: event.tsMs,
    resolved: false,
    ...(event.callId !== undefined && { callId: event.callId }),
    ...(event.kind !== undefined && { kind: event.kind }),
    ...(event.expiresMs !== undefined && { expiresMs: event.expiresMs }),
  };
  draft.setTurn({ ...state, approvals: [...state.approvals, approval].slice(-BOUNDS.approvals) });
}

/** The run's own word names no expiry, the gateway's not the call; either may come first. */
function withMore(state: TurnState, known: Approval, event: ApprovalRequestedEvent): TurnState {
  const callId = known.callId ?? event.callId;
  const expiresMs = known.expiresMs ?? event.expiresMs;
  if (callId === known.callId && expiresMs === known.expiresMs) return state;
  const more: Approval = {
    ...known,
    ...(callId !== undefined && { callId }),
    ...(expiresMs !== undefined && { expiresMs }),
  };
  return { ...state, approvals: state.approvals.map((other) => (other === known ? more : other)) };
}

/** It may come after the run's end, which settled it: then only what was decided is news. */
export function onApprovalResolved(draft: Draft, event: ApprovalResolvedEvent): void {
  const run = draft.run(event.run.runId);
  const found = draft.turnOf(event.run.runId);
  if (run === undefined || found === undefined) return;
  if (run.progress === 'ended' && event.decision === undefined) return;
  const approval = found.approvals.findLast((candidate) => isMeant(candidate, event));
  const state = approval === undefined ? found : resolved(found, approval);
  const noted = noteDecision(markBlocked(state, event), event, approval, parentStepOf(state, run.key));
  draft.setTurn(run.progress !== 'ended' && isActive(noted) ? heard(noted, draft) : noted);
}

function isMeant(approval: Approval, event: ApprovalResolvedEvent): boolean {
  if (event.approvalId !== undefined) return approval.approvalId === event.approvalId;
  return event.callId !== undefined && approval.callId === event.callId;
}

function resolved(state: TurnState, approval: Approval): TurnState {
  if (approval.resolved) return state;
  const approvals = state.approvals.map((other) => (other === approval ? { ...other, resolved: true } : other));
  return { ...state, approvals };
}

function markBlocked(state: TurnState, event: ApprovalResolvedEvent): TurnState {
  const step = event.callId === undefined ? undefined : findStep(state.turn, stepId(event.callId));
  if (event.decision !== 'denied' || step?.kind !== 'tool' || step.blocked === true) return state;
  return putStep(state, { ...step, blocked: true });
}

const NOTICES = {
  allowed: 'approval-allowed',
  denied: 'approval-denied',
  expired: 'approval-expired',
} as const satisfies Record<NonNullable<ApprovalResolvedEvent['decision']>, NoticeCode>;

/** The runtime tells that it was resolved and, sometimes later, how. */
function noteDecision(
  state: TurnState,
  event: ApprovalResolvedEvent,
  approval: Approval | undefined,
  parentId: string | undefined,
): TurnState {
  const about = event.callId ?? approval?.callId ?? event.approvalId;
  if (about === undefined) return state;
  const id = `approval:${about}`;
  const code = event.decision === undefined ? 'approval-resolved' : NOTICES[event.decision];
  const known = findStep(state.turn, stepId(id));
  if (known === undefined) return addNotice(state, { id, code, atMs: event.tsMs, parentId });
  return known.kind === 'notice' && known.code === 'approval-resolved' && code !== known.code
    ? putStep(state, { ...known, code })
    : state;
}
