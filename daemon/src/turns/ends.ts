import { childEnded, endOf, settleChildren } from './children.ts';
import type { Draft } from './draft.ts';
import type { RunEndedEvent, RunOutcome } from './events.ts';
import { lively, takenUp } from './joining.ts';
import { openRun } from './runs.ts';
import type { RunState, TurnState } from './state.ts';
import { closeSteps, endThinking, heard, isActive, withoutCompaction, withoutItsCalls, withoutRetry } from './steps.ts';

/** Runs end, with evidence from the runtime (T9). */
export function onRunEnded(draft: Draft, event: RunEndedEvent): void {
  const { runId } = event.run;
  if (draft.run(runId) === undefined && event.outcome.kind !== 'nothing') openLate(draft, event);
  const run = draft.run(runId);
  if (run === undefined) return;
  if (run.progress !== 'ended') endRun(draft, run, event.outcome, event.endedMs, event.past);
  else if (isGuess(run.endedBy) && !isGuess(event.outcome.kind)) correct(draft, run, event.outcome, event.endedMs);
  else if (run.endedBy === 'done' && isYield(event.outcome)) yieldAfterAll(draft, run, event.endedMs);
}

/** A row told its end, and no word of a yield (mm-thread-spawn); history does, and nothing has carried it on since (T4). */
function yieldAfterAll(draft: Draft, run: RunState, endedMs: number): void {
  const state = draft.turn(run.turn);
  if (state?.root.kind !== 'ended' || state.turn.key !== run.key || state.root.atMs !== run.endedMs) return;
  draft.setRun({ ...run, progress: 'yielded' });
  draft.setTurn({ ...takenUp(state), root: { kind: 'yielded', sinceMs: endedMs }, concluded: false });
}

/** Its end is the first that is heard of it. */
function openLate(draft: Draft, event: RunEndedEvent): void {
  const { key, at, run, startedMs = event.endedMs, heartbeat = false } = event;
  openRun(draft, { type: 'run.started', key, at, run, startedMs, late: true, heartbeat });
}

/** A lock that went without a last word (JSONL): a line that comes later knows better. */
function isGuess(kind: RunOutcome['kind'] | undefined): boolean {
  return kind === 'cut' || kind === 'nothing';
}

function correct(draft: Draft, run: RunState, outcome: RunOutcome, endedMs: number): void {
  const state = draft.turn(run.turn);
  const guessed = state?.root.kind === 'ended' && isGuess(state.root.outcome.kind);
  if (state !== undefined && guessed) draft.setTurn(takenUp(state));
  endRun(draft, run, outcome, endedMs);
}

/** The turn follows if nothing else of it goes on. A `past` end, read from history, is no sign that its sub-agents are seen. */
export function endRun(draft: Draft, run: RunState, told: RunOutcome, endedMs: number, past = false): void {
  const unobserved = past ? draft.turn(run.turn)?.unobserved : undefined;
  endSeen(draft, run, told, endedMs);
  const state = draft.turn(run.turn);
  const isOver = state?.root.kind === 'ended' && state.turn.key === run.key;
  if (state === undefined || unobserved === undefined || isOver || state.unobserved === unobserved) return;
  draft.setTurn({ ...state, unobserved });
}

function endSeen(draft: Draft, run: RunState, told: RunOutcome, endedMs: number): void {
  const outcome = told.kind === 'done' && run.silent === true ? { ...told, silent: true } : told;
  const yielded = isYield(outcome);
  if (yielded && run.progress === 'yielded') return;
  const silent = outcome.kind === 'done' && outcome.silent === true;
  draft.setRun({
    ...run,
    progress: yielded ? 'yielded' : 'ended',
    endedMs,
    endedBy: outcome.kind,
    ...(silent && { silent }),
  });
  const found = draft.turn(run.turn);
  if (found === undefined) return;
  const state = rested(draft, lively(found) ?? found, run);
  if (ends(draft, state, run, outcome)) draft.setTurn(keyEnded(state, run.key, outcome, endedMs));
  else draft.setTurn(withoutItsCalls(state, run.key, endedMs));
}

/** A row told its end, and tells no words; its last line does: it ended in silence (T7). */
export function silence(draft: Draft, run: RunState): void {
  if (run.progress !== 'ended' || run.endedBy !== 'done' || run.silent === true) return;
  draft.setRun({ ...run, silent: true });
  const state = draft.turn(run.turn);
  if (state === undefined || isActive(state) || state.turn.key !== run.key) return;
  const { root } = state;
  if (root.kind !== 'ended' || root.outcome.kind !== 'done') return;
  draft.setTurn({ ...takenUp(state), root: { ...root, outcome: { ...root.outcome, silent: true } } });
}

/** No other run of its key works for its turn. An old yield does not count when another run has carried it on since. */
function ends(draft: Draft, { root }: TurnState, run: RunState, outcome: RunOutcome): boolean {
  const others = draft.runs.filter(
    ({ turn, key, runId }) => turn === run.turn && key === run.key && runId !== run.runId,
  );
  if (others.some((other) => other.progress === 'active')) return false;
  const isPast = others.some((other) => other.startedMs > (draft.run(run.runId)?.endedMs ?? 0));
  return !isPast || (root.kind !== 'ended' && !isYield(outcome));
}

function keyEnded(state: TurnState, key: string, outcome: RunOutcome, endedMs: number): TurnState {
  const isChild = state.children.some((child) => child.key === key);
  return isChild ? childEnded(state, key, endOf(outcome, endedMs)) : rootEnded(state, outcome, endedMs);
}

/** Nothing that the run was doing goes on; the announcements that it answered are answered. */
function rested(draft: Draft, state: TurnState, run: RunState): TurnState {
  const calm = endThinking(isActive(state) ? heard(state, draft) : state, run.key);
  const approvals = calm.approvals.map((a) => (a.runId === run.runId ? { ...a, resolved: true } : a));
  const next = { ...withoutRetry(calm, run.key), approvals };
  return run.answers === undefined ? next : settleChildren(next, run.answers);
}

function rootEnded(state: TurnState, outcome: RunOutcome, endedMs: number): TurnState {
  if (!isActive(state)) return state;
  const rest = withoutCompaction(state);
  const ended: TurnState = isYield(outcome)
    ? { ...rest, root: { kind: 'yielded', sinceMs: endedMs } }
    : { ...rest, root: { kind: 'ended', outcome, atMs: endedMs }, concluded: !isGuess(outcome.kind) };
  return closeSteps(ended, endedMs, 'cancelled', (step) => step.parentId === undefined && step.kind === 'tool');
}

function isYield(outcome: RunOutcome): boolean {
  return outcome.kind === 'done' && outcome.yielded === true;
}
