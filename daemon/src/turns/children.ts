import type { Draft } from './draft.ts';
import type { ToolEvent } from './events.ts';
import type { Child, TurnState } from './state.ts';
import { closeSteps, findStep, putStep, stepId, withTurn } from './steps.ts';
import type { AgentStep, TurnStep, TurnStepStatus } from './turn.ts';

/** Sub-agents fold into the root's box at any depth (T5). `sessions_spawn` is one agent step, not also a tool. */

/** The turn that a key's activity belongs to as a child's, if any. */
export function turnOfChild(draft: Draft, key: string): TurnState | undefined {
  return draft.turns.findLast((state) => state.children.some((child) => child.key === key));
}

/** Finds or makes the child of `key`; undefined if its parent serves no turn that is known. */
export function ensureChild(draft: Draft, key: string, atMs: number): TurnState | undefined {
  const existing = turnOfChild(draft, key);
  if (existing !== undefined) return existing;
  const { parentKey, label } = draft.key(key);
  if (parentKey === undefined) return undefined;
  const parent = turnOfChild(draft, parentKey) ?? newestTurnOf(draft, parentKey);
  if (parent === undefined) return undefined;
  const next = bindSpawn(parent, key, parentKey, label) ?? addChild(parent, { key, parentKey, label, atMs });
  draft.setTurn(next);
  return next;
}

function newestTurnOf(draft: Draft, key: string): TurnState | undefined {
  const own = draft.turns.filter((state) => state.turn.key === key);
  return own.findLast((state) => state.turn.phase.status === 'active') ?? own.at(-1);
}

/** The spawn call that this child most likely came from: the one with its label, else the oldest without a child. */
function bindSpawn(state: TurnState, key: string, parentKey: string, label: string | undefined): TurnState | undefined {
  const open = state.children.filter((child) => child.key === '' && child.parentKey === parentKey);
  const named = open.find((child) => label !== undefined && nameOf(state, child) === label);
  const chosen = named ?? open[0];
  return chosen === undefined ? undefined : bind(state, chosen, key);
}

function nameOf(state: TurnState, child: Child): string | undefined {
  const step = findStep(state.turn, child.stepId);
  return step?.kind === 'agent' ? step.name : undefined;
}

function bind(state: TurnState, child: Child, key: string): TurnState {
  const children = state.children.map((other) => (other === child ? { ...child, key } : other));
  const step = findStep(state.turn, child.stepId);
  const next = { ...state, children };
  return step?.kind === 'agent' ? putStep(next, { ...step, childKey: key }) : next;
}

function addChild(
  state: TurnState,
  child: {
    readonly key: string;
    readonly parentKey: string;
    readonly label: string | undefined;
    readonly atMs: number;
  },
): TurnState {
  const id = stepId(`agent:${child.key}`);
  const parentId = state.children.find((other) => other.key === child.parentKey)?.stepId;
  const step: AgentStep = {
    id,
    kind: 'agent',
    name: child.label ?? 'sub-agent',
    childKey: child.key,
    status: 'running',
    startedMs: child.atMs,
    ...(parentId !== undefined && { parentId }),
  };
  const entry: Child = {
    key: child.key,
    parentKey: child.parentKey,
    stepId: id,
    runIds: [],
    state: 'spawned',
    sinceMs: child.atMs,
    settled: false,
  };
  return putStep({ ...state, children: [...state.children, entry] }, step);
}

/** A `sessions_spawn` call, from its start to its result. */
export function onSpawn(draft: Draft, state: TurnState, event: ToolEvent, parentId: string | undefined): TurnState {
  const id = stepId(event.callId);
  const started = findStep(state.turn, id);
  let next = started === undefined ? startSpawn(state, event, id, parentId) : state;
  if (started?.kind === 'agent' && event.input?.label !== undefined && started.name === 'sub-agent') {
    next = putStep(next, { ...started, name: event.input.label });
  }
  if (event.phase !== 'ended') return next;
  if (event.outcome === 'error' || event.outcome === 'blocked') return failSpawn(next, event, id);
  return event.child === undefined ? next : claim(draft, next, id, event.child.key, event.child.runId);
}

function startSpawn(state: TurnState, event: ToolEvent, id: string, parentId: string | undefined): TurnState {
  const task = event.input?.task;
  const startedMs = event.startedMs ?? event.tsMs;
  const step: AgentStep = {
    id,
    kind: 'agent',
    name: event.input?.label ?? event.child?.label ?? event.meta ?? event.input?.agentId ?? 'sub-agent',
    childKey: '',
    status: 'running',
    startedMs,
    ...(task !== undefined && { task }),
    ...(parentId !== undefined && { parentId }),
  };
  const child: Child = {
    key: '',
    parentKey: event.key,
    stepId: id,
    runIds: [],
    state: 'spawned',
    sinceMs: startedMs,
    settled: false,
  };
  return putStep({ ...state, children: [...state.children, child] }, step);
}

