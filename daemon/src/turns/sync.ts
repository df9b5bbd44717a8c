import { childEnded, endOf, withoutUnclaimed } from './children.ts';
import type { Draft } from './draft.ts';
import { endRun, silence } from './ends.ts';
import type { ChildSettledEvent, KeySyncedEvent, RunOutcome } from './events.ts';
import { lively } from './joining.ts';
import { noteHeard } from './request-book.ts';
import { TIMES, type TurnState, type Unobserved } from './state.ts';
import { findStep, isActive, isGivenUp, observed } from './steps.ts';
import { noteLoss } from './unwitnessed.ts';

const ABORTED: RunOutcome = { kind: 'aborted', code: 'aborted' };

/** T9: losing the source ends nothing; after reconnecting, row and history decide. */
export function onSourceLost(draft: Draft): void {
  for (const state of draft.turns) {
    const unnamed = waitingForName(state, draft.now + TIMES.awayNameWaitMs);
    if (!isActive(state)) draft.setTurn(unnamed);
    else draft.setTurn(unseen(noteLoss(unnamed), { sinceMs: state.unobserved?.sinceMs ?? draft.now }));
  }
}

/** One that waits for its name goes on waiting until then; a lock has its own. */
function waitingForName(state: TurnState, nameBy: number): TurnState {
  return state.nameBy === undefined || state.turn.name !== '' ? state : { ...state, nameBy };
}

/** Same reference if that was known. */
function unseen(state: TurnState, next: Unobserved): TurnState {
  const { unobserved } = state;
  const isKnown = unobserved !== undefined && FIELDS.every((field) => unobserved[field] === next[field]);
  return isKnown ? state : { ...state, unobserved: next };
}

const FIELDS = ['sinceMs', 'lostAt', 'recovering', 'stopped'] as const;

/** Every key was read: what is still unobserved has a minute left, unless the runtime is about to resume it. */
export function onSourceSynced(draft: Draft): void {
  for (const found of draft.turns) {
    const isLong = found.nameBy !== undefined && found.nameBy >= draft.now + TIMES.lostAfterMs;
    const state = isLong ? waitingForName(found, draft.now + TIMES.lateNameWaitMs) : found;
    draft.setTurn(state);
    const { unobserved } = state;
    if (!isActive(state) || unobserved === undefined) continue;
    if (unobserved.stopped === true) stop(draft, state);
    else if (unobserved.lostAt === undefined && unobserved.recovering !== true) {
      draft.setTurn(unseen(state, { ...unobserved, lostAt: lostAt(draft, state) }));
    }
  }
}

/** Row and history of a key (`ends` = history was read). */
export function onKeySynced(draft: Draft, event: KeySyncedEvent): void {
  applyEnds(draft, event);
  noteHeard(draft, event.key, event.heard ?? []);
  noteOver(draft, event);
  noteBusy(draft, event);
  for (const { uid } of draft.turns) {
    const state = draft.turn(uid);
    if (state !== undefined && isSeen(draft, state, event)) goOn(draft, state);
  }
  if (event.waiting === true) waitLonger(draft, event);
  judgeRoot(draft, event);
  missOlder(draft, event);
  if (event.ends !== undefined && !event.hasActiveRun && isLongAtWork(draft, event.key))
    endSilentChildren(draft, event);
}

/** A sub-agent that no turn has so far may belong to one that is about to end. */
function noteBusy(draft: Draft, { key, hasActiveRun, at }: KeySyncedEvent): void {
  const { busyMs, ...rest } = draft.key(key);
  const isKnown = draft.turns.some((state) => state.children.some((child) => child.key === key));
  const isBusy = hasActiveRun && rest.parentKey !== undefined && !isKnown;
  if (isBusy && busyMs === undefined) draft.setKey({ ...rest, busyMs: at });
  else if (!isBusy && busyMs !== undefined) draft.setKey(rest);
}

/** A call that is told later may have spawned it. */
function noteOver(draft: Draft, { key, outcome, at }: KeySyncedEvent): void {
  const state = draft.key(key);
  const { over, ...rest } = state;
  if (outcome === undefined) {
    if (over !== undefined) draft.setKey(rest);
  } else if (over?.outcome.kind !== outcome.kind) draft.setKey({ ...rest, over: { outcome, atMs: at } });
}

