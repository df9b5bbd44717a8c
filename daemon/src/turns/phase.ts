import type { Draft } from './draft.ts';
import type { RunOutcome } from './events.ts';
import { announces } from './identity.ts';
import { type Approval, type Child, type Family, type RunState, TIMES, type TurnState } from './state.ts';
import { closeSteps, isActive, isQuestion, ofKey, stepId, withTurn } from './steps.ts';
import type { TurnPhase, TurnStep, TurnWaiting } from './turn.ts';
import { guessedWait, onlyAskingCall } from './unwitnessed.ts';

/** Works out what a turn is doing from what is known of it; the only place that decides that a turn is over. */
export function settle(draft: Draft, state: TurnState): TurnState {
  if (!isActive(state)) return state;
  const { root } = state;
  if (root.kind === 'ended' && !isKeptOpen(draft, state)) {
    return conclude(draft, state, root.outcome, endOf(state, root.atMs));
  }
  const phase = activePhase(draft, state);
  return samePhase(state.turn.phase, phase) ? state : withTurn(state, { ...state.turn, phase });
}

/** A stop from the channel stops the children too; done and failed roots, and those stopped alone, wait for theirs (T4). */
function isFinal(outcome: RunOutcome): boolean {
  return outcome.kind === 'nothing' || (outcome.kind === 'aborted' && outcome.alone !== true);
}

/** By its sub-agents. While nobody sees it, no time that passes proves anything (T9). */
export function isKeptOpen(draft: Draft, state: TurnState): boolean {
  if (state.root.kind === 'ended' && isFinal(state.root.outcome)) return false;
  const until = openUntil(state, draft);
  return state.unobserved === undefined ? until > draft.now : until !== NEVER;
}

const NEVER = Number.NEGATIVE_INFINITY;

type Relatives = Pick<Family, 'keys' | 'runs' | 'turns'>;

/** Until when its children keep a turn open whose root has ended (T4); Infinity = as long as one of them runs. */
export function openUntil(state: TurnState, family: Relatives): number {
  let until = NEVER;
  for (const child of state.children) until = Math.max(until, keptOpenBy(state, child, family.runs));
  // Most families have neither: this is asked with nearly every event.
  for (const other of family.turns) {
    const isMine = other.nameBy !== undefined && isUnplaced(state, other.turn.key, other.turn.startedMs, family);
    if (isMine) until = Math.max(until, other.nameBy ?? NEVER);
  }
  for (const { key, busyMs } of family.keys) {
    const isMine = busyMs !== undefined && !family.turns.some((other) => other.turn.key === key);
    if (isMine && isUnplaced(state, key, busyMs, family)) until = Math.max(until, busyMs + TIMES.lateNameWaitMs);
  }
  return until;
}

/** A sub-agent of its key works, or has begun, and nobody has told so far which call it came from (T5). */
function isUnplaced({ turn }: TurnState, key: string, sinceMs: number, { keys, turns }: Relatives): boolean {
  if (sinceMs < turn.startedMs || !keys.some((state) => state.key === key && state.parentKey === turn.key))
    return false;
  return !turns.some((other) => other.children.some((child) => child.key === key));
}

function keptOpenBy(state: TurnState, child: Child, runs: readonly RunState[]): number {
  if (child.settled || wasAnnounced(state, child, runs)) return NEVER;
  if (child.state === 'running' || child.state === 'yielded') return Number.POSITIVE_INFINITY;
  if (child.state === 'spawned') {
    // The stop came before the call had made a sub-agent.
    if (child.key === '' && state.root.kind === 'ended' && state.root.outcome.kind === 'aborted') return NEVER;
    const rootEndMs = state.root.kind === 'ended' ? state.root.atMs : 0;
    return Math.max(child.sinceMs, rootEndMs) + TIMES.spawnGraceMs;
  }
  const parentRuns = runs.filter((run) => run.key === child.parentKey);
  if (parentRuns.some((run) => run.progress === 'active')) return Number.POSITIVE_INFINITY;
  const lastParentMs = Math.max(0, ...parentRuns.map((run) => run.endedMs ?? 0));
  return Math.max(child.sinceMs, lastParentMs) + TIMES.childGraceMs;
}

/** A run that carried the turn on names it: it was over, whether or not anybody saw it start or end. */
function wasAnnounced({ uid }: TurnState, { key, runIds, state }: Child, runs: readonly RunState[]): boolean {
  if (state === 'running' || state === 'yielded') return false;
  const last = { key: state === 'spawned' ? key : '', runIds: runIds.slice(-1) };
  return runs.some((run) => run.turn === uid && run.progress === 'ended' && announces(run.runId, last));
}

/** When the last thing of the turn happened: its root's end, or its last child's. */
function endOf(state: TurnState, rootEndMs: number): number {
  let endMs = rootEndMs;
  for (const child of state.children) if (child.state === 'ended') endMs = Math.max(endMs, child.sinceMs);
  return endMs;
}

/** Ends a turn for good, unless later evidence corrects it (T9). Running steps of it are cancelled. */
function conclude(draft: Draft, state: TurnState, outcome: RunOutcome, endedMs: number): TurnState {
  const at = Math.max(endedMs, state.turn.startedMs);
  const answered = hasAnswered(draft, state);
  const closed = closeSteps(state, at, 'cancelled');
  const children = closed.children.map((child) => (child.settled ? child : { ...child, settled: true }));
  const { unobserved: _, compactingSince: __, ...rest } = closed;
  return withTurn(
    { ...rest, children, withdrawn: !answered && isWithdrawn(closed, outcome), retrying: {}, thinking: {} },
    { ...closed.turn, phase: endedPhase(outcome, at, answered), lastEventMs: Math.max(closed.turn.lastEventMs, at) },
  );
}

