import type { Session } from '@livestatus/contract';
import { selectWaitingForMe } from '../actions/waiting_for_me.ts';
import { type HostState, selectCurrentChannelId } from '../host/host_state.ts';
import { memoised, selectActive, selectEnded, selectLive } from '../live/selectors.ts';

type InChannel = (sessions: readonly Session[], channelId: string | undefined) => readonly Session[];

const within: InChannel = (sessions, channelId) =>
  channelId === undefined ? sessions : sessions.filter((session) => session.channel_id === channelId);

const waitingWithin = memoised(within);
const activeWithin = memoised(within);
const endedWithin = memoised(within);

/** The channel that the panel is limited to; undefined = all. */
function selectLimit(state: HostState): string | undefined {
  return selectLive(state).scope === 'channel' ? (selectCurrentChannelId(state) ?? '') : undefined;
}

/** What waits for this user, longest first; the same list until one of them changes. */
export function selectPanelWaiting(state: HostState): readonly Session[] {
  return longestFirst(waitingWithin(selectWaitingForMe(state), selectLimit(state)));
}

const longestFirst = memoised((sessions: readonly Session[]): readonly Session[] =>
  [...sessions].sort((a, b) => (a.waiting?.since_ms ?? 0) - (b.waiting?.since_ms ?? 0) || (a.id < b.id ? -1 : 1)),
);

/** The other active sessions that the panel lists; the same list until one of them changes. */
export function selectPanelActive(state: HostState): readonly Session[] {
  return others(activeWithin(selectActive(state), selectLimit(state)), selectWaitingForMe(state));
}

const others = memoised((active: readonly Session[], waiting: readonly Session[]): readonly Session[] =>
  active.filter((session) => !waiting.includes(session)),
);

/** The ended sessions that the panel lists, newest end first. */
export function selectPanelEnded(state: HostState): readonly Session[] {
  return endedWithin(selectEnded(state), selectLimit(state));
}
