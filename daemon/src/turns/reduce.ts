import { onApprovalRequested, onApprovalResolved } from './approvals.ts';
import {
  onAssistantMessage,
  onAttemptFailed,
  onCompaction,
  onFallback,
  onModel,
  onPlan,
  onRow,
  onText,
  onThinking,
  onWriting,
} from './details.ts';
import { Draft } from './draft.ts';
import { onRunEnded } from './ends.ts';
import type { AgentEvent } from './events.ts';
import { takenUp } from './joining.ts';
import { foldContinuations, foldOrphans, nameInTime, nameTurn } from './naming.ts';
import { concludeLost, isKeptOpen, openUntil, settle } from './phase.ts';

import { onRequest } from './requests.ts';
import { onRunJoined, onRunStarted } from './runs.ts';
import { type Family, TIMES, type TurnState } from './state.ts';
import { isActive, isGivenUp } from './steps.ts';
import { onChildSettled, onKeySynced, onSourceLost, onSourceSynced } from './sync.ts';
import { onTool } from './tools.ts';
import { guessDueMs } from './unwitnessed.ts';

/**
 * The turn machine: AgentEvent -> turns (protocol T1-T13). Pure: no I/O, no clock of its own, no timers; deadlines are data
 * that the caller schedules (`nextDeadline`). Nothing changed = the same reference.
 *
 * Invariants, each a property test over every recording (duplicates, reordering within a run, cuts, late joins, restarts):
 * the same set of turns; at most one turn a name; an ended turn has no running step; after the runtime's last end nothing
 * is active.
 */
export interface ReduceOptions {
  /** Silence, in ms, after which a turn that no running step explains is `stalled` (IDLE_TIMEOUT_S). */
  readonly stalledAfterMs: number;
}

export const DEFAULT_OPTIONS: ReduceOptions = { stalledAfterMs: 60_000 };

export function reduce(
  family: Family,
  event: AgentEvent,
  now: number,
  options: ReduceOptions = DEFAULT_OPTIONS,
): Family {
  const draft = new Draft(family, now, options.stalledAfterMs);
  apply(draft, event);
  if (draft.isChanged) {
    foldOrphans(draft);
    foldContinuations(draft);
    noteSequence(draft, event);
  }
  showLock(draft, event);
  return settled(draft);
}

/** What is due at `now`: names that no request came for, children whose time is over, silence, lost turns, old ones. */
export function advance(family: Family, now: number, options: ReduceOptions = DEFAULT_OPTIONS): Family {
  const draft = new Draft(family, now, options.stalledAfterMs);
  for (const state of draft.turns) if (state.nameBy !== undefined && state.nameBy <= now) nameInTime(draft, state);
  for (const state of draft.turns) {
    const { phase } = state.turn;
    if (phase.status !== 'active') {
      if (forgottenAt(state, phase.endedMs) <= now) draft.dropTurn(state.uid);
    } else if (state.unobserved?.lostAt !== undefined && state.unobserved.lostAt <= now) {
      draft.setTurn(concludeLost(draft, state));
    } else {
      draft.setTurn(settle(draft, state));
    }
  }
  return settled(draft);
}

/** Names every turn that still waits for its name, as if no request could come any more; nothing else moves. */
export function nameWaiting(family: Family, options: ReduceOptions = DEFAULT_OPTIONS): Family {
  const now = family.turns.reduce((last, { turn }) => Math.max(last, turn.lastEventMs), Number.NEGATIVE_INFINITY);
  const draft = new Draft(family, now, options.stalledAfterMs);
  for (const state of draft.turns) if (state.nameBy !== undefined) nameInTime(draft, state);
  return settled(draft);
}

/** When `advance` has something to do next, in ms on the daemon's clock; undefined = never. */
export function nextDeadline(family: Family, options: ReduceOptions = DEFAULT_OPTIONS): number | undefined {
  let next = Number.POSITIVE_INFINITY;
  for (const state of family.turns) next = Math.min(next, deadlineOf(family, state, options));
  return Number.isFinite(next) ? next : undefined;
}