/** T7: ended in NO_REPLY without a tool, or a lock that went without a message line. */
function isWithdrawn(state: TurnState, outcome: RunOutcome): boolean {
  if (outcome.kind === 'nothing') return true;
  return !hasWorked(state) && (state.quiet || isSilent(outcome));
}

/** One of its root's runs has given an answer: a later `NO_REPLY` takes nothing back. */
function hasAnswered(draft: Draft, { uid, turn, quiet }: TurnState): boolean {
  if (quiet) return false;
  return draft.runs.some((run) => run.turn === uid && run.key === turn.key && isAnswer(run));
}

function isAnswer({ progress, endedBy, silent }: RunState): boolean {
  return progress === 'ended' && endedBy === 'done' && silent !== true;
}

function hasWorked(state: TurnState): boolean {
  return state.turn.toolCalls > 0 || state.turn.steps.some((step) => step.kind === 'agent');
}

function isSilent(outcome: RunOutcome): boolean {
  return outcome.kind === 'done' && outcome.silent === true;
}

function endedPhase(outcome: RunOutcome, endedMs: number, answered: boolean): TurnPhase {
  switch (outcome.kind) {
    case 'done':
      return { status: 'done', endedMs, ...(isSilent(outcome) && !answered && { noReply: true }) };
    case 'error':
      return { status: 'error', endedMs, error: { code: outcome.code ?? 'agent_error', message: outcome.message } };
    case 'aborted':
    case 'cut':
      return { status: 'interrupted', endedMs, error: { code: outcome.code, message: '' } };
    case 'nothing':
      return { status: 'done', endedMs, noReply: true };
  }
}

/**
 * T9: no evidence within a minute of the sync. The root's state stays: whatever is heard later takes the turn up again. A
 * root that has ended is no guess; only its sub-agents are lost.
 */
export function concludeLost(draft: Draft, state: TurnState): TurnState {
  const { root } = state;
  if (root.kind === 'ended') return conclude(draft, state, root.outcome, endOf(state, root.atMs));
  return conclude(draft, state, { kind: 'cut', code: 'lost' }, draft.now);
}

function activePhase(draft: Draft, state: TurnState): TurnPhase & { status: 'active' } {
  if (state.unobserved !== undefined) return { status: 'active', activity: 'unobserved', stalled: false };
  const waiting = waitingOf(state);
  if (waiting !== undefined) {
    const activity = waiting.for === 'provider' ? 'retrying' : 'waiting';
    return { status: 'active', activity, stalled: false, waiting };
  }
  if (state.compactingSince !== undefined) return { status: 'active', activity: 'compacting', stalled: false };
  if (state.turn.steps.some(isRunningTool)) {
    // It is seen to be at work: that it may be waiting is said beside that, as a guess.
    const guess = guessedWait(state, draft.now);
    return { status: 'active', activity: 'tool', stalled: false, ...(guess !== undefined && { waiting: guess }) };
  }
  const stalled = draft.now - state.turn.lastEventMs >= draft.stalledAfterMs;
  return { status: 'active', activity: state.signal, stalled };
}

/** A running step explains silence; a sub-agent's own steps do that for it. */
function isRunningTool(step: TurnStep): boolean {
  return step.status === 'running' && step.kind === 'tool';
}

/** T12, most urgent first: a person, then other agents, then the provider. */
function waitingOf(state: TurnState): TurnWaiting | undefined {
  const { root } = state;
  const person = waitingForPerson(state);
  if (person !== undefined) return person;
  if (root.kind !== 'running') return { for: 'agents', sinceMs: root.kind === 'yielded' ? root.sinceMs : root.atMs };
  // A sub-agent's provider is not what the turn waits for.
  const retry = ofKey(state.retrying, state.turn.key);
  return retry === undefined ? undefined : { for: 'provider', sinceMs: retry.sinceMs };
}

function waitingForPerson(state: TurnState): TurnWaiting | undefined {
  const approval = state.approvals.find((candidate) => !candidate.resolved && !callEnded(state, candidate.callId));
  if (approval !== undefined) {
    const asking = approval.callId === undefined ? callOfKind(state, approval.kind) : stepId(approval.callId);
    return {
      for: 'approval',
      approvalId: approval.approvalId,
      sinceMs: approval.sinceMs,
      ...(asking !== undefined && { stepId: asking }),
      ...(approval.expiresMs !== undefined && { expiresMs: approval.expiresMs }),
    };
  }
  const question = state.turn.steps.find((step) => isRunningTool(step) && isQuestion(step));
  return question === undefined ? undefined : { for: 'answer', stepId: question.id, sinceMs: question.startedMs };
}

/** Whoever came late is told that a command asks, not which call: where only one can, it is that one. */
function callOfKind(state: TurnState, kind: Approval['kind']): string | undefined {
  return kind === 'exec' ? onlyAskingCall(state)?.id : undefined;
}

function callEnded(state: TurnState, callId: string | undefined): boolean {
  if (callId === undefined) return false;
  const id = stepId(callId);
  return state.turn.steps.some((step) => step.id === id && step.status !== 'running');
}

function samePhase(a: TurnPhase, b: TurnPhase & { status: 'active' }): boolean {
  if (a.status !== 'active' || a.activity !== b.activity || a.stalled !== b.stalled) return false;
  const [x, y] = [a.waiting, b.waiting];
  if (x === undefined || y === undefined) return x === y;
  return (
    x.for === y.for &&
    x.stepId === y.stepId &&
    x.approvalId === y.approvalId &&
    x.sinceMs === y.sinceMs &&
    x.guess === y.guess &&
    x.expiresMs === y.expiresMs
  );
}
