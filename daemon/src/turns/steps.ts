import { createHash } from 'node:crypto';
import type { Draft } from './draft.ts';
import { BOUNDS, type ByKey, type TurnState } from './state.ts';
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

/** A person is asked something (T12). */
export function isQuestion(step: TurnStep): boolean {
  return step.kind === 'tool' && step.name === 'ask_user';
}

/** Inserts or replaces by id; the order of insertion never changes. A step that was let go of does not come back. */
export function putStep(state: TurnState, step: TurnStep): TurnState {
  const { turn } = state;
  const at = turn.steps.findLastIndex((other) => other.id === step.id);
  if (at >= 0) return turn.steps[at] === step ? state : withSteps(state, turn.steps.with(at, step));
  if (isForgotten(state, step.startedMs)) return state;
  return trimmed(withSteps(state, [...turn.steps, step]));
}

/** Whether something that began then may be one of the steps that were let go of. */
export function isForgotten(state: TurnState, startedMs: number): boolean {
  return state.forgottenMs !== undefined && startedMs <= state.forgottenMs;
}

export function withTurn(state: TurnState, turn: Turn): TurnState {
  return turn === state.turn ? state : { ...state, turn };
}

export function withSteps(state: TurnState, steps: readonly TurnStep[]): TurnState {
  return withTurn(state, { ...state.turn, steps });
}

/** Lets go of the oldest closed steps once there are too many. Parents of kept steps stay. */
function trimmed(state: TurnState): TurnState {
  const { turn } = state;
  if (turn.steps.length <= BOUNDS.steps) return state;
  const excess = turn.steps.length - BOUNDS.stepsAfterTrim;
  const kept: TurnStep[] = [];
  const parents = new Set<string | undefined>();
  let forgottenMs = state.forgottenMs ?? 0;
  turn.steps.toReversed().forEach((step, fromEnd) => {
    const isParent = parents.has(step.id);
    const isWanted = turn.steps.length - 1 - fromEnd >= excess || isOpen(step);
    if (isParent || (isWanted && kept.length < BOUNDS.steps)) {
      kept.push(step);
      parents.add(step.parentId);
    } else forgottenMs = Math.max(forgottenMs, step.startedMs);
  });
  const stepsForgotten = turn.stepsForgotten + turn.steps.length - kept.length;
  return withTurn({ ...state, forgottenMs }, { ...turn, steps: kept.reverse(), stepsForgotten });
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
  return withSteps(state, steps);
}

export interface Notice {
  readonly id: string;
  readonly code: NoticeCode;
  readonly atMs: number;
  readonly text?: string | undefined;
  readonly parentId?: string | undefined;
}

/** Adds a notice once; a repetition changes nothing. */
export function addNotice(state: TurnState, notice: Notice): TurnState {
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
  if (key === state.turn.key) return undefined;
  const child = state.children.find((other) => other.key === key);
  if (child === undefined || findStep(state.turn, child.stepId) === undefined) return undefined;
  return child.stepId;
}

/** Another run of that key goes on: the calls that were made before this one's end were its own (a session runs one at a time). */
export function withoutItsCalls(state: TurnState, key: string, endedMs: number): TurnState {
  const parentId = parentStepOf(state, key);
  return closeSteps(
    state,
    endedMs,
    'cancelled',
    (step) => step.kind === 'tool' && step.parentId === parentId && step.startedMs <= endedMs,
  );
}

/** Anything shorter is not worth a line; the state pill shows it while it lasts. */
const MIN_THINKING_MS = 1_000;

/** Names come from the runtime: one like `constructor` finds nothing that was not put there. */
export function ofKey<T>(record: ByKey<T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function withoutKey<T>(record: ByKey<T>, key: string): ByKey<T> {
  const { [key]: _, ...rest } = record;
  return rest;
}

/** The provider answers this key. */
export function withoutRetry(state: TurnState, key: string): TurnState {
  return Object.hasOwn(state.retrying, key) ? { ...state, retrying: withoutKey(state.retrying, key) } : state;
}

export function withoutCompaction(state: TurnState): TurnState {
  if (state.compactingSince === undefined) return state;
  const { compactingSince: _, ...rest } = state;
  return rest;
}

/** Ends the unbroken thinking of a key, and keeps it as a step if it was long enough to be seen. */
export function endThinking(state: TurnState, key: string): TurnState {
  const spell = ofKey(state.thinking, key);
  if (spell === undefined) return state;
  const rest = { ...state, thinking: withoutKey(state.thinking, key) };
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
  return observed(fresh);
}

/** The source sees the turn. */
export function observed(state: TurnState): TurnState {
  if (state.unobserved === undefined) return state;
  const { unobserved: _, ...rest } = state;
  return rest;
}

export function isActive(state: TurnState): boolean {
  return state.turn.phase.status === 'active';
}

/** T9 had given it up without evidence: whatever is heard of it takes it up again. */
export function isGivenUp(state: TurnState): boolean {
  return !isActive(state) && state.root.kind !== 'ended';
}
