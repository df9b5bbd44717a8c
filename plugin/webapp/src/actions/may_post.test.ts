import { describe, expect, it } from 'vitest';
import type { HostState } from '../host/host_state.ts';
import { selectMayPost } from './may_post.ts';

type Entities = NonNullable<HostState['entities']>;

const base: Entities = {
  users: { currentUserId: 'me', profiles: { me: { roles: 'system_user' } } },
  roles: { roles: { system_user: { permissions: ['x'] }, poster: { permissions: ['create_post'] }, reader: {} } },
  teams: { myMembers: { team: { roles: 'team_user' } } },
  channels: {
    channels: { town: { id: 'town', type: 'O', name: 'town', display_name: 'Town', team_id: 'team' } },
    myMembers: { town: { roles: 'reader' } },
  },
};
const may = (change: Partial<Entities>): boolean => selectMayPost({ entities: { ...base, ...change } }, 'town');
const town = base.channels?.channels?.town;

describe('who may post', () => {
  it.each<[string, Partial<Entities>, boolean]>([
    ['nobody by roles without it', {}, false],
    [
      'a member by a role of the channel',
      { channels: { ...base.channels, myMembers: { town: { roles: 'a poster' } } } },
      true,
    ],
    ['by the newer form of the same', { channels: { ...base.channels, roles: { town: new Set(['poster']) } } }, true],
    ['by a role of the team', { teams: { myMembers: { team: { roles: 'poster' } } } }, true],
    ['by a role of the system', { users: { currentUserId: 'me', profiles: { me: { roles: 'poster' } } } }, true],
    ['not by a role of another team', { teams: { myMembers: { other: { roles: 'poster' } } } }, false],
    ['not by a role that the page does not know', { teams: { myMembers: { team: { roles: 'unknown' } } } }, false],
    ['nobody where nothing is known of roles', { roles: {} }, false],
    [
      'nobody in an archived channel',
      {
        users: { currentUserId: 'me', profiles: { me: { roles: 'poster' } } },
        channels: {
          channels: { town: { ...town, id: 'town', type: 'O', name: 't', display_name: 'T', delete_at: 5 } },
        },
      },
      false,
    ],
  ])('%s', (_, change, expected) => {
    expect(may(change)).toBe(expected);
  });

  it('nobody in a channel that the page does not know', () => {
    expect(selectMayPost({ entities: base }, 'elsewhere')).toBe(false);
    expect(selectMayPost({ entities: base }, undefined)).toBe(false);
    expect(selectMayPost({}, 'town')).toBe(false);
  });
});