function failSpawn(state: TurnState, event: ToolEvent, id: string): TurnState {
  const step = findStep(state.turn, id);
  const children = state.children.filter((child) => child.stepId !== id || child.key !== '');
  if (step?.kind !== 'agent' || children.length === state.children.length) return state;
  return putStep(
    { ...state, children },
    {
      ...step,
      status: 'error',
      endedMs: event.endedMs ?? event.tsMs,
      ...(event.error !== undefined && { error: event.error }),
    },
  );
}

/** The result names the child: it belongs under this step, wherever a guess had put it before. */
function claim(draft: Draft, state: TurnState, id: string, key: string, runId: string | undefined): TurnState {
  const mine = state.children.find((child) => child.stepId === id);
  const guessed = state.children.find((child) => child.key === key && child.stepId !== id);
  const known = draft.key(key);
  if (known.parentKey === undefined && mine !== undefined) draft.setKey({ ...known, parentKey: mine.parentKey });
  if (mine === undefined) return state;
  let next = guessed === undefined ? (mine.key === key ? state : bind(state, mine, key)) : swap(state, mine, guessed);
  if (runId === undefined) return next;
  next = {
    ...next,
    children: next.children.map((child) =>
      child.stepId === id && !child.runIds.includes(runId) ? { ...child, runIds: [...child.runIds, runId] } : child,
    ),
  };
  return next;
}

/** Exchanges what two spawn steps were taken for. A step that only the guess had made goes away. */
function swap(state: TurnState, mine: Child, guessed: Child): TurnState {
  const invented = mine.key === '' && guessed.stepId === stepId(`agent:${guessed.key}`);
  const other = (id: string | undefined) =>
    id === mine.stepId ? guessed.stepId : id === guessed.stepId ? mine.stepId : id;
  const children = state.children
    .map((child) =>
      child === mine
        ? { ...guessed, stepId: mine.stepId }
        : child === guessed
          ? { ...mine, stepId: guessed.stepId }
          : child,
    )
    .filter((child) => !(invented && child.stepId === guessed.stepId));
  const steps = state.turn.steps
    .filter((step) => !(invented && step.id === guessed.stepId))
    .map((step): TurnStep => {
      const parentId = other(step.parentId);
      const moved = parentId === step.parentId || parentId === undefined ? step : { ...step, parentId };
      if (moved.kind !== 'agent') return moved;
      if (moved.id === mine.stepId) return { ...moved, childKey: guessed.key };
      return moved.id === guessed.stepId ? { ...moved, childKey: mine.key } : moved;
    });
  return withTurn({ ...state, children }, { ...state.turn, steps });
}

/** A run of the child began. */
export function childStarted(state: TurnState, key: string, runId: string): TurnState {
  const child = state.children.find((other) => other.key === key);
  if (child === undefined) return state;
  const runIds = child.runIds.includes(runId) ? child.runIds : [...child.runIds, runId];
  const next = { ...state, children: replace(state, child, { ...child, runIds, state: 'running', settled: false }) };
  const step = findStep(next.turn, child.stepId);
  if (step?.kind !== 'agent' || step.status === 'running' || next.turn.phase.status !== 'active') return next;
  const { endedMs: _, error: __, ...open } = step;
  return putStep(next, { ...open, status: 'running' });
}

/** A run of the child ended; a yield is not the child's end (T4). */
export function childEnded(
  state: TurnState,
  key: string,
  end: { readonly atMs: number; readonly status: TurnStepStatus; readonly yielded: boolean; readonly error?: string },
): TurnState {
  const child = state.children.find((other) => other.key === key);
  if (child === undefined) return state;
  if (end.yielded)
    return { ...state, children: replace(state, child, { ...child, state: 'yielded', sinceMs: end.atMs }) };
  let next: TurnState = { ...state, children: replace(state, child, { ...child, state: 'ended', sinceMs: end.atMs }) };
  next = closeSteps(next, end.atMs, 'cancelled', (step) => step.parentId === child.stepId && step.kind !== 'agent');
  const step = findStep(next.turn, child.stepId);
  if (step?.kind !== 'agent') return next;
  return putStep(next, {
    ...step,
    status: end.status,
    endedMs: Math.max(end.atMs, step.startedMs),
    ...(end.error !== undefined && { error: end.error }),
  });
}

/** The announcements of these children were answered: they keep the turn open no longer (T4). */
export function settleChildren(state: TurnState, keys: readonly string[]): TurnState {
  if (!state.children.some((child) => !child.settled && child.state === 'ended' && keys.includes(child.key)))
    return state;
  const children = state.children.map((child) =>
    child.state === 'ended' && keys.includes(child.key) ? { ...child, settled: true } : child,
  );
  return { ...state, children };
}

function replace(state: TurnState, old: Child, next: Child): readonly Child[] {
  return state.children.map((child) => (child === old ? next : child));
}
