import type { RunOutcome } from './events.ts';
import { BOUNDS, type Child, type RootState, type TurnState } from './state.ts';
import { closeSteps, findStep, putStep } from './steps.ts';
import type { AgentStep, TurnStepStatus } from './turn.ts';

/** The sub-agents of one turn, at any depth, and the agent steps that show them (T5). */

/** A spawn call whose sub-agent is not known yet. */
export function isUnclaimed(child: Child, parentKey: string): boolean {
  return child.key === '' && child.parentKey === parentKey;
}

/** Says which sub-agent stands behind a spawn call. */
export function withKey(state: TurnState, id: string, key: string): TurnState {
  const children = state.children.map((child) => (child.stepId === id ? { ...child, key } : child));
  const step = findStep(state.turn, id);
  return step?.kind === 'agent' ? putStep({ ...state, children }, { ...step, childKey: key }) : { ...state, children };
}

/** The run behind these spawn calls died: they have made no sub-agent. */
export function withoutUnclaimed(state: TurnState, parentKey: string, diedMs: number): TurnState {
  const dead = state.children.filter((child) => isUnclaimed(child, parentKey));
  if (dead.length === 0) return state;
  const children = state.children.filter((child) => !dead.includes(child));
  return closeSteps({ ...state, children }, diedMs, 'cancelled', ({ id }) => dead.some(({ stepId }) => stepId === id));
}

/** A new agent step and the child behind it. The oldest children that are over are forgotten when there are too many. */
export function withChild(state: TurnState, step: AgentStep, parentKey: string): TurnState {
  const { id, childKey: key, startedMs: sinceMs } = step;
  const settled = wasStopped(state);
  const child: Child = { key, parentKey, stepId: id, runIds: [], state: 'spawned', sinceMs, settled };
  const children = [...state.children, child];
  const oldest = children.length > BOUNDS.children ? children.findIndex((other) => other.state === 'ended') : -1;
  return putStep({ ...state, children: oldest < 0 ? children : children.toSpliced(oldest, 1) }, step);
}

/** From the channel: all that works for the turn was stopped, also what is told of only later. One run alone leaves the rest. */
export function wasStopped({ root }: TurnState): boolean {
  return root.kind === 'ended' && root.outcome.kind === 'aborted' && root.outcome.alone !== true;
}

/** A run of the child began. */
export function childStarted(state: TurnState, key: string, runId: string): TurnState {
  const child = state.children.find((other) => other.key === key);
  if (child === undefined) return state;
  const runIds = child.runIds.includes(runId) ? child.runIds : [...child.runIds, runId].slice(-BOUNDS.runIds);
  const next = replaced(state, child, { ...child, runIds, state: 'running', settled: false });
  const step = findStep(next.turn, child.stepId);
  if (step?.kind !== 'agent' || step.status === 'running') return next;
  const { endedMs: _, error: __, ...open } = step;
  return putStep(next, { ...open, status: 'running' });
}

export interface ChildEnd {
  readonly atMs: number;
  readonly status: TurnStepStatus;
  readonly yielded: boolean;
  readonly error?: string;
}

/** A run of the child ended; a yield is not the child's end (T4). */
export function childEnded(state: TurnState, key: string, end: ChildEnd): TurnState {
  const child = state.children.find((other) => other.key === key);
  if (child === undefined) return state;
  const next = replaced(state, child, { ...child, state: end.yielded ? 'yielded' : 'ended', sinceMs: end.atMs });
  const closed = closeSteps(next, end.atMs, 'cancelled', (s) => s.parentId === child.stepId && s.kind !== 'agent');
  if (end.yielded) return closed;
  const step = findStep(closed.turn, child.stepId);
  if (step?.kind !== 'agent') return closed;
  const { error: _, ...rest } = step;
  const endedMs = Math.max(end.atMs, step.startedMs);
  return putStep(closed, {
    ...rest,
    status: end.status,
    endedMs,
    ...(end.error !== undefined && { error: end.error }),
  });
}

/** What the end of its run means for a child. */
export function endOf(outcome: RunOutcome, atMs: number): ChildEnd {
  switch (outcome.kind) {
    case 'done':
      return { atMs, status: 'done', yielded: outcome.yielded === true };
    case 'error':
      return { atMs, status: 'error', yielded: false, error: outcome.message };
    case 'aborted':
    case 'cut':
    case 'nothing':
      return { atMs, status: 'cancelled', yielded: false };
  }
}

/** The same, of a run that was taken for a root's; undefined while it goes on. */
export function endOfRoot(root: RootState): ChildEnd | undefined {
  if (root.kind === 'running') return undefined;
  return root.kind === 'ended' ? endOf(root.outcome, root.atMs) : endOf({ kind: 'done', yielded: true }, root.sinceMs);
}

/** The announcements of these children were answered: they keep the turn open no longer (T4). */
export function settleChildren(state: TurnState, keys: readonly string[]): TurnState {
  const isDue = (child: Child) => !child.settled && child.state === 'ended' && keys.includes(child.key);
  if (!state.children.some(isDue)) return state;
  return { ...state, children: state.children.map((child) => (isDue(child) ? { ...child, settled: true } : child)) };
}

function replaced(state: TurnState, old: Child, next: Child): TurnState {
  return { ...state, children: state.children.map((child) => (child === old ? next : child)) };
}
