import type { RunOutcome } from '../../turns/events.ts';

/** How an assistant line says it stopped; `other`: a word we do not know. */
export type StopKind = 'stop' | 'length' | 'toolUse' | 'error' | 'aborted' | 'other';

/** Why a run is over without a last word of its own (T9). */
export type CutCode = 'runtime_stopped' | 'process_died' | 'newer_run';

/** What decides how a run ended. */
export interface EndEvidence {
  /** Any message line of the run was seen, whoever wrote it (except OpenClaw's own, T7). */
  readonly messages: boolean;
  readonly last:
    | {
        readonly stop: StopKind;
        readonly silent: boolean;
        readonly yielded: boolean;
        readonly error: string | undefined;
      }
    | undefined;
  /** OpenClaw itself noted that a person stopped the run. */
  readonly abortNoted: boolean;
}

export const UNEXPLAINED_ERROR = 'The model provider reported an error.';

const KNOWN_STOPS: ReadonlySet<string> = new Set(['stop', 'length', 'toolUse', 'error', 'aborted']);

export function stopKind(stopReason: unknown): StopKind {
  return typeof stopReason === 'string' && KNOWN_STOPS.has(stopReason) ? (stopReason as StopKind) : 'other';
}

/** T9: once the lock is gone the last assistant line decides. `cutCode` is used when that line is no last word. */
export function decideOutcome(evidence: EndEvidence, cutCode: CutCode): RunOutcome {
  const { last } = evidence;
  if (!evidence.messages) return { kind: 'nothing' };
  // The aborted line that follows sessions_yield is how OpenClaw leaves the loop, not a person's stop.
  if (last?.yielded === true && last.stop !== 'error') return { kind: 'done', yielded: true };
  switch (last?.stop) {
    case 'stop':
    case 'length':
      return last.silent ? { kind: 'done', silent: true } : { kind: 'done' };
    case 'error':
      return { kind: 'error', message: last.error ?? UNEXPLAINED_ERROR };
    case 'aborted':
      return { kind: 'aborted', code: 'aborted' };
    case 'toolUse':
    case 'other':
    case undefined:
      return evidence.abortNoted ? { kind: 'aborted', code: 'aborted' } : { kind: 'cut', code: cutCode };
  }
}
