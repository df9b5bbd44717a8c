import { createHash } from 'node:crypto';
import type { Draft } from './draft.ts';
import { BOUNDS, type TurnState } from './state.ts';
import type { NoticeCode, Turn, TurnStep, TurnStepStatus } from './turn.ts';

/** Runtime ids can be long ("tool_search_code:call_x:sessions_spawn:1"); the contract's are at most 64 characters. */
export function stepId(runtimeId: string): string {
  if (runtimeId.length <= 64 && runtimeId !== '') return runtimeId;
  return `h-${createHash('sha256').update(runtimeId).digest('base64url').slice(0, 32)}`;
}

export function findStep(turn: Turn, id: string): TurnStep | undefined {
  // From the end: events are nearly always about the latest steps.
  for (let i = turn.steps.length - 1; i >= 0; i -= 1) if (turn.steps[i]?.id === id) return turn.steps[i];
  return undefined;
}

export function isOpen(step: TurnStep): boolean {
  return step.status === 'running';
}

/** Inserts or replaces by id; the order of insertion never changes. */
export function putStep(state: TurnState, step: TurnStep): TurnState {
  const { turn } = state;
  const at = turn.steps.findLastIndex((other) => other.id === step.id);
  if (at >= 0 && turn.steps[at] === step) return state;
  const steps = at < 0 ? [...turn.steps, step] : turn.steps.with(at, step);
  return withTurn(state, trimSteps({ ...turn, steps }));
}

export function withTurn(state: TurnState, turn: Turn): TurnState {
  return turn === state.turn ? state : { ...state, turn };
}

/** Lets go of the oldest closed steps once there are too many. Parents of kept steps stay. */
function trimSteps(turn: Turn): Turn {
  if (turn.steps.length <= BOUNDS.steps) return turn;
  const excess = turn.steps.length - BOUNDS.stepsAfterTrim;
  const late = turn.steps.slice(excess);
  const parents = new Set(late.map((step) => step.parentId));
  const kept = turn.steps
    .slice(0, excess)
    .filter((step) => isOpen(step) || parents.has(step.id) || step.kind === 'agent');
  const steps = [...kept, ...late];
  return { ...turn, steps, stepsForgotten: turn.stepsForgotten + turn.steps.length - steps.length };
}

/** Closes every running step that `matches`; background commands stay as they are (T6). */
export function closeSteps(
  state: TurnState,
  endedMs: number,
  status: TurnStepStatus,
  matches: (step: TurnStep) => boolean = () => true,
): TurnState {
  if (!state.turn.steps.some((step) => isOpen(step) && matches(step))) return state;
  const steps = state.turn.steps.map((step) =>
    isOpen(step) && matches(step) ? { ...step, status, endedMs: Math.max(endedMs, step.startedMs) } : step,
  );
  return withTurn(state, { ...state.turn, steps });
}

export function addNotice(
  state: TurnState,
  notice: {
    readonly id: string;
    readonly code: NoticeCode;
    readonly atMs: number;
    readonly text?: string | undefined;
    readonly parentId?: string | undefined;
  },
): TurnState {
  const id = stepId(notice.id);
  if (findStep(state.turn, id) !== undefined) return state;
  return putStep(state, {
    id,
    kind: 'notice',
    code: notice.code,
    status: 'done',
    startedMs: notice.atMs,
    endedMs: notice.atMs,
    ...(notice.text !== undefined && { text: notice.text }),
    ...(notice.parentId !== undefined && { parentId: notice.parentId }),
  });
}

/** The `agent` step under which the steps of a sub-agent's key stand; undefined for the root's own key. */
export function parentStepOf(state: TurnState, key: string): string | undefined {
  return state.children.find((child) => child.key === key)?.stepId;
}

/** Anything shorter is not worth a line; the state pill shows it while it lasts. */
const MIN_THINKING_MS = 1_000;

/** Ends the unbroken thinking of a key, and keeps it as a step if it was long enough to be seen. */
export function endThinking(state: TurnState, key: string): TurnState {
  const spell = state.thinking[key];
  if (spell === undefined) return state;
  const { [key]: _, ...thinking } = state.thinking;
  const rest = { ...state, thinking };
  if (spell.lastMs - spell.sinceMs < MIN_THINKING_MS) return rest;
  const parentId = parentStepOf(state, key);
  return putStep(rest, {
    id: stepId(`thinking:${key}:${spell.sinceMs}`),
    kind: 'thinking',
    status: 'done',
    startedMs: spell.sinceMs,
    // The last word of it that was heard: what came after, nobody told.
    endedMs: spell.lastMs,
    ...(parentId !== undefined && { parentId }),
  });
}

/** Records that something of the turn was heard. In steps of a second: finer news would only make traffic. */
export function heard(state: TurnState, draft: Draft): TurnState {
  const fresh =
    draft.now - state.turn.lastEventMs >= 1_000 ? withTurn(state, { ...state.turn, lastEventMs: draft.now }) : state;
  if (fresh.unobserved === undefined) return fresh;
  const { unobserved: _, ...observed } = fresh;
  return observed;
}