/** Terminal lines of history, for runs that are known here and are not going on. */
function applyEnds(draft: Draft, event: KeySyncedEvent): void {
  for (const end of event.ends ?? []) {
    const run = draft.run(end.runId);
    if (run !== undefined && isSilence(end.outcome)) silence(draft, run);
    if (run === undefined || run.progress !== 'active' || event.activeRunIds.includes(end.runId)) continue;
    endRun(draft, run, end.outcome, end.tsMs, true);
  }
}

function isSilence(outcome: RunOutcome): boolean {
  return outcome.kind === 'done' && outcome.silent === true;
}

/** A run of the turn is active; of a child, only if the root waits for its children. */
function isSeen(draft: Draft, state: TurnState, event: KeySyncedEvent): boolean {
  if (!isGivenUp(state) && state.unobserved === undefined) return false;
  if (event.key !== state.turn.key && state.root.kind === 'running') return false;
  return event.activeRunIds.some((runId) => {
    const run = draft.run(runId);
    return run?.turn === state.uid && run.progress !== 'ended';
  });
}

function goOn(draft: Draft, state: TurnState): void {
  const going = lively(state);
  if (going !== undefined) draft.setTurn(observed(going));
}

/** Its sub-agents are said to go on, or to be dealt with: those of any turn of the key that has yielded. */
function waitLonger(draft: Draft, { key }: KeySyncedEvent): void {
  for (const state of draft.turns) {
    const { turn, root, unobserved } = state;
    if (turn.key !== key || !isActive(state) || root.kind !== 'yielded' || unobserved === undefined) continue;
    draft.setTurn(unseen(state, { sinceMs: unobserved.sinceMs, lostAt: draft.now + TIMES.waitLostAfterMs }));
  }
}

/** The row speaks of the key's last run, so of its newest turn. */
function judgeRoot(draft: Draft, event: KeySyncedEvent): void {
  const newest = draft.turns.findLast((state) => state.turn.key === event.key);
  if (newest === undefined || !isActive(newest)) return;
  const { unobserved } = newest;
  if (unobserved === undefined) {
    if (wasStoppedWaiting(draft, newest, event)) stop(draft, newest);
    if (!isMissing(draft, newest, event)) return;
    const isStopped = !event.hasActiveRun && (event.abortedLastRun || event.killed);
    if (isStopped && isLongAtWork(draft, event.key)) stop(draft, newest);
    else draft.setTurn(unseen(newest, { sinceMs: draft.now, lostAt: lostAt(draft, newest) }));
  } else if (event.hasActiveRun) {
    if (event.abortedLastRun) draft.setTurn(unseen(newest, { sinceMs: unobserved.sinceMs, recovering: true }));
  } else if (event.abortedLastRun || event.killed) {
    // History may still know better, if it was asked for.
    if (event.ends === undefined) draft.setTurn(unseen(newest, { ...unobserved, stopped: true }));
    else stop(draft, newest);
  }
}

/** An older turn of the key that seems to work, and does not. */
function missOlder(draft: Draft, event: KeySyncedEvent): void {
  for (const state of draft.turns) {
    if (state.turn.key !== event.key || !isActive(state) || state.unobserved !== undefined) continue;
    if (!isMissing(draft, state, event)) continue;
    draft.setTurn(unseen(state, { sinceMs: draft.now, lostAt: lostAt(draft, state) }));
  }
}

/**
 * It was stopped while it waited, before it was known here: a row that waits says that nothing was aborted, one whose last run
 * was stopped that it was killed (06-stop-during-subagent, nested-subagents).
 */
function wasStoppedWaiting(draft: Draft, { root }: TurnState, event: KeySyncedEvent): boolean {
  if (root.kind !== 'yielded' || event.ends === undefined || event.hasActiveRun) return false;
  return event.abortedLastRun && !event.killed && root.sinceMs + TIMES.answerAgeMs <= draft.now;
}

/** Its end was told in a frame that got lost: the key was read, and nothing runs there. */
function isMissing(draft: Draft, state: TurnState, event: KeySyncedEvent): boolean {
  const { ends, hasActiveRun, activeRunIds, key } = event;
  if (ends === undefined || state.root.kind !== 'running') return false;
  // A session runs one at a time: what is not among those that it runs is over.
  const isElsewhere = activeRunIds.length > 0 && !isAtWork(draft, state, activeRunIds);
  if (hasActiveRun && !isElsewhere) return false;
  return draft.runs.some((run) => run.turn === state.uid && run.key === key && run.progress === 'active');
}

function isAtWork(draft: Draft, { uid }: TurnState, activeRunIds: readonly string[]): boolean {
  return activeRunIds.some((runId) => draft.run(runId)?.turn === uid);
}

