import type { Session } from '@livestatus/contract';
import { waitsForPerson } from '@livestatus/ui';
import { type HostState, selectCurrentUserId } from '../host/host_state.ts';
import { memoised, selectActive } from '../live/selectors.ts';
import { selectMayPost } from './may_post.ts';

type Entities = NonNullable<HostState['entities']>;

const waitingOf = memoised(
  (
    active: readonly Session[],
    users: Entities['users'],
    roles: Entities['roles'],
    teams: Entities['teams'],
    channels: Entities['channels'],
  ): readonly Session[] => {
    const state = { entities: { users, roles, teams, channels } } as HostState;
    const me = selectCurrentUserId(state);
    return active.filter(
      (session) => waitsForPerson(session) && (session.requested_by === me || selectMayPost(state, session.channel_id)),
    );
  },
);

/**
 * What waits for this user: an approval or a question of an agent that the user asked, or in a channel where the user may
 * post and so may answer. The same list until something of it changes.
 */
export function selectWaitingForMe(state: HostState): readonly Session[] {
  const { users, roles, teams, channels } = state.entities ?? {};
  return waitingOf(selectActive(state), users, roles, teams, channels);
}
