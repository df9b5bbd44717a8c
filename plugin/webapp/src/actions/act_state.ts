import type { Session } from '@livestatus/contract';
import { type Act, type ActEvent, type Intent, reduceAct, type SessionsState } from '@livestatus/ui';

/** What is under way, by session. */
export type Acts = Readonly<Record<string, Act>>;

export type ActsEvent =
  /** A person has clicked. */
  | { readonly type: 'acted'; readonly id: string; readonly intent: Intent; readonly nowMs: number }
  /** The chat server has taken the message. */
  | { readonly type: 'act_posted'; readonly id: string; readonly nowMs: number }
  | { readonly type: 'act_failed'; readonly id: string; readonly code: string }
  /** A deadline has come. */
  | { readonly type: 'act_time'; readonly id: string; readonly nowMs: number };

/** What is known when something happens to an act. */
export interface Known {
  readonly sessions: SessionsState;
  readonly offline: Readonly<Record<string, boolean>>;
}

export function reduceActs(acts: Acts, event: ActsEvent, known: Known): Acts {
  return change(acts, event.id, toActEvent(event, known));
}

function toActEvent(event: ActsEvent, known: Known): ActEvent {
  switch (event.type) {
    case 'acted':
      return { type: 'clicked', intent: event.intent, session: sessionOf(known, event.id), nowMs: event.nowMs };
    case 'act_posted':
      return { type: 'posted', nowMs: event.nowMs };
    case 'act_failed':
      return { type: 'failed', code: event.code };
    case 'act_time':
      return { type: 'time', nowMs: event.nowMs };
  }
}

/** Takes away what the runtime has settled; the same reference when nothing is. */
export function settleActs(acts: Acts, known: Known): Acts {
  let next = acts;
  for (const id of Object.keys(acts)) next = change(next, id, { type: 'session', session: sessionOf(known, id) });
  return next;
}

/** The session with the newest word about its host (D2). */
function sessionOf({ sessions, offline }: Known, id: string): Session | undefined {
  const session = sessions.byId[id];
  return session === undefined
    ? undefined
    : { ...session, offline: offline[session.daemon_id] ?? session.offline === true };
}

function change(acts: Acts, id: string, event: ActEvent): Acts {
  const next = reduceAct(acts[id], event);
  if (next === acts[id]) return acts;
  const { [id]: _, ...rest } = acts;
  return next === undefined ? rest : { ...rest, [id]: next };
}
