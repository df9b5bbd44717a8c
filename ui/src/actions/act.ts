import type { Session } from '@livestatus/contract';
import { type Intent, isCurrent, isSettled } from './intent.ts';

/**
 * What became of a click. There is no "done": once the runtime has spoken the act is gone and the box shows what happened.
 * - `sending`: it is on its way to the chat server.
 * - `sent`: it stands in the conversation; the runtime has not said anything yet.
 * - `unconfirmed`: it has stood there for CONFIRM_MS and the runtime still says nothing.
 * - `failed`: the chat server did not take it (`code`).
 * - `late`: it was not sent, because the state had changed before the click.
 */
export interface Act {
  readonly intent: Intent;
  readonly phase: 'sending' | 'sent' | 'unconfirmed' | 'failed' | 'late';
  /** Grows with every message that may really be sent twice; a retry of a failed one keeps it. */
  readonly attempt: number;
  /** Monotonic time at which the phase ends by itself. */
  readonly deadlineMs: number | undefined;
  /** With `failed`: why. */
  readonly code: string | undefined;
}

export type ActEvent =
  | { readonly type: 'clicked'; readonly intent: Intent; readonly session: Session | undefined; readonly nowMs: number }
  | { readonly type: 'posted'; readonly nowMs: number }
  | { readonly type: 'failed'; readonly code: string }
  /** The session has changed, or is gone. */
  | { readonly type: 'session'; readonly session: Session | undefined }
  | { readonly type: 'time'; readonly nowMs: number };

/** OpenClaw stops within 0.14 s and resolves an approval within 0.1 s of the message: ten seconds are a clear no. */
export const CONFIRM_MS = 10_000;
/** How long "that has just changed" stays readable. */
export const LATE_MS = 8_000;

/** Pure; the same reference comes back when nothing changed, undefined when there is nothing to show. */
export function reduceAct(act: Act | undefined, event: ActEvent): Act | undefined {
  switch (event.type) {
    case 'clicked':
      return onClick(act, event.intent, event.session, event.nowMs);
    case 'posted':
      return act?.phase === 'sending' ? { ...act, phase: 'sent', deadlineMs: event.nowMs + CONFIRM_MS } : act;
    case 'failed':
      return act?.phase === 'sending' ? { ...act, phase: 'failed', code: event.code } : act;
    case 'session':
      return act === undefined || act.phase === 'late' || !isSettled(act.intent, event.session) ? act : undefined;
    case 'time':
      return onTime(act, event.nowMs);
  }
}

function onClick(act: Act | undefined, intent: Intent, session: Session | undefined, nowMs: number): Act | undefined {
  if (isUnderWay(act) && !interrupts(intent, act)) return act;
  const attempt = act?.phase === 'failed' && act.intent.kind === intent.kind ? act.attempt : (act?.attempt ?? 0) + 1;
  if (!isCurrent(intent, session)) {
    return { intent, phase: 'late', attempt, deadlineMs: nowMs + LATE_MS, code: undefined };
  }
  return { intent, phase: 'sending', attempt, deadlineMs: undefined, code: undefined };
}

/** Who has allowed something and regrets it may stop it at once; every other second click is one too many. */
function interrupts(intent: Intent, act: Act): boolean {
  return intent.kind === 'stop' && act.intent.kind !== 'stop';
}

function onTime(act: Act | undefined, nowMs: number): Act | undefined {
  if (act?.deadlineMs === undefined || nowMs < act.deadlineMs) return act;
  return act.phase === 'sent' ? { ...act, phase: 'unconfirmed', deadlineMs: undefined } : undefined;
}

/** Whether a click waits for its end: then a second one does nothing. */
export function isUnderWay(act: Act | undefined): act is Act {
  return act?.phase === 'sending' || act?.phase === 'sent';
}
