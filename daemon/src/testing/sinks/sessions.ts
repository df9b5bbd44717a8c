import type { Session, Step } from '@livestatus/contract';
import { waitsForPersonSince } from '../../sinks/mattermost-rest/box/props.ts';
import type { Wanted } from '../../sinks/outbox/entry.ts';

/** A session as a test wants it; everything else is plain. */
export function session(id: string, more: Partial<Session> = {}): Session {
  const ended = more.status !== undefined && more.status !== 'active';
  return {
    id,
    daemon_id: 'daemon-a',
    session_key: `agent:main:mattermost:channel:${id}`,
    agent: { id: 'main', name: 'Main', runtime: 'openclaw' },
    channel_id: 'channel-1',
    post: 'none',
    status: 'active',
    ...(ended ? { ended_ms: 2 } : { activity: 'thinking' as const }),
    started_ms: 1,
    last_event_ms: 1,
    as_of_ms: 1,
    steps: [],
    steps_dropped: 0,
    tool_calls: 0,
    seq: 0,
    ...more,
  };
}

export function step(id: string, label = id): Step {
  return { id, kind: 'tool', label, status: 'running', started_ms: 1 };
}

/** What an outbox is given for a session in this state. */
export function wanted(state: Session): Wanted {
  return {
    isActive: state.status === 'active',
    personSinceMs: waitsForPersonSince(state),
    project: ({ seq, asOfMs }) => ({ ...state, seq, as_of_ms: asOfMs }),
  };
}

/** The same without what belongs to the transport, for comparing. */
export function content(state: Session | undefined): Partial<Session> | undefined {
  if (state === undefined) return undefined;
  const { seq: _, as_of_ms: __, post_id: ___, ...rest } = state;
  return rest;
}