/** No answer is that old: what a row or history says of the key is said of the runs that are known, not of those before. */
function isLongAtWork(draft: Draft, key: string): boolean {
  const active = draft.runs.filter((run) => run.key === key && run.progress === 'active');
  return active.every((run) => run.startedMs + TIMES.answerAgeMs <= draft.now);
}

function lostAt(draft: Draft, { root }: TurnState): number {
  return draft.now + (root.kind === 'yielded' ? TIMES.yieldLostAfterMs : TIMES.lostAfterMs);
}

/** The row is no terminal event: a recovery run may still take the turn up (T2 c). */
function stop(draft: Draft, state: TurnState): void {
  for (const run of draft.runs) {
    if (run.turn !== state.uid || run.progress === 'ended') continue;
    draft.setRun({ ...run, progress: 'ended', endedMs: draft.now, endedBy: 'aborted' });
  }
  draft.setTurn({ ...observed(state), root: { kind: 'ended', outcome: ABORTED, atMs: draft.now } });
}

/** A sub-agent whose run is over without a word of how: its turn does not wait for it for ever. */
function endSilentChildren(draft: Draft, { key, abortedLastRun, killed, outcome: told }: KeySyncedEvent): void {
  for (const { uid } of draft.turns) {
    const state = draft.turn(uid);
    if (state === undefined || !isActive(state)) continue;
    const outcome: RunOutcome = told ?? (abortedLastRun || killed ? ABORTED : { kind: 'cut', code: 'lost' });
    draft.setTurn(childOver(draft, state, key, outcome, draft.now));
  }
}

/** A stop during a yield is told only by the child: its ancestors' last run was aborted (06-stop-during-subagent). */
export function onChildSettled(draft: Draft, event: ChildSettledEvent): void {
  if (event.outcome !== undefined) endOrphan(draft, event, event.outcome);
  for (const { uid } of draft.turns) {
    const state = draft.turn(uid);
    if (state === undefined || !state.children.some((child) => child.key === event.key)) continue;
    // What was given up as lost is still corrected by late evidence (T9, restart-kill9-subagent).
    if (!isActive(state) && !isGivenUp(state)) continue;
    const known = event.outcome === undefined ? state : childOver(draft, state, event.key, event.outcome, event.tsMs);
    draft.setTurn(isActive(state) ? ancestorsStopped(known, event) : known);
  }
}

/** A sub-agent's run that still waits to be told whom it works for. */
function endOrphan(draft: Draft, { key, tsMs }: ChildSettledEvent, outcome: RunOutcome): void {
  for (const run of draft.runs) {
    if (run.key !== key || run.progress !== 'active' || run.turn !== run.runId) continue;
    if (draft.turn(run.turn)?.nameBy !== undefined) endRun(draft, run, outcome, tsMs);
  }
}

/**
 * The flag speaks of the last run of the ancestor's key, which may be another turn's (a question that was stopped): only with
 * a sub-agent that was killed it means those who waited for it.
 */
function ancestorsStopped(
  state: TurnState,
  { abortedAncestors: stopped, outcome, tsMs }: ChildSettledEvent,
): TurnState {
  if (outcome?.kind !== 'aborted') return state;
  if (state.root.kind === 'yielded' && stopped.includes(state.turn.key)) {
    return { ...state, root: { kind: 'ended', outcome: ABORTED, atMs: tsMs }, concluded: true };
  }
  const waiting = state.children.filter((child) => child.state === 'yielded' && stopped.includes(child.key));
  return waiting.reduce((next, child) => childEnded(next, child.key, endOf(ABORTED, tsMs)), state);
}

/** Its run is over, whether or not anybody told its end. */
function childOver(draft: Draft, state: TurnState, key: string, outcome: RunOutcome, atMs: number): TurnState {
  const child = state.children.find((other) => other.key === key);
  if (child === undefined || child.state === 'yielded') return state;
  // An end that was only concluded from silence is corrected by the runtime's own word.
  const isGuess =
    findStep(state.turn, child.stepId)?.status === 'cancelled' && endOf(outcome, atMs).status !== 'cancelled';
  if (child.state === 'ended' && !isGuess) return state;
  for (const run of draft.runs) {
    if (run.key !== key || run.progress !== 'active') continue;
    draft.setRun({ ...run, progress: 'ended', endedMs: atMs, endedBy: 'cut' });
  }
  const over = childEnded(state, key, endOf(outcome, atMs));
  return outcome.kind === 'done' ? over : withoutUnclaimed(over, key, atMs);
}
