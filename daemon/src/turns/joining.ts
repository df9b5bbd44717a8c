import { childEnded, endOf, settleChildren, withoutUnclaimed } from './children.ts';
import type { Draft } from './draft.ts';
import type { RequestEvent, TokenUsage } from './events.ts';
import { announces, isContinuationRun } from './identity.ts';
import { BOUNDS, type Child, type RunState, TIMES, type TurnState } from './state.ts';
import { addNotice, closeSteps, isActive, isGivenUp, observed, withTurn } from './steps.ts';
import type { Turn, TurnStep } from './turn.ts';

/** How a run comes to serve a turn that is there already (T2), and how a turn goes on that seemed over. */
export interface Continuation {
  readonly state: TurnState;
  /** Whose announcement it answers. */
  readonly childKeys: readonly string[];
}

/** T2 b: the turn whose child a continuation run's id names. */
export function continuedBy(draft: Draft, key: string, runId: string): Continuation | undefined {
  for (const state of draft.turns.toReversed()) {
    // A nested id names the sub-agents of sub-agents too, which may be in a turn of their own so far.
    if (state.turn.key !== key && !state.children.some((child) => child.key === key)) continue;
    const named = state.children.filter((child) => announces(runId, child));
    if (named.length === 0) continue;
    return { state, childKeys: named.filter((child) => child.parentKey === key).map((child) => child.key) };
  }
  return isContinuationRun(runId) ? yieldedOn(draft, key) : undefined;
}

/** Its children were never seen: it can only carry on the one turn of its key that has yielded. */
function yieldedOn(draft: Draft, key: string): Continuation | undefined {
  const [state, ...others] = draft.turns.filter(
    (candidate) => candidate.turn.key === key && candidate.root.kind === 'yielded' && isActive(candidate),
  );
  return state === undefined || others.length > 0 ? undefined : { state, childKeys: [] };
}

/** T2 c: the turn that a message of the runtime itself carries on. */
export function continues(draft: Draft, uid: string, request: RequestEvent): TurnState | undefined {
  const { provenance } = request;
  if (provenance === undefined) return undefined;
  const others = draft.turns.filter((other) => other.uid !== uid);
  const named = others.filter((other) => other.nameBy === undefined);
  if (provenance.kind === 'inter_session') {
    return named.findLast((other) => other.children.some((child) => isFrom(child, request.key, provenance.sourceKey)));
  }
  if (provenance.kind === 'main_session_restart_recovery') {
    const own = draft.turn(uid);
    const startedMs = own?.turn.startedMs ?? Number.POSITIVE_INFINITY;
    const candidates = own?.nameBy === undefined ? named : others;
    return candidates.findLast(
      (other) =>
        other.turn.key === request.key &&
        !other.concluded &&
        other.turn.startedMs <= startedMs &&
        !isLongOver(other, draft.now),
    );
  }
  return undefined;
}

/** A crash is recovered from within minutes, not days after a turn was given up. */
function isLongOver({ turn: { phase } }: TurnState, now: number): boolean {
  return phase.status !== 'active' && phase.endedMs + TIMES.keepEndedMs <= now;
}

function isFrom(child: Child, parentKey: string, childKey: string | undefined): boolean {
  return child.key !== '' && child.key === childKey && child.parentKey === parentKey;
}

/** A run carries a turn on (T4): whom it announces is over, and is answered when it ends. */
export function answer(draft: Draft, runId: string, atMs: number, childKeys: readonly string[]): void {
  const state = draft.turnOf(runId);
  if (state !== undefined) draft.setTurn(endAnnounced(state, runId, atMs));
  markAnswer(draft, runId, childKeys);
  const [run, next] = [draft.run(runId), draft.turnOf(runId)];
  if (run?.progress === 'ended' && next !== undefined) draft.setTurn(settleChildren(next, run.answers ?? []));
}

/** A child is announced when it is over, even if nobody told how (it died with the gateway: restart-kill9-subagent). */
function endAnnounced(state: TurnState, runId: string, atMs: number): TurnState {
  const open = state.children.filter((child) => child.state === 'running' || child.state === 'spawned');
  const over = open.filter(({ key, runIds }) => announces(runId, { key, runIds: runIds.slice(-1) }));
  return over.reduce((next, child) => childEnded(next, child.key, endOf({ kind: 'cut', code: 'lost' }, atMs)), state);
}

/**
 * The run answers the announcements of these children (T4). One that names none answers every child of its key that has
 * ended: those of others still have runs of their own to come (subagent-no-yield, twice).
 */
export function markAnswer(draft: Draft, runId: string, childKeys: readonly string[]): void {
  const run = draft.run(runId);
  const state = draft.turnOf(runId);
  if (run === undefined || state === undefined) return;
  const ended = state.children.filter((child) => child.parentKey === run.key && child.state === 'ended');
  draft.setRun(withAnswers(run, childKeys.length > 0 ? childKeys : ended.map((child) => child.key)));
}

export function withAnswers(run: RunState, childKeys: readonly string[]): RunState {
  const known = run.answers ?? [];
  const added = new Set(childKeys.filter((key) => !known.includes(key)));
  return added.size === 0 ? run : { ...run, answers: [...known, ...added] };
}