function deadlineOf(family: Family, state: TurnState, { stalledAfterMs }: ReduceOptions): number {
  const { phase } = state.turn;
  if (phase.status !== 'active') {
    const dueAt = forgottenAt(state, phase.endedMs);
    return Math.min(dueAt, state.nameBy ?? dueAt);
  }
  const nameBy = state.nameBy ?? Number.POSITIVE_INFINITY;
  if (state.unobserved !== undefined) return Math.min(nameBy, state.unobserved.lostAt ?? Number.POSITIVE_INFINITY);
  // What kept it open may have turned out to be another turn's: then it is due at once.
  if (state.root.kind === 'ended') return Math.min(nameBy, Math.max(0, openUntil(state, family)));
  if (phase.activity === 'tool' && phase.waiting === undefined) {
    return Math.min(nameBy, guessDueMs(state) ?? Number.POSITIVE_INFINITY);
  }
  const canStall = !phase.stalled && (phase.activity === 'thinking' || phase.activity === 'writing');
  return canStall ? Math.min(nameBy, state.turn.lastEventMs + stalledAfterMs) : nameBy;
}

function forgottenAt(state: TurnState, endedMs: number): number {
  return endedMs + (isGivenUp(state) ? TIMES.keepLostMs : TIMES.keepEndedMs);
}

/** Too many are kept: what is heard of it from now on is no news (T8). */
export function forgetTurn(family: Family, uid: string): Family {
  const draft = new Draft(family, Number.NEGATIVE_INFINITY, 0);
  draft.dropTurn(uid);
  return draft.finish();
}

/** T8: what changed nothing need not be recognised when it comes again. */
function noteSequence(draft: Draft, event: AgentEvent): void {
  if (!('run' in event) || event.run?.seq === undefined) return;
  const run = draft.run(event.run.runId);
  if (run !== undefined && event.run.seq > run.lastSeq) draft.setRun({ ...run, lastSeq: event.run.seq });
}

/** T7: a lock, whose turn has its name from the beginning, is shown from its first line. */
function showLock(draft: Draft, event: AgentEvent): void {
  if (!('run' in event) || event.run === undefined || !isLine(event)) return;
  const state = draft.turn(event.run.runId);
  if (state?.nameBy !== undefined && state.turn.name !== '') nameTurn(draft, state.uid, undefined);
}

/** A start is no line of the transcript; a compaction's line does not prove that anybody asked. */
function isLine(event: AgentEvent): boolean {
  return event.type !== 'run.started' && event.type !== 'run.ended' && event.type !== 'compaction';
}

function settled(draft: Draft): Family {
  for (const uid of draft.touched) {
    const state = draft.turn(uid);
    if (state !== undefined) draft.setTurn(settle(draft, goesOnAfterAll(draft, state)));
  }
  if (draft.isChanged) draft.bound();
  return draft.finish();
}

/** A sub-agent that is heard of only after its root's end keeps the turn open like any other (T4). */
function goesOnAfterAll(draft: Draft, state: TurnState): TurnState {
  const isOver = !isActive(state) && state.root.kind === 'ended' && !state.withdrawn;
  return isOver && isKeptOpen(draft, state) ? takenUp(state) : state;
}

function apply(draft: Draft, event: AgentEvent): void {
  switch (event.type) {
    case 'request':
      onRequest(draft, event);
      break;
    case 'run.started':
      onRunStarted(draft, event);
      break;
    case 'run.joined':
      onRunJoined(draft, event);
      break;
    case 'run.model':
      onModel(draft, event);
      break;
    case 'run.attemptFailed':
      onAttemptFailed(draft, event);
      break;
    case 'run.fallback':
      onFallback(draft, event);
      break;
    case 'run.ended':
      onRunEnded(draft, event);
      break;
    case 'approval.requested':
      onApprovalRequested(draft, event);
      break;
    case 'approval.resolved':
      onApprovalResolved(draft, event);
      break;
    case 'thinking':
      onThinking(draft, event);
      break;
    case 'writing':
      onWriting(draft, event);
      break;
    case 'text':
      onText(draft, event);
      break;
    case 'tool':
      onTool(draft, event);
      break;
    case 'assistant.message':
      onAssistantMessage(draft, event);
      break;
    case 'row':
      onRow(draft, event);
      break;
    case 'child.settled':
      onChildSettled(draft, event);
      break;
    case 'plan':
      onPlan(draft, event);
      break;
    case 'compaction':
      onCompaction(draft, event);
      break;
    case 'source.lost':
      onSourceLost(draft);
      break;
    case 'key.synced':
      onKeySynced(draft, event);
      break;
    case 'source.synced':
      onSourceSynced(draft);
      break;
    default:
      assertNever(event);
  }
}

function assertNever(value: never): never {
  throw new Error(`unhandled event ${JSON.stringify(value)}`);
}
