import { childEnded, endOf, withChild, withKey } from './children.ts';
import type { Draft } from './draft.ts';
import type { ToolEvent } from './events.ts';
import { BOUNDS, type Child, type TurnState } from './state.ts';
import { findStep, putStep, stepId, withSteps } from './steps.ts';
import type { AgentStep, TurnStep } from './turn.ts';

/** A `sessions_spawn` call, from its start to its result: one agent step, not also a tool. */
export function onSpawn(draft: Draft, state: TurnState, event: ToolEvent, parentId: string | undefined): TurnState {
  const id = stepId(event.callId);
  const known = findStep(state.turn, id);
  const next = known === undefined ? started(state, event, id, parentId) : labelled(state, known, event);
  if (event.phase !== 'ended') return next;
  if (event.outcome === 'error' || event.outcome === 'blocked') return failed(next, event, id);
  return event.child === undefined ? next : claimed(draft, next, id, event.child);
}

const NAMELESS = 'sub-agent';

function started(state: TurnState, event: ToolEvent, id: string, parentId: string | undefined): TurnState {
  const { input, child, meta } = event;
  const step: AgentStep = {
    id,
    kind: 'agent',
    name: input?.label ?? child?.label ?? meta ?? input?.agentId ?? NAMELESS,
    childKey: '',
    status: 'running',
    startedMs: event.startedMs ?? event.tsMs,
    ...(input?.task !== undefined && { task: input.task }),
    ...(parentId !== undefined && { parentId }),
  };
  return withChild(state, step, event.key);
}

/** Its arguments may come after its start. */
function labelled(state: TurnState, step: TurnStep, { input }: ToolEvent): TurnState {
  if (step.kind !== 'agent' || input === undefined) return state;
  const name = step.name === NAMELESS ? (input.label ?? step.name) : step.name;
  const task = step.task ?? input.task;
  if (name === step.name && task === step.task) return state;
  return putStep(state, { ...step, name, ...(task !== undefined && { task }) });
}

function failed(state: TurnState, event: ToolEvent, id: string): TurnState {
  const step = findStep(state.turn, id);
  const children = state.children.filter((child) => child.stepId !== id || child.key !== '');
  if (step?.kind !== 'agent' || children.length === state.children.length) return state;
  const endedMs = Math.max(event.endedMs ?? event.tsMs, step.startedMs);
  const error = event.error !== undefined && { error: event.error };
  return putStep({ ...state, children }, { ...step, status: 'error', endedMs, ...error });
}

/** The result names the child: it belongs under this step, wherever a guess had put it before. */
function claimed(draft: Draft, state: TurnState, id: string, named: NonNullable<ToolEvent['child']>): TurnState {
  const mine = childAt(state, id);
  if (mine === undefined) return state;
  const known = draft.key(named.key);
  if (known.parentKey === undefined) draft.setKey({ ...known, parentKey: mine.parentKey });
  const bound = mine.key === named.key ? state : bind(state, mine, named.key);
  const next = named.runId === undefined ? bound : withRun(bound, id, named.runId);
  return overAlready(draft, next, id);
}

/** It came and went before its call was heard of. */
function overAlready(draft: Draft, state: TurnState, id: string): TurnState {
  const child = childAt(state, id);
  const { over } = draft.key(child?.key ?? '');
  if (child?.state !== 'spawned' || over === undefined) return state;
  return childEnded(state, child.key, endOf(over.outcome, over.atMs));
}

function bind(state: TurnState, mine: Child, key: string): TurnState {
  const guessed = state.children.find((child) => child.key === key);
  if (guessed !== undefined) return exchanged(state, mine, guessed);
  if (mine.key === '') return withKey(state, mine.stepId, key);
  // The call was taken for another child's: that one gets a step of its own.
  const step = findStep(state.turn, mine.stepId);
  if (step?.kind !== 'agent') return state;
  const own: AgentStep = { ...step, id: inventedId(mine.key), name: NAMELESS, childKey: '' };
  const apart = withChild(state, own, mine.parentKey);
  const holder = childAt(apart, own.id);
  return holder === undefined ? state : withKey(exchanged(apart, mine, holder), mine.stepId, key);
}

/** The step of a child whose spawn call was not seen. */
export function inventedId(key: string): string {
  return stepId(`agent:${key}`);
}

/** Two children change places: each takes its own steps and its own end along. An invented step that is left over goes. */
function exchanged(state: TurnState, a: Child, b: Child): TurnState {
  const other = new Map([
    [a.stepId, b.stepId],
    [b.stepId, a.stepId],
  ]);
  const children = state.children.map((child) => ({ ...child, stepId: other.get(child.stepId) ?? child.stepId }));
  const steps = state.turn.steps.map((step): TurnStep => {
    const parentId = step.parentId === undefined ? undefined : other.get(step.parentId);
    const moved = parentId === undefined ? step : { ...step, parentId };
    const source = moved.kind === 'agent' ? findStep(state.turn, other.get(moved.id) ?? moved.id) : undefined;
    return moved.kind === 'agent' && source?.kind === 'agent' ? withEndOf(moved, source) : moved;
  });
  return withoutLeftover(withSteps({ ...state, children }, steps), a.key === '' ? b : undefined);
}

/** The call's own name and task; the sub-agent's key and end. */
function withEndOf(step: AgentStep, source: AgentStep): AgentStep {
  const { endedMs: _, error: __, ...call } = step;
  return {
    ...call,
    childKey: source.childKey,
    status: source.status,
    ...(source.endedMs !== undefined && { endedMs: source.endedMs }),
    ...(source.error !== undefined && { error: source.error }),
  };
}

function withoutLeftover(state: TurnState, holder: Child | undefined): TurnState {
  if (holder === undefined || holder.stepId !== inventedId(holder.key)) return state;
  const children = state.children.filter((child) => child.stepId !== holder.stepId);
  return withSteps(
    { ...state, children },
    state.turn.steps.filter((step) => step.id !== holder.stepId),
  );
}

function withRun(state: TurnState, id: string, runId: string): TurnState {
  const mine = childAt(state, id);
  if (mine === undefined || mine.runIds.includes(runId)) return state;
  const runIds = [...mine.runIds, runId].slice(-BOUNDS.runIds);
  return { ...state, children: state.children.map((child) => (child === mine ? { ...child, runIds } : child)) };
}

function childAt(state: TurnState, id: string): Child | undefined {
  return state.children.find((child) => child.stepId === id);
}
