import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BatchRequest } from '@livestatus/contract';
import type { ChannelType } from '../../sinks/mattermost/api.ts';
import { FakePlugin } from './fake-plugin.ts';

/** What is done to one request instead of, or around, answering it. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  /** It is worked on, but the answer never leaves: the socket is cut. */
  | { readonly kind: 'lose_answer' }
  /** The socket is cut before anything happens. */
  | { readonly kind: 'cut' }
  /** No answer, ever. */
  | { readonly kind: 'hang' }
  /** It is worked on twice. */
  | { readonly kind: 'duplicate' };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface FakePost {
  readonly id: string;
  readonly user_id: string;
  readonly channel_id: string;
  readonly root_id: string;
  readonly type: string;
  readonly pending_post_id: string;
  readonly create_at: number;
  message: string;
  props: Record<string, unknown>;
  delete_at: number;
}

export const SECRET = 'plugin-secret-of-the-tests';
export const TOKEN = 'bot-token-of-the-tests';

/** A Mattermost with the plugin, as far as the daemon speaks with them, over real HTTP. */
export class FakeMattermost {
  readonly plugin = new FakePlugin();
  readonly requests: Seen[] = [];
  /** Token -> bot. */
  readonly bots = new Map([[TOKEN, { id: 'bot-1', username: 'agent' }]]);
  readonly channels = new Map<string, ChannelType>();
  /** All posts, deleted ones too. */
  readonly posts = new Map<string, FakePost>();
  /** Channels in which a bot may not post; and archived ones. */
  readonly readOnly = new Set<string>();
  readonly archived = new Set<string>();
  /** Every state a post was in, in order. */
  readonly history = new Map<string, string[]>();
  secret = SECRET;
  isPluginThere = true;
  /** Mattermost makes one post of two requests with the same pending_post_id, for a while. */
  isDeduplicating = true;
  /** Sent with every answer. */
  headers: Readonly<Record<string, string>> = {};
  /** Looked at for each request; undefined = answer it. */
  fault: (seen: Seen) => Fault | undefined = () => undefined;
  readonly #server: Server;
  #port = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<FakeMattermost> {
    const fake = new FakeMattermost();
    await fake.listen();
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get batches(): readonly BatchRequest[] {
    return this.plugin.batches;
  }

