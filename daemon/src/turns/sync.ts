import type { Draft } from './draft.ts';
import type { ChildSettledEvent, KeySyncedEvent } from './events.ts';
import { endRun } from './runs.ts';
import { TIMES, type TurnState } from './state.ts';

/** T9: losing the source ends nothing; after reconnecting, row and history decide. */
export function onSourceLost(draft: Draft): void {
  for (const state of draft.turns) {
    if (state.turn.phase.status === 'active' && state.unobserved === undefined) {
      draft.setTurn({ ...state, unobserved: { sinceMs: draft.now } });
    }
  }
}

/** Every key was read: what is still unobserved has a minute left. */
export function onSourceSynced(draft: Draft): void {
  for (const state of draft.turns) {
    if (state.unobserved !== undefined && state.unobserved.lostAt === undefined && !awaitsRecovery(draft, state)) {
      draft.setTurn({ ...state, unobserved: { ...state.unobserved, lostAt: draft.now + TIMES.lostAfterMs } });
    }
  }
}

/** The row said: active under an unknown run, and the last run was aborted. OpenClaw resumes such a turn itself (12-kill9-restart). */
function awaitsRecovery(draft: Draft, state: TurnState): boolean {
  return draft.key(state.turn.key).recovering === true;
}

export function onKeySynced(draft: Draft, event: KeySyncedEvent): void {
  applyEnds(draft, event);
  for (const state of draft.turns) {
    if (state.turn.phase.status !== 'active' || !involves(state, event.key)) continue;
    judge(draft, state, event);
  }
}

function involves(state: TurnState, key: string): boolean {
  return state.turn.key === key || state.children.some((child) => child.key === key);
}

/** Terminal lines of history, for runs that are known here and are not going on. */
function applyEnds(draft: Draft, event: KeySyncedEvent): void {
  for (const end of event.ends ?? []) {
    const run = draft.run(end.runId);
    if (run === undefined || run.progress !== 'active' || event.activeRunIds.includes(end.runId)) continue;
    endRun(draft, run, end.outcome, end.tsMs);
  }
}

function judge(draft: Draft, state: TurnState, event: KeySyncedEvent): void {
  const current = draft.turn(state.uid);
  if (current === undefined || current.unobserved === undefined) return;
  if (event.activeRunIds.some((runId) => draft.run(runId)?.turn === current.uid)) {
    const { unobserved: _, ...seen } = current;
    draft.setTurn(seen);
    return;
  }
  if (event.key !== current.turn.key) return;
  if (event.hasActiveRun && event.abortedLastRun) {
    draft.setKey({ ...draft.key(event.key), recovering: true });
    return;
  }
  if (!event.hasActiveRun && (event.abortedLastRun || event.killed)) abort(draft, current);
}

function abort(draft: Draft, state: TurnState): void {
  for (const run of draft.runs) {
    if (run.turn === state.uid && run.progress !== 'ended')
      draft.setRun({ ...run, progress: 'ended', endedMs: draft.now });
  }
  const current = draft.turn(state.uid);
  if (current === undefined) return;
  draft.setTurn({
    ...current,
    root: { kind: 'ended', outcome: { kind: 'aborted', code: 'aborted' }, atMs: draft.now },
    concluded: true,
  });
}

/** A stop during a yield is told only by the child: its ancestors' last run was aborted (06-stop-during-subagent). */
export function onChildSettled(draft: Draft, event: ChildSettledEvent): void {
  for (const state of draft.turns) {
    if (state.turn.phase.status !== 'active' || state.root.kind !== 'yielded') continue;
    if (!state.children.some((child) => child.key === event.key) || !event.abortedAncestors.includes(state.turn.key))
      continue;
    draft.setTurn({
      ...state,
      root: { kind: 'ended', outcome: { kind: 'aborted', code: 'aborted' }, atMs: event.tsMs },
      concluded: true,
    });
  }
}
