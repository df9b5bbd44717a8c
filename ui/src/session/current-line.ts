import type { Activity, Session, Step } from '@livestatus/contract';

/**
 * The bold line under a box's header: what the agent does right now.
 * - `step`: this step runs (or waits, or is the last one before the silence).
 * - `activity`: no step says it, the session's activity does.
 */
export type CurrentLine =
  | { readonly kind: 'step'; readonly step: Step; readonly as: 'running' | 'waiting' | 'last' }
  | { readonly kind: 'activity'; readonly activity: Activity; readonly sinceMs: number | undefined };

/** Undefined when there is no "now" to speak of: the turn has ended, or nobody sees the agent. */
export function currentLine(session: Session): CurrentLine | undefined {
  if (session.status !== 'active' || session.offline === true || session.activity === 'unobserved') return undefined;
  if (session.activity === 'waiting' || session.activity === 'retrying') return waitingLine(session);
  const running = runningSteps(session);
  if (session.stalled === true) {
    const last = running.at(-1) ?? session.steps.at(-1);
    return last === undefined ? undefined : { kind: 'step', step: last, as: 'last' };
  }
  const step = running.at(-1);
  if (step !== undefined) return { kind: 'step', step, as: 'running' };
  return { kind: 'activity', activity: session.activity ?? 'thinking', sinceMs: undefined };
}

/**
 * The step that the log leaves out because the current line shows it: the only running one at the top level. Sub-agents
 * do not count, they keep their lines in the log.
 */
export function stepOutsideLog(session: Session, current: CurrentLine | undefined): Step | undefined {
  if (current?.kind !== 'step' || current.as === 'last' || current.step.kind === 'agent') return undefined;
  if (current.step.parent_id !== undefined) return undefined;
  const others = runningSteps(session).filter((step) => step !== current.step);
  return others.length === 0 ? current.step : undefined;
}

function waitingLine(session: Session): CurrentLine {
  const { waiting } = session;
  const step = waiting?.step_id === undefined ? undefined : session.steps.find(({ id }) => id === waiting.step_id);
  if (step !== undefined) return { kind: 'step', step, as: 'waiting' };
  return { kind: 'activity', activity: session.activity ?? 'waiting', sinceMs: waiting?.since_ms };
}

/** Running top-level steps in order; sub-agents are work of others and no "current step" of this agent. */
function runningSteps(session: Session): Step[] {
  return session.steps.filter(
    (step) => step.status === 'running' && step.parent_id === undefined && step.kind !== 'agent',
  );
}
