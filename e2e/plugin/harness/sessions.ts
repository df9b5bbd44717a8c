import { randomBytes, randomUUID } from 'node:crypto';
import type { Session, Step } from '@livestatus/contract';

/** An id that no other test has. */
export function newId(prefix = 'turn'): string {
  return `${prefix}-${randomBytes(8).toString('hex')}`;
}

/** An active session of a daemon to be filled in; without a post, since most tests are not about boxes. */
export function activeSession(part: Partial<Session> & { readonly channel_id: string }): Session {
  const now = Date.now();
  return {
    id: newId(),
    daemon_id: randomUUID(),
    session_key: `agent:main:mattermost:channel:${part.channel_id}`,
    agent: { id: 'main', name: 'sol', runtime: 'openclaw' },
    post: 'none',
    status: 'active',
    activity: 'thinking',
    started_ms: now - 1_000,
    last_event_ms: now,
    as_of_ms: now,
    steps: [],
    steps_dropped: 0,
    tool_calls: 0,
    seq: now,
    ...part,
  };
}

/** The same session later: another seq, changed fields. */
export function next(session: Session, part: Partial<Session>): Session {
  return { ...session, seq: session.seq + 1, as_of_ms: session.as_of_ms + 1, ...part };
}

/** The same session when it is over. */
export function ended(session: Session, status: 'done' | 'error' | 'interrupted' = 'done'): Session {
  const { activity: _activity, ...rest } = session;
  return next(rest, { status, ended_ms: session.as_of_ms + 1 });
}

export function toolStep(label: string, part: Partial<Step> = {}): Step {
  return { id: newId('step'), kind: 'tool', name: 'exec', label, status: 'running', started_ms: Date.now(), ...part };
}
