import type { Session, Step } from '@livestatus/contract';

/** A session as a few lines of text, for the message of a test that failed. */
export function describeSession(session: Session): string {
  const facts = [
    session.session_key,
    session.status,
    session.activity ?? '',
    session.waiting === undefined ? '' : `waiting for ${session.waiting.for}`,
    session.error === undefined ? '' : `${session.error.code}: ${session.error.message}`,
    `${session.tool_calls} tool calls`,
    `${session.usage?.total ?? 0} tokens`,
  ];
  return [`[${session.id}] ${facts.filter((fact) => fact !== '').join(', ')}`, ...session.steps.map(describeStep)].join(
    '\n',
  );
}

export function describeSessions(sessions: readonly Session[]): string {
  return sessions.length === 0 ? '(no sessions)' : sessions.map(describeSession).join('\n');
}

function describeStep(step: Step): string {
  const parent = step.parent_id === undefined ? '' : ` under ${step.parent_id}`;
  return `  ${step.kind} ${step.name ?? ''} "${step.label}" ${step.status}${parent}`;
}
