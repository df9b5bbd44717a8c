import type { Session } from '@livestatus/contract';

/** What a person wants done about a turn, and which state of it the person saw when deciding. */
export type Intent =
  | { readonly kind: 'allow' | 'deny'; readonly approvalId: string }
  | { readonly kind: 'answer'; readonly stepId: string | undefined; readonly sinceMs: number; readonly text: string }
  | { readonly kind: 'stop' };

export type IntentKind = Intent['kind'];

/** Whether we know what the agent does now: what nobody sees, nobody can act on. */
export function isObserved(session: Session): boolean {
  return session.status === 'active' && session.offline !== true && session.activity !== 'unobserved';
}

/** The approval that is waited for, if it can be given: at `minimal` nobody is told its id. */
export function openApproval(session: Session): string | undefined {
  const waiting = waitingNow(session);
  return waiting?.for === 'approval' ? waiting.approval_id : undefined;
}

/** The question that waits for its answer. */
export function openQuestion(session: Session): { stepId: string | undefined; sinceMs: number } | undefined {
  const waiting = waitingNow(session);
  return waiting?.for === 'answer' ? { stepId: waiting.step_id, sinceMs: waiting.since_ms } : undefined;
}

/** Whether the agent is seen to wait for somebody's decision or answer. */
export function waitsForPerson(session: Session): boolean {
  const reason = waitingNow(session)?.for;
  return reason === 'approval' || reason === 'answer';
}

function waitingNow(session: Session): Session['waiting'] {
  return isObserved(session) && session.activity === 'waiting' ? session.waiting : undefined;
}

/** Whether the state that the person saw still is. False also when nobody can tell. */
export function isCurrent(intent: Intent, session: Session | undefined): boolean {
  if (session === undefined || !isObserved(session)) return false;
  switch (intent.kind) {
    case 'stop':
      return true;
    case 'answer': {
      const question = openQuestion(session);
      return question?.stepId === intent.stepId && question?.sinceMs === intent.sinceMs;
    }
    default:
      return openApproval(session) === intent.approvalId;
  }
}

/**
 * Whether the runtime has said that it is over, whatever became of it: the box shows that. An agent that is not seen has said
 * nothing.
 */
export function isSettled(intent: Intent, session: Session | undefined): boolean {
  if (session === undefined || session.status !== 'active') return true;
  return isObserved(session) && !isCurrent(intent, session);
}

/**
 * Tools that run while a question waits. A message that comes while a tool runs may wait for it, and hold up every later
 * message of the channel, "stop" included (docs/openclaw-facts.md).
 */
export function hasToolBeside(session: Session): boolean {
  const asked = session.waiting?.step_id;
  return session.steps.some(({ kind, status, id }) => kind === 'tool' && status === 'running' && id !== asked);
}

/** A sub-agent with a box of its own: what stops it stops the conversation that it works for (docs/approvals.md). */
export function isOwnBoxOfSubAgent(session: Session): boolean {
  return session.session_key.includes(':subagent:');
}
