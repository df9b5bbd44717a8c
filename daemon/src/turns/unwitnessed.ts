import type { ToolEvent } from './events.ts';
import { TIMES, type TurnState } from './state.ts';
import { findStep, isActive, stepId } from './steps.ts';
import type { TurnStep, TurnWaiting } from './turn.ts';

/**
 * T12, late join: what a running call waits for is told at its beginning only, and no history repeats it. Such calls are
 * remembered, until something shows that they run; if they are silent for long, we say that they may wait, as a guess.
 */

/** Tools whose calls OpenClaw may hold back for an approval. */
const ASKING: ReadonlySet<string> = new Set(['exec', 'bash']);
/** Of a transcript (OpenClaw <= 2026.3): nothing ever tells of approvals there, so every long command would be a guess. */
const LOCK_RUN = 'lock:';
const MAX_UNWITNESSED = 20;

/** A call was told of: by the past, or live. Same reference if that changes nothing. */
export function noteCall(before: TurnState, after: TurnState, event: ToolEvent): TurnState {
  const id = stepId(event.callId);
  const isKnown = findStep(before.turn, id) !== undefined;
  if (event.phase !== 'started' || event.run?.seq !== undefined) return without(after, id);
  const step = isKnown ? undefined : findStep(after.turn, id);
  return step !== undefined && mayAsk(step) && event.run?.runId.startsWith(LOCK_RUN) !== true
    ? add(after, [id])
    : after;
}

/** The source is gone: whatever the running calls ask meanwhile, nobody hears. */
export function noteLoss(state: TurnState): TurnState {
  if (!isActive(state) || state.uid.startsWith(LOCK_RUN)) return state;
  return add(
    state,
    state.turn.steps.filter(mayAsk).map(({ id }) => id),
  );
}

/** When a guess is due, if nothing is heard until then; undefined = there is nothing to guess about. */
export function guessDueMs(state: TurnState): number | undefined {
  return silentCall(state) === undefined ? undefined : state.turn.lastEventMs + TIMES.guessAfterMs;
}

/** The guess, once it is due. */
export function guessedWait(state: TurnState, now: number): TurnWaiting | undefined {
  const step = silentCall(state);
  if (step === undefined || now - state.turn.lastEventMs < TIMES.guessAfterMs) return undefined;
  return { for: 'approval', guess: true, stepId: step.id, sinceMs: state.turn.lastEventMs };
}

/** The running call that an approval of a command must be about; undefined if there are several, or none. */
export function onlyAskingCall({ turn }: TurnState): TurnStep | undefined {
  const asking = turn.steps.filter(mayAsk);
  return asking.length === 1 ? asking[0] : undefined;
}

function silentCall({ unwitnessed, turn }: TurnState): TurnStep | undefined {
  if (unwitnessed === undefined) return undefined;
  return turn.steps.find((step) => unwitnessed.includes(step.id) && mayAsk(step));
}

function mayAsk(step: TurnStep): boolean {
  return step.kind === 'tool' && step.status === 'running' && ASKING.has(step.name);
}

function add(state: TurnState, ids: readonly string[]): TurnState {
  const known = state.unwitnessed ?? [];
  const fresh = ids.filter((id) => !known.includes(id));
  return fresh.length === 0 ? state : { ...state, unwitnessed: [...known, ...fresh].slice(-MAX_UNWITNESSED) };
}

function without(state: TurnState, id: string): TurnState {
  if (state.unwitnessed?.includes(id) !== true) return state;
  const { unwitnessed, ...rest } = state;
  const left = unwitnessed.filter((other) => other !== id);
  return left.length === 0 ? rest : { ...rest, unwitnessed: left };
}
