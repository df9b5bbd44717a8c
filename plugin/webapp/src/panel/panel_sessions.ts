import type { Session } from '@livestatus/contract';
import { type HostState, selectCurrentChannelId } from '../host/host_state.ts';
import { memoised, selectActive, selectEnded, selectLive } from '../live/selectors.ts';

type InChannel = (sessions: readonly Session[], channelId: string | undefined) => readonly Session[];

const within: InChannel = (sessions, channelId) =>
  channelId === undefined ? sessions : sessions.filter((session) => session.channel_id === channelId);

const activeWithin = memoised(within);
const endedWithin = memoised(within);

/** The channel that the panel is limited to; undefined = all. */
function selectLimit(state: HostState): string | undefined {
  return selectLive(state).scope === 'channel' ? (selectCurrentChannelId(state) ?? '') : undefined;
}

/** The active sessions that the panel lists; the same list until one of them changes. */
export function selectPanelActive(state: HostState): readonly Session[] {
  return activeWithin(selectActive(state), selectLimit(state));
}

/** The ended sessions that the panel lists, newest end first. */
export function selectPanelEnded(state: HostState): readonly Session[] {
  return endedWithin(selectEnded(state), selectLimit(state));
}
