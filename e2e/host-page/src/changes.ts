/** Every change of the host's own state, each a pure function of the state. */
import type { Channel, HostState, Manifest, Member, Post, Preference, Role, Team, User } from './host-state.ts';
import { preferenceKey } from './host-state.ts';

type Change = (state: HostState) => HostState;

function entities(state: HostState, part: Partial<HostState['entities']>): HostState {
  return { ...state, entities: { ...state.entities, ...part } };
}

function byId<T extends { readonly id: string }>(items: readonly T[]): Record<string, T> {
  return Object.fromEntries(items.map((item) => [item.id, item]));
}

export const setConfig =
  (config: Readonly<Record<string, string>>): Change =>
  (state) =>
    entities(state, { general: { config, serverVersion: config.Version ?? '' } });

export const setMe =
  (me: User): Change =>
  (state) =>
    entities(state, { users: { currentUserId: me.id, profiles: { ...state.entities.users.profiles, [me.id]: me } } });

export const addUsers =
  (users: readonly User[]): Change =>
  (state) =>
    entities(state, {
      users: { ...state.entities.users, profiles: { ...state.entities.users.profiles, ...byId(users) } },
    });

export const setTeams =
  (teams: readonly Team[], members: readonly Member[], currentTeamId: string): Change =>
  (state) => {
    const myMembers = Object.fromEntries(members.map((member) => [member.team_id ?? '', member]));
    return entities(state, { teams: { currentTeamId, teams: byId(teams), myMembers } });
  };

/** Roles by name, as the web client keeps those that it has met. */
export const addRoles =
  (added: readonly Role[]): Change =>
  (state) =>
    entities(state, {
      roles: {
        roles: { ...state.entities.roles.roles, ...Object.fromEntries(added.map((role) => [role.name, role])) },
      },
    });

export const setCurrentTeam =
  (currentTeamId: string): Change =>
  (state) =>
    entities(state, { teams: { ...state.entities.teams, currentTeamId } });

export const setChannels =
  (channels: readonly Channel[], members: readonly Member[]): Change =>
  (state) => {
    const myMembers = Object.fromEntries(members.map((member) => [member.channel_id ?? '', member]));
    const roles = Object.fromEntries(
      members.map(({ channel_id = '', roles }) => [channel_id, new Set(roles.split(' '))]),
    );
    return entities(state, { channels: { ...state.entities.channels, channels: byId(channels), myMembers, roles } });
  };

export const setCurrentChannel =
  (currentChannelId: string): Change =>
  (state) =>
    entities(state, { channels: { ...state.entities.channels, currentChannelId } });

export const setPreferences =
  (preferences: readonly Preference[]): Change =>
  (state) => {
    const added = preferences.map((item) => [preferenceKey(item.category, item.name), item] as const);
    const myPreferences = { ...state.entities.preferences.myPreferences, ...Object.fromEntries(added) };
    return entities(state, { preferences: { myPreferences } });
  };

/** Adds or replaces posts; a deleted one keeps its place, as in the web client. */
export const addPosts =
  (added: readonly Post[]): Change =>
  (state) => {
    const postsInThread: Record<string, readonly string[]> = { ...state.entities.posts.postsInThread };
    for (const post of added) {
      const ids = postsInThread[post.root_id] ?? [];
      if (post.root_id !== '' && !ids.includes(post.id)) postsInThread[post.root_id] = [...ids, post.id];
    }
    return entities(state, { posts: { posts: { ...state.entities.posts.posts, ...byId(added) }, postsInThread } });
  };

export const removePost =
  (id: string): Change =>
  (state) => {
    const { [id]: _removed, ...posts } = state.entities.posts.posts;
    return entities(state, { posts: { ...state.entities.posts, posts } });
  };

export const setConnected =
  (connected: boolean, at: number): Change =>
  (state) => ({
    ...state,
    websocket: connected
      ? { ...state.websocket, connected, lastConnectAt: at }
      : { ...state.websocket, connected, lastDisconnectAt: at },
  });

export const openThread =
  (post: Post): Change =>
  (state) => ({
    ...state,
    views: {
      ...state.views,
      rhs: {
        isSidebarOpen: true,
        rhsState: null,
        selectedPostId: post.root_id || post.id,
        selectedChannelId: post.channel_id,
        pluggableId: '',
      },
    },
  });

export const closeRhs: Change = (state) => ({
  ...state,
  views: {
    ...state.views,
    rhs: { ...state.views.rhs, isSidebarOpen: false, rhsState: null, selectedPostId: '', pluggableId: '' },
  },
});

export const addPlugin =
  (manifest: Manifest): Change =>
  (state) => ({
    ...state,
    plugins: { ...state.plugins, plugins: { ...state.plugins.plugins, [manifest.id]: manifest } },
  });

/** Everything that it registered goes. */
export const removePlugin =
  (id: string): Change =>
  (state) => {
    const { plugins, components, postTypes, userSettings, translations } = state.plugins;
    const without = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(record).filter(([key]) => key !== id));
    const kept = Object.entries(components).map(([name, list]) => [name, list.filter((item) => item.pluginId !== id)]);
    const types = Object.entries(postTypes).filter(([, item]) => item.pluginId !== id);
    return {
      ...state,
      plugins: {
        plugins: without(plugins),
        components: Object.fromEntries(kept),
        postTypes: Object.fromEntries(types),
        userSettings: without(userSettings),
        translations: without(translations),
      },
    };
  };
