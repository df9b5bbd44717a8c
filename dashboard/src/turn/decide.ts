import type { ApprovalDecision, Session } from '@livestatus/contract';
import { type Act, type BoxActions, type Intent, reduceAct } from '@livestatus/ui';
import * as React from 'react';

/** Tells the daemon what was decided; rejects with {@link RefusedDecision}. */
export type Decide = (sessionId: string, decision: ApprovalDecision) => Promise<void>;

/** `code` is one that ui's ActNote has words for, or the daemon's own. */
export class RefusedDecision extends Error {
  override readonly name = 'RefusedDecision';
  readonly code: string;

  constructor(code: string) {
    super(`the daemon: ${code}`);
    this.code = code;
  }
}

/** Present where this page may decide; the host of the page gives it. */
export const DecideContext = React.createContext<Decide | undefined>(undefined);

const KINDS = ['allow', 'deny'] as const;

/** What may be decided in the box of a session; undefined = nothing, and the box says what to type. */
export function useDecision(session: Session): BoxActions | undefined {
  const decide = React.useContext(DecideContext);
  const [act, setAct] = React.useState<Act | undefined>(undefined);
  const settled = reduceAct(act, { type: 'session', session });
  React.useEffect(() => {
    if (settled !== act) setAct(settled);
  }, [settled, act]);
  useDeadline(settled, setAct);
  const onAct = (intent: Intent): void => {
    const next = reduceAct(settled, { type: 'clicked', intent, session, nowMs: performance.now() });
    setAct(next);
    const decision = next === settled || next?.phase !== 'sending' ? undefined : toDecision(intent);
    if (decide === undefined || decision === undefined) return;
    decide(session.id, decision).then(
      () => setAct((now) => reduceAct(now, { type: 'posted', nowMs: performance.now() })),
      (error: unknown) => setAct((now) => reduceAct(now, { type: 'failed', code: codeOf(error) })),
    );
  };
  return decide === undefined ? undefined : { act: settled, onAct, kinds: KINDS };
}

function useDeadline(act: Act | undefined, setAct: React.Dispatch<React.SetStateAction<Act | undefined>>): void {
  const deadlineMs = act?.deadlineMs;
  React.useEffect(() => {
    if (deadlineMs === undefined) return undefined;
    const onTime = (): void =>
      setAct((now) => reduceAct(now, { type: 'time', nowMs: Math.max(deadlineMs, performance.now()) }));
    const id = setTimeout(onTime, Math.max(0, deadlineMs - performance.now()));
    return () => clearTimeout(id);
  }, [deadlineMs, setAct]);
}

function toDecision(intent: Intent): ApprovalDecision | undefined {
  if (intent.kind !== 'allow' && intent.kind !== 'deny') return undefined;
  return { approval_id: intent.approvalId, decision: intent.kind === 'allow' ? 'allow_once' : 'deny' };
}

function codeOf(error: unknown): string {
  return error instanceof RefusedDecision ? error.code : 'other';
}

/** The daemon's own API, as the dashboard reaches it. */
export function createDecide(fetchFrom: typeof fetch): Decide {
  return async (sessionId, decision) => {
    const path = `api/v1/sessions/${encodeURIComponent(sessionId)}/decision`;
    const body = JSON.stringify(decision);
    const answer = await fetchFrom(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    }).catch(() => undefined);
    if (answer === undefined) throw new RefusedDecision('unreachable');
    if (answer.ok) return;
    const refusal = (await answer.json().catch(() => undefined)) as { code?: unknown } | undefined;
    throw new RefusedDecision(typeof refusal?.code === 'string' ? refusal.code : `HTTP ${answer.status}`);
  };
}
