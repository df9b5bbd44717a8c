import { type HostState, selectChannel } from '../host/host_state.ts';

const CREATE_POST = 'create_post';

/**
 * Whether this user may write in a channel, as the web client itself decides it (mattermost-redux
 * `haveIChannelPermission`): by a role of the system, the team or the channel; a moderated channel's members have a role of its
 * own. What the store does not tell is a no. It only decides about buttons: the server decides about the post.
 */
export function selectMayPost(state: HostState, channelId: string | undefined): boolean {
  const channel = selectChannel(state, channelId);
  if (channel === undefined || (channel.delete_at ?? 0) > 0) return false;
  const permissions = state.entities?.roles?.roles;
  const may = (role: string): boolean => permissions?.[role]?.permissions?.includes(CREATE_POST) === true;
  return rolesIn(state, channel.id, channel.team_id).some(may);
}

function rolesIn({ entities }: HostState, channelId: string, teamId: string | undefined): string[] {
  const { users, teams, channels } = entities ?? {};
  const me = users?.profiles?.[users.currentUserId ?? ''];
  const words = [me?.roles, teams?.myMembers?.[teamId ?? '']?.roles, channels?.myMembers?.[channelId]?.roles];
  return [...words.flatMap((roles) => roles?.split(' ') ?? []), ...(channels?.roles?.[channelId] ?? [])];
}
