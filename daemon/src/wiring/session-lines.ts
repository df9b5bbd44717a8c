import type { Session } from '@livestatus/contract';

/** What recordings come to, for a person at a terminal: a line a turn, its steps below. */
export function sessionLines(sessions: readonly Session[]): string {
  if (sessions.length === 0) return 'No turn in it.\n';
  return sessions.map((session) => [headline(session), ...steps(session), ''].join('\n')).join('\n');
}

function headline(session: Session): string {
  const end = session.ended_ms ?? session.as_of_ms;
  const seconds = ((end - session.started_ms) / 1_000).toFixed(1);
  const where = session.channel_id ?? session.user_id ?? 'dashboard only';
  const tokens = session.usage === undefined ? '' : `, ${session.usage.total} tokens`;
  return `${session.agent.name}: ${session.status} after ${seconds} s, ${session.tool_calls} tools${tokens} (${where}) ${session.title ?? ''}`.trimEnd();
}

const MARKS = { running: '◦', background: '▸', done: '✓', error: '✕', cancelled: '–' } as const;

function steps(session: Session): readonly string[] {
  return session.steps.map((step) => {
    const detail = step.detail === undefined ? '' : ` · ${step.detail}`;
    return `  ${step.parent_id === undefined ? '' : '  '}${MARKS[step.status]} ${step.label}${detail}`;
  });
}
