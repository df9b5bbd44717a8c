import { useSelector } from 'react-redux';
import type { Channel, HostState } from '../host-state.ts';

const ICONS = {
  O: 'icon-globe',
  P: 'icon-lock-outline',
  D: 'icon-account-outline',
  G: 'icon-account-multiple-outline',
};

export function channelIcon(channel: Channel): string {
  return ICONS[channel.type];
}

/** The other person's name for a direct message. */
export function useChannelName(channel: Channel | undefined): string {
  return useSelector((state: HostState) => {
    if (channel === undefined) return '';
    if (channel.type !== 'D') return channel.display_name;
    const { currentUserId, profiles } = state.entities.users;
    const other = channel.name.split('__').find((id) => id !== currentUserId) ?? currentUserId;
    return profiles[other]?.username ?? other;
  });
}
