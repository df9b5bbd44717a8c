import type { Session } from '@livestatus/contract';
import { NOTHING_SHOWN, nextDeadline, reduceShown, type Shown } from '@livestatus/ui';
import * as React from 'react';
import { useStore } from 'react-redux';
import type { HostState } from '../host/host_state.ts';
import { selectSession } from '../live/selectors.ts';

export interface ShownSessions {
  readonly sessions: readonly Session[];
  readonly isFading: boolean;
  readonly hold: () => void;
  readonly release: () => void;
}

const now = (): number => performance.now();

/**
 * The sessions in the widget: the active ones, and for a while those that ended in front of the reader. It changes its state
 * while rendering, so its component must not select from the store: React 18.2 then misses the store's next change
 * (useSyncExternalStore forgets what it has shown).
 */
export function useShown(active: readonly Session[]): ShownSessions {
  const key = active.map(({ id }) => id).join(' ');
  const ids = React.useMemo(() => (key === '' ? [] : key.split(' ')), [key]);
  const [shown, dispatch] = React.useReducer(reduceShown, NOTHING_SHOWN);
  // While rendering, so that the widget never leaves the page between the last active session and its result.
  if (shown.active !== ids) dispatch({ type: 'active', ids, nowMs: now() });
  useDeadline(shown, dispatch);
  const ended = useEnded(shown);
  const hold = React.useCallback(() => dispatch({ type: 'held' }), []);
  const release = React.useCallback(() => dispatch({ type: 'released', nowMs: now() }), []);
  const sessions = React.useMemo(() => [...active, ...ended], [active, ended]);
  return { sessions, isFading: shown.visibility.phase === 'fading', hold, release };
}

function useDeadline(shown: Shown, dispatch: (event: { type: 'deadline'; nowMs: number }) => void): void {
  const deadlineMs = nextDeadline(shown);
  React.useEffect(() => {
    if (deadlineMs === undefined) return undefined;
    // A timer may be a little early by this clock: then it is set again.
    const waitMs = Math.max(0, Math.ceil(deadlineMs - now()));
    const id = setTimeout(() => dispatch({ type: 'deadline', nowMs: Math.max(now(), deadlineMs) }), waitMs);
    return () => clearTimeout(id);
  }, [deadlineMs, dispatch]);
}

/** What left because the view changed (another channel, withdrawn) has not ended and is not shown. */
function useEnded(shown: Shown): readonly Session[] {
  const { getState } = useStore<HostState>();
  return React.useMemo(() => {
    const sessions = Object.keys(shown.ended).map((id) => selectSession(getState(), id));
    return sessions.filter((session): session is Session => session !== undefined && session.status !== 'active');
  }, [shown.ended, getState]);
}
