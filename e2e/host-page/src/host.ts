import { Api } from './api.ts';
import * as changes from './changes.ts';
import { HostSocket, type SocketMessage } from './host-socket.ts';
import type { Channel, HostState, Manifest, Member, Post, Preference, Role, Team, User } from './host-state.ts';
import { PluginLoader } from './plugins.ts';
import { parseRoute, type Route } from './routes.ts';
import { change, createHostStore, type HostStore } from './store.ts';

interface PostList {
  readonly order: readonly string[];
  readonly posts: Readonly<Record<string, Post>>;
}

/** Events after which my channels may be others. */
const MEMBERSHIP_EVENTS = [
  'user_added',
  'user_removed',
  'channel_created',
  'channel_deleted',
  'direct_added',
  'group_added',
];

/** The page's life: what it loads, what it does with events, where it goes. */
export class Host {
  readonly base: string;
  readonly store: HostStore;
  readonly api: Api;
  readonly #plugins: PluginLoader;
  readonly #socket: HostSocket;

  /** `base`: the path of the SiteURL, without a slash at its end. */
  constructor(base: string) {
    this.base = base;
    this.api = new Api(base);
    const { store, addReducer } = createHostStore();
    this.store = store;
    this.#socket = new HostSocket(`${location.origin.replace(/^http/, 'ws')}${base}/api/v4/websocket`, {
      onConnected: () => this.#change(changes.setConnected(true, Date.now())),
      onDisconnected: () => this.#change(changes.setConnected(false, Date.now())),
      onMessage: (message) => void this.#receive(message),
      onReconnected: () => void this.#refetch(),
    });
    this.#plugins = new PluginLoader({ store, addReducer, socket: this.#socket }, this.api, base);
  }

  /** Loads who I am and what I may see. Rejects with ApiError 401 if nobody is logged in. */
  async load(me: User): Promise<void> {
    this.#change(changes.setMe(me));
    const [config, teams, members, preferences] = await Promise.all([
      this.api.get<Record<string, string>>('/config/client?format=old'),
      this.api.get<Team[]>('/users/me/teams'),
      this.api.get<Member[]>('/users/me/teams/members'),
      this.api.get<Preference[]>('/users/me/preferences'),
    ]);
    this.#change(changes.setConfig(config));
    this.#change(changes.setPreferences(preferences));
    this.#change(changes.setTeams(teams, members, teams[0]?.id ?? ''));
    await this.#loadRoles([me.roles ?? '', ...members.map(({ roles }) => roles)]);
    await this.#loadChannels();
    await this.follow(parseRoute(location.pathname, this.base));
    this.#socket.connect();
    await this.#plugins.sync();
  }

  /** An address of this page, below the SiteURL's path or with it, as `WebappUtils.browserHistory.push` takes it. */
  push(path: string): void {
    const withBase = path.startsWith(`${this.base}/`) ? path : `${this.base}${path}`;
    history.pushState(null, '', withBase + location.search);
    void this.follow(parseRoute(location.pathname, this.base));
  }

  async follow(route: Route): Promise<void> {
    if (route.kind === 'post' || route.kind === 'popout') return this.openPost(route.postId);
    const { channels, teams } = this.store.getState().entities;
    const list = Object.values(channels.channels);
    const team =
      route.kind === 'channel' ? Object.values(teams.teams).find(({ name }) => name === route.team) : undefined;
    if (team !== undefined) this.#change(changes.setCurrentTeam(team.id));
    const wanted =
      route.kind === 'channel' ? list.find(({ name, id }) => [name, id].includes(route.channel)) : undefined;
    const first = wanted ?? list.find(({ name }) => name === 'town-square') ?? list[0];
    if (first !== undefined) await this.openChannel(first);
  }

  async openChannel(channel: Channel): Promise<void> {
    this.#change(changes.setCurrentChannel(channel.id));
    if (channel.team_id !== '') this.#change(changes.setCurrentTeam(channel.team_id));
    await this.#loadPosts(channel.id);
  }

  /** A permalink: its channel in the center, its thread beside. */
  async openPost(id: string): Promise<void> {
    const post = await this.api.get<Post>(`/posts/${id}`);
    const channel = this.store.getState().entities.channels.channels[post.channel_id];
    if (channel !== undefined) await this.openChannel(channel);
    await this.openThread(post);
  }

  async openThread(post: Post): Promise<void> {
    const list = await this.api.get<PostList>(`/posts/${post.root_id || post.id}/thread`);
    await this.#addPosts(Object.values(list.posts));
    this.#change(changes.openThread(post));
  }

  closeRhs(): void {
    this.#change(changes.closeRhs);
  }

  async send(channelId: string, message: string, rootId: string): Promise<void> {
    if (message.startsWith('/')) {
      const { currentTeamId } = this.store.getState().entities.teams;
      const body = { channel_id: channelId, command: message, team_id: currentTeamId, root_id: rootId };
      await this.api.post('/commands/execute', body);
      return;
    }
    await this.#addPosts([await this.api.post<Post>('/posts', { channel_id: channelId, message, root_id: rootId })]);
  }

  async savePreference(category: string, name: string, value: string): Promise<void> {
    const user_id = this.store.getState().entities.users.currentUserId;
    const preferences = [{ user_id, category, name, value }];
    await this.api.put('/users/me/preferences', preferences);
    this.#change(changes.setPreferences(preferences));
  }

  async #receive({ event, data }: SocketMessage): Promise<void> {
    if (event === 'posted' || event === 'post_edited') await this.#addPosts([JSON.parse(String(data.post)) as Post]);
    else if (event === 'ephemeral_message') await this.#addPosts([JSON.parse(String(data.post)) as Post]);
    else if (event === 'post_deleted') this.#change(changes.removePost((JSON.parse(String(data.post)) as Post).id));
    else if (event === 'preferences_changed')
      this.#change(changes.setPreferences(JSON.parse(String(data.preferences)) as Preference[]));
    else if (event === 'plugin_enabled') await this.#plugins.load(data.manifest as Manifest);
    else if (event === 'plugin_disabled') this.#plugins.unload((data.manifest as Manifest).id);
    else if (MEMBERSHIP_EVENTS.includes(event)) await this.#loadChannels();
  }

  /** What the web client does after a lost connection; the plugins' handlers come after it. */
  async #refetch(): Promise<void> {
    await this.#loadChannels();
    const { currentChannelId } = this.store.getState().entities.channels;
    if (currentChannelId !== '') await this.#loadPosts(currentChannelId);
    await this.#plugins.sync();
  }

  async #loadChannels(): Promise<void> {
    const { teams } = this.store.getState().entities.teams;
    const lists = await Promise.all(
      Object.keys(teams).map((id) => this.api.get<Channel[]>(`/users/me/teams/${id}/channels`)),
    );
    const members = await Promise.all(
      Object.keys(teams).map((id) => this.api.get<Member[]>(`/users/me/teams/${id}/channels/members`)),
    );
    this.#change(changes.setChannels(lists.flat(), members.flat()));
    await this.#loadRoles(members.flat().map(({ roles }) => roles));
    const me = this.store.getState().entities.users.currentUserId;
    const direct = lists.flat().flatMap(({ type, name }) => (type === 'D' ? name.split('__') : []));
    await this.#loadUsers(direct.filter((id) => id !== me));
  }

  async #loadPosts(channelId: string): Promise<void> {
    const list = await this.api.get<PostList>(`/channels/${channelId}/posts?per_page=60`);
    await this.#addPosts(Object.values(list.posts));
  }

  async #addPosts(posts: readonly Post[]): Promise<void> {
    await this.#loadUsers(posts.map(({ user_id }) => user_id));
    this.#change(changes.addPosts(posts));
  }

  async #loadUsers(ids: readonly string[]): Promise<void> {
    const { profiles } = this.store.getState().entities.users;
    const unknown = [...new Set(ids)].filter((id) => profiles[id] === undefined);
    if (unknown.length > 0) this.#change(changes.addUsers(await this.api.post<User[]>('/users/ids', unknown)));
  }

  async #loadRoles(words: readonly string[]): Promise<void> {
    const { roles } = this.store.getState().entities.roles;
    const names = [...new Set(words.flatMap((word) => word.split(' ')))].filter(
      (name) => name !== '' && !(name in roles),
    );
    if (names.length > 0)
      this.#change(changes.addRoles((await this.api.post<Role[] | null>('/roles/names', names)) ?? []));
  }

  #change(apply: (state: HostState) => HostState): void {
    this.store.dispatch(change(apply));
  }
}