/** T2 c: a run that waited for its name turns out to serve an older turn. */
export function joinTurn(draft: Draft, from: TurnState, into: TurnState, request: RequestEvent): void {
  const isRecovery = request.provenance?.kind === 'main_session_restart_recovery';
  const superseded = isRecovery ? endSuperseded(draft, from, into) : false;
  const next = reopened(into);
  const diedMs = into.unobserved?.sinceMs ?? draft.now;
  absorb(draft, from, superseded ? resumed(next, from, diedMs) : next);
  const { sourceKey } = request.provenance ?? {};
  if (sourceKey !== undefined) markAnswer(draft, from.uid, [sourceKey]);
}

/** After a crash the old runs of the key never end. */
function endSuperseded(draft: Draft, from: TurnState, into: TurnState): boolean {
  const old = draft.runs.filter(
    (run) => run.turn === into.uid && run.key === from.turn.key && run.progress === 'active',
  );
  for (const run of old) draft.setRun({ ...run, progress: 'ended', endedMs: draft.now });
  return old.length > 0;
}

/** The calls of the old run have no known outcome: they died with it, when it was last seen. */
function resumed(into: TurnState, from: TurnState, diedMs: number): TurnState {
  const { key } = from.turn;
  const closed = closeSteps(into, diedMs, 'cancelled', (step) => step.kind === 'tool');
  const rest = withoutUnclaimed(closed, key, diedMs);
  return addNotice(rest, { id: `resumed:${from.uid}`, code: 'resumed', atMs: from.turn.startedMs });
}

/** Moves all runs of one turn, and what they have shown, into another; under one of its steps, if given. */
export function absorb(draft: Draft, from: TurnState, into: TurnState, under?: string): void {
  for (const run of draft.runs) if (run.turn === from.uid) draft.setRun({ ...run, turn: into.uid });
  draft.removeTurn(from.uid);
  const isRoot = under === undefined;
  draft.setTurn({
    ...into,
    turn: absorbedTurn(from.turn, into.turn, under),
    children: [...into.children, ...from.children],
    approvals: [...into.approvals, ...from.approvals],
    countedMessages: [...into.countedMessages, ...from.countedMessages].slice(-BOUNDS.countedMessages),
    thinking: { ...into.thinking, ...from.thinking },
    retrying: { ...into.retrying, ...from.retrying },
    ...(isRoot && { root: from.root, signal: from.signal }),
    ...(isRoot && from.compactingSince !== undefined && { compactingSince: from.compactingSince }),
  });
}

function absorbedTurn(from: Turn, into: Turn, under: string | undefined): Turn {
  const usage = addUsage(into.usage, from.usage);
  const plan = from.plan ?? into.plan;
  const contextUsed = from.contextUsed ?? into.contextUsed;
  return {
    ...into,
    steps: [...into.steps, ...from.steps.flatMap((step) => moved(step, under))],
    toolCalls: into.toolCalls + from.toolCalls,
    lastEventMs: Math.max(into.lastEventMs, from.lastEventMs),
    ...(usage !== undefined && { usage }),
    ...(under === undefined && plan !== undefined && { plan }),
    ...(under === undefined && contextUsed !== undefined && { contextUsed }),
  };
}

function moved(step: TurnStep, under: string | undefined): readonly TurnStep[] {
  // Of the turn that it goes into, the beginning was seen.
  if (step.kind === 'notice' && step.code === 'missed-beginning') return [];
  return [under === undefined || step.parentId !== undefined ? step : { ...step, parentId: under }];
}

export function addUsage(a: TokenUsage | undefined, b: TokenUsage | undefined): TokenUsage | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const cost = a.costUsd === undefined && b.costUsd === undefined ? undefined : (a.costUsd ?? 0) + (b.costUsd ?? 0);
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    total: a.total + b.total,
    ...(cost !== undefined && { costUsd: cost }),
  };
}

/** Its root goes on after all: active again, same box. What its earlier runs still waited for is past. */
export function reopened(state: TurnState): TurnState {
  const root = { kind: 'running' as const };
  return { ...takenUp(state), root, concluded: false, approvals: [] };
}

/** Active again, as its root was. */
export function takenUp(state: TurnState): TurnState {
  if (isActive(state)) return observed(state);
  const revived = isGivenUp(state) ? revive(state) : state;
  const phase = { status: 'active' as const, activity: 'thinking' as const, stalled: false };
  return withTurn({ ...revived, withdrawn: false }, { ...revived.turn, phase });
}

/** Only the daemon had given the turn up: what it cancelled then goes on. */
function revive(state: TurnState): TurnState {
  const { phase } = state.turn;
  const givenUpMs = phase.status === 'active' ? undefined : phase.endedMs;
  const steps = state.turn.steps.map((step): TurnStep => {
    if (step.status !== 'cancelled' || step.endedMs !== givenUpMs) return step;
    const { endedMs: _, ...open } = step;
    return { ...open, status: 'running' };
  });
  const children = state.children.map((child) => (child.state === 'ended' ? child : { ...child, settled: false }));
  return withTurn({ ...state, children }, { ...state.turn, steps });
}

/** The turn as something alive was heard of it; undefined if it is over. One that was given up is taken up again. */
export function lively(state: TurnState): TurnState | undefined {
  if (isActive(state)) return state;
  return isGivenUp(state) ? takenUp(state) : undefined;
}
