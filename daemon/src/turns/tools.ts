import type { Draft } from './draft.ts';
import type { ToolEvent } from './events.ts';
import { type Live, live } from './runs.ts';
import { onSpawn } from './spawns.ts';
import type { RunState, TurnState } from './state.ts';
import {
  endThinking,
  findStep,
  isActive,
  isForgotten,
  parentStepOf,
  putStep,
  stepId,
  withoutCompaction,
  withoutRetry,
  withTurn,
} from './steps.ts';
import type { ToolStep, TurnStepStatus } from './turn.ts';
import { noteCall } from './unwitnessed.ts';

/**
 * Never shown: wrappers of Tool Search (their nested call shows), the yield (the turn's state says it) and the plan tool
 * (it sets the plan, T13).
 */
const HIDDEN_TOOLS: ReadonlySet<string> = new Set(['tool_call', 'tool_search_code', 'sessions_yield', 'progress_card']);

/** T6: one step from start to result, by call id, however many events tell of it. */
export function onTool(draft: Draft, event: ToolEvent): void {
  const run = runOf(draft, event);
  const found = run && draft.turn(run.turn);
  if (run === undefined || found === undefined) return;
  const seq = event.run?.seq;
  const ref = { runId: run.runId, ...(seq !== undefined && { seq }) };
  const going = event.past === true ? undefined : live(draft, ref);
  const state = going === undefined ? found : calmed(going, event.phase);
  const isHidden = event.name !== undefined && HIDDEN_TOOLS.has(event.name);
  const told = isHidden ? state : show(draft, state, event, parentStepOf(state, run.key));
  const shown = noteCall(state, told, event);
  draft.setTurn(run.progress === 'ended' || !isActive(shown) ? closedIfOpen(shown, event) : shown);
}

function runOf(draft: Draft, event: ToolEvent): RunState | undefined {
  if (event.run !== undefined) return draft.run(event.run.runId);
  return draft.runs.findLast((run) => run.key === event.key && run.progress === 'active');
}

/** It works, so the provider answers; it has thought enough, and a call that begins comes after any compaction. */
function calmed({ state, run }: Live, phase: ToolEvent['phase']): TurnState {
  const calm = endThinking(withoutRetry(state, run.key), run.key);
  return phase === 'started' && run.key === calm.turn.key ? withoutCompaction(calm) : calm;
}

function show(draft: Draft, state: TurnState, event: ToolEvent, parentId: string | undefined): TurnState {
  const existing = findStep(state.turn, stepId(event.callId));
  if (existing === undefined && isOldNews(state, event)) return state;
  if (event.name === 'sessions_spawn' || existing?.kind === 'agent')
    return awake(onSpawn(draft, state, event, parentId));
  const step = existing?.kind === 'tool' ? updated(existing, event) : started(event, parentId);
  if (step === undefined || step === existing) return state;
  const { toolCalls } = state.turn;
  const counted = existing === undefined ? withTurn(state, { ...state.turn, toolCalls: toolCalls + 1 }) : state;
  return awake(putStep(counted, step));
}

/** History repeats calls whose steps were let go of long ago; an end without its start is one of them. */
function isOldNews(state: TurnState, event: ToolEvent): boolean {
  if (state.forgottenMs === undefined) return false;
  return event.phase !== 'started' || isForgotten(state, event.startedMs ?? event.tsMs);
}

/** T7: a heartbeat is shown from its first tool call; one that was thought silent is not. */
function awake(state: TurnState): TurnState {
  if (!state.quiet && !state.withdrawn) return state;
  return withTurn({ ...state, quiet: false, withdrawn: false }, { ...state.turn, hidden: state.nameBy !== undefined });
}

/** Undefined for a detail of a call that was never seen to start and has no name. */
function started(event: ToolEvent, parentId: string | undefined): ToolStep | undefined {
  if (event.name === undefined) return undefined;
  const base: ToolStep = {
    id: stepId(event.callId),
    kind: 'tool',
    name: event.name,
    status: 'running',
    startedMs: event.startedMs ?? event.tsMs,
    ...(parentId !== undefined && { parentId }),
  };
  return updated(base, event);
}

/** Later evidence may make a call worse (a result after an item), never better. */
const RANK: Readonly<Record<TurnStepStatus, number>> = { running: 0, cancelled: 1, done: 2, background: 3, error: 4 };

function updated(step: ToolStep, event: ToolEvent): ToolStep {
  const next = fillIn(step, event);
  const status = statusOf(event);
  const ended = status !== undefined && RANK[status] > RANK[next.status] ? withStatus(next, status, event) : next;
  return event.outcome === 'blocked' && ended.blocked !== true ? { ...ended, blocked: true } : ended;
}

/** A command in the background has no end that anybody told. */
function withStatus(step: ToolStep, status: TurnStepStatus, event: ToolEvent): ToolStep {
  const { endedMs: _, ...rest } = step;
  if (status === 'background') return { ...rest, status };
  return { ...rest, status, endedMs: Math.max(event.endedMs ?? event.tsMs, step.startedMs) };
}

function fillIn(step: ToolStep, event: ToolEvent): ToolStep {
  const more = {
    ...(step.title === undefined && event.title !== undefined && { title: event.title }),
    ...(step.meta === undefined && event.meta !== undefined && { meta: event.meta }),
    ...(step.input === undefined && event.input !== undefined && { input: event.input }),
    ...(step.error === undefined && event.error !== undefined && { error: event.error }),
    ...(step.exitCode === undefined && event.exitCode !== undefined && { exitCode: event.exitCode }),
  };
  return Object.keys(more).length === 0 ? step : { ...step, ...more };
}

function statusOf(event: ToolEvent): TurnStepStatus | undefined {
  if (event.phase !== 'ended') return undefined;
  if (event.outcome === 'error' || event.outcome === 'blocked') return 'error';
  return event.outcome === 'background' ? 'background' : 'done';
}

/** An ended run has no running call, an ended turn no running step; a sub-agent may outlive the run that spawned it. */
function closedIfOpen(state: TurnState, event: ToolEvent): TurnState {
  const step = findStep(state.turn, stepId(event.callId));
  if (step?.status !== 'running' || (step.kind === 'agent' && isActive(state))) return state;
  return putStep(state, { ...step, status: 'cancelled', endedMs: Math.max(event.tsMs, step.startedMs) });
}