  paths(method: string): readonly string[] {
    return this.requests.filter((seen) => seen.method === method).map(({ path }) => path);
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** The server is gone; `listen` brings it back at the same address. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** A person's post: threads hang on it. */
  addRequest(id: string): void {
    if (id === '') return;
    this.#keep({
      id,
      user_id: 'person-1',
      channel_id: '',
      root_id: '',
      type: '',
      pending_post_id: '',
      create_at: Date.now(),
      message: 'please do it',
      props: {},
      delete_at: 0,
    });
  }

  /** The plugin of this fake keeps sessions only: this makes the post that it would have made. */
  adoptAsPluginPost(postId: string, sessionId: string): void {
    const session = this.plugin.session(sessionId);
    if (session === undefined) throw new Error(`the plugin has no session ${sessionId}`);
    const props = JSON.stringify({
      v: 1,
      id: sessionId,
      seq: session.seq,
      status: session.status,
      agent: session.agent,
    });
    this.#keep({
      id: postId,
      user_id: 'bot-1',
      channel_id: session.channel_id ?? '',
      root_id: '',
      type: 'custom_livestatus',
      pending_post_id: '',
      create_at: Date.now(),
      message: 'as the plugin wrote it',
      props: { livestatus: props, from_bot: 'true' },
      delete_at: 0,
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    this.requests.push(seen);
    const fault = this.fault(seen);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'cut') {
      request.socket.destroy();
      return;
    }
    const answer = fault?.kind === 'status' ? fault : this.#answer(seen);
    if (fault?.kind === 'duplicate') this.#answer(seen);
    if (fault?.kind === 'lose_answer') {
      request.socket.destroy();
      return;
    }
    const headers = 'headers' in answer ? answer.headers : {};
    response.writeHead(answer.status, { 'content-type': 'application/json', ...this.headers, ...headers });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  #answer(seen: Seen): { status: number; body?: unknown } {
    const { pathname } = new URL(seen.path, 'http://fake');
    if (pathname.startsWith('/plugins/')) return this.#plugin(seen, pathname);
    if (pathname === '/api/v4/system/ping') return { status: 200, body: { status: 'OK' } };
    const bot = this.bots.get(bearer(seen));
    if (bot === undefined) return { status: 401, body: { id: 'api.context.session_expired.app_error' } };
    if (pathname === '/api/v4/users/me') return { status: 200, body: { ...bot, is_bot: bot.username !== 'person' } };
    if (pathname === '/api/v4/channels/direct') return this.#direct(JSON.parse(seen.body) as string[]);
    const asked = /^\/api\/v4\/channels\/([^/]+)\/members\/me$/.exec(pathname)?.[1];
    if (asked !== undefined && !this.channels.has(asked)) return error(403, 'api.context.permissions.app_error');
    if (asked !== undefined) return { status: 200, body: { channel_id: asked, user_id: bot.id } };
    if (/\/posts\b/.test(pathname)) return this.#posts(seen, bot.id);
    const channel = /^\/api\/v4\/channels\/([^/]+)$/.exec(pathname)?.[1] ?? '';
    const type = this.channels.get(channel);
    return type === undefined
      ? { status: 404, body: { id: 'not_found' } }
      : { status: 200, body: { id: channel, type } };
  }

  #direct([a = '', b = '']: readonly string[]): { status: number; body?: unknown } {
    return { status: 201, body: { id: `dm-${a}-${b}`, type: 'D' } };
  }

  #posts(seen: Seen, botId: string): Answer {
    const { pathname, searchParams } = new URL(seen.path, 'http://fake');
    const [, first = '', id = '', rest = ''] = /^\/api\/v4\/(\w+)(?:\/([^/]+))?(?:\/(.+))?$/.exec(pathname) ?? [];
    if (first === 'channels')
      return listed([...this.posts.values()].filter((post) => isListed(post, id, searchParams)));
    if (seen.method === 'POST') return this.#createPost(JSON.parse(seen.body) as Partial<FakePost>, botId);
    const post = this.posts.get(id);
    if (post === undefined || post.delete_at > 0) return error(404, 'app.post.get.app_error');
    if (rest === 'thread')
      return listed(
        [...this.posts.values()].filter((one) => (one.id === id || one.root_id === id) && one.delete_at === 0),
      );
    return seen.method === 'PUT'
      ? this.#patchPost(post, JSON.parse(seen.body) as Partial<FakePost>, botId)
      : { status: 200, body: post };
  }

  #createPost(given: Partial<FakePost>, botId: string): Answer {
    const { channel_id = '', root_id = '', pending_post_id = '' } = given;
    if (this.archived.has(channel_id)) return error(400, 'api.post.create_post.can_not_post_to_deleted.error');
    if (this.readOnly.has(channel_id)) return error(403, 'api.context.permissions.app_error');
    if (root_id !== '' && (this.posts.get(root_id)?.delete_at ?? 1) > 0)
      return error(400, 'api.post.create_post.root_id.app_error');
    const known = [...this.posts.values()].find(
      (post) => pending_post_id !== '' && post.pending_post_id === pending_post_id,
    );
    if (known !== undefined && this.isDeduplicating) return { status: 201, body: known };
    const post: FakePost = {
      id: `post-${this.posts.size + 1}`,
      user_id: botId,
      channel_id,
      root_id,
      type: given.type ?? '',
      pending_post_id,
      create_at: Date.now(),
      message: given.message ?? '',
      props: { ...given.props, from_bot: 'true' },
      delete_at: 0,
    };
    this.#keep(post);
    return { status: 201, body: post };
  }

  #patchPost(post: FakePost, change: Partial<FakePost>, botId: string): Answer {
    if (post.user_id !== botId || this.readOnly.has(post.channel_id))
      return error(403, 'api.context.permissions.app_error');
    if (change.message !== undefined) post.message = change.message;
    if (change.props !== undefined) post.props = change.props;
    this.#keep(post);
    return { status: 200, body: post };
  }

  #keep(post: FakePost): void {
    this.posts.set(post.id, post);
    this.history.set(post.id, [...(this.history.get(post.id) ?? []), post.message]);
  }

  #plugin(seen: Seen, pathname: string): { status: number; body?: unknown } {
    const route = pathname.replace('/plugins/com.openclaw.livestatus/api/v1', '');
    if (!this.isPluginThere || route === pathname) return { status: 404 };
    if (seen.headers['x-live-status-secret'] !== this.secret) return refusal(401, 'unauthorized');
    if (route === '/health')
      return { status: 200, body: { status: 'healthy', active_sessions: 0, version: '5.0.0', reasons: [] } };
    const bot = this.bots.get(bearer(seen));
    if (bot === undefined) return refusal(401, 'invalid_bot_token');
    if (route === '/sessions/batch')
      return { status: 200, body: this.plugin.batch(bot.id, JSON.parse(seen.body) as BatchRequest, Date.now()) };
    const id = /^\/sessions\/([^/]+)$/.exec(route)?.[1];
    if (seen.method !== 'DELETE' || id === undefined) return refusal(404, 'not_found');
    return this.plugin.remove(id) ? { status: 204 } : refusal(404, 'session_not_found');
  }
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

function isListed(post: FakePost, channelId: string, query: URLSearchParams): boolean {
  if (post.channel_id !== channelId) return false;
  const since = query.get('since');
  return since === null ? post.delete_at === 0 : Math.max(post.create_at, post.delete_at) > Number(since);
}

function listed(posts: readonly FakePost[]): Answer {
  return {
    status: 200,
    body: { order: posts.map(({ id }) => id), posts: Object.fromEntries(posts.map((post) => [post.id, post])) },
  };
}

function error(status: number, id: string): Answer {
  return { status, body: { id, message: 'refused' } };
}

function bearer({ headers }: Seen): string {
  return (headers.authorization ?? '').replace(/^Bearer /, '');
}

function refusal(status: number, code: string): { status: number; body: unknown } {
  return { status, body: { error: 'refused', code } };
}
