import type { Secret } from '../../config/secret.ts';
import type { Caller } from '../http/caller.ts';
import type { HttpReply } from '../http/client.ts';
import { type Answer, expectOk, failed, parseJson } from './trouble.ts';

/** Mattermost's channel types: open, private, direct, group message. */
export type ChannelType = 'O' | 'P' | 'D' | 'G';

export interface MattermostUser {
  readonly id: string;
  readonly username: string;
  readonly isBot: boolean;
}

export interface MattermostServer {
  readonly version?: string;
  /** Its clock when it answered, in whole seconds. */
  readonly dateMs?: number;
}

export interface MattermostChannel {
  readonly id: string;
  readonly type: ChannelType;
}

/** A post, as far as a box is concerned. */
export interface MattermostPost {
  readonly id: string;
  readonly userId: string;
  readonly channelId: string;
  readonly type: string;
  readonly message: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly createMs: number;
  /** 0 = it stands. */
  readonly deleteMs: number;
}

export interface NewPost {
  readonly channel_id: string;
  readonly root_id?: string;
  readonly message: string;
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Mattermost makes one post of two requests that carry the same one soon after each other. */
  readonly pending_post_id: string;
}

export interface MattermostApiOptions {
  /** MM_BASE_URL, without a slash at its end. */
  readonly baseUrl: string;
  /** Undefined: as nobody. */
  readonly token: Secret | undefined;
  readonly caller: Caller;
  /** Ends everything when the daemon stops. */
  readonly signal: AbortSignal;
  /** Told the headers of good replies: Mattermost's rate limits stand there. */
  readonly onReply?: (headers: HttpReply['headers']) => void;
}

interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
  readonly idempotent?: boolean;
}

/** The few calls of Mattermost's REST API v4 that the daemon needs, as one bot. */
export class MattermostApi {
  readonly #options: MattermostApiOptions;

  constructor(options: MattermostApiOptions) {
    this.#options = options;
  }

  /** Who this token is. */
  me(): Promise<Answer<MattermostUser>> {
    return this.#call({ method: 'GET', path: '/users/me' }, toUser);
  }

  /** Whether this bot is a member; `forbidden` or `not_found` if it is not. */
  isMember(channelId: string): Promise<Answer<true>> {
    const path = `/channels/${encodeURIComponent(channelId)}/members/me`;
    return this.#call({ method: 'GET', path }, (body) => (fieldsOf(body).channel_id === channelId ? true : undefined));
  }

  /** Which server answers, and what time it has. Needs no token. */
  server(): Promise<Answer<MattermostServer>> {
    return this.#call({ method: 'GET', path: '/system/ping' }, (body, headers) =>
      fieldsOf(body).status === undefined ? undefined : toServer(headers),
    );
  }

  channel(id: string): Promise<Answer<MattermostChannel>> {
    return this.#call({ method: 'GET', path: `/channels/${encodeURIComponent(id)}` }, toChannel);
  }

  /** The direct channel of two users; made if they have none yet. The same one each time. */
  directChannel(a: string, b: string): Promise<Answer<MattermostChannel>> {
    return this.#call({ method: 'POST', path: '/channels/direct', body: [a, b] }, toChannel);
  }

  /** May be answered with the post that an earlier request of the same `pending_post_id` made. */
  createPost(post: NewPost): Promise<Answer<MattermostPost>> {
    return this.#call({ method: 'POST', path: '/posts', body: post, idempotent: false }, toPost);
  }

  /** Replaces message and all props. */
  patchPost(
    id: string,
    change: { readonly message: string; readonly props: Readonly<Record<string, unknown>> },
  ): Promise<Answer<MattermostPost>> {
    return this.#call({ method: 'PUT', path: `/posts/${encodeURIComponent(id)}/patch`, body: change }, toPost);
  }

  post(id: string): Promise<Answer<MattermostPost>> {
    return this.#call({ method: 'GET', path: `/posts/${encodeURIComponent(id)}` }, toPost);
  }

  threadPosts(rootId: string): Promise<Answer<readonly MattermostPost[]>> {
    return this.#call({ method: 'GET', path: `/posts/${encodeURIComponent(rootId)}/thread` }, toPosts);
  }

  /** Everything since then (deleted ones too), or the last `count`. */
  channelPosts(
    channelId: string,
    which: { readonly sinceMs: number } | { readonly count: number },
  ): Promise<Answer<readonly MattermostPost[]>> {
    const query = 'sinceMs' in which ? `since=${which.sinceMs}` : `per_page=${which.count}`;
    return this.#call({ method: 'GET', path: `/channels/${encodeURIComponent(channelId)}/posts?${query}` }, toPosts);
  }

  async #call<T>(
    call: ApiCall,
    decode: (body: unknown, headers: HttpReply['headers']) => T | undefined,
  ): Promise<Answer<T>> {
    const { baseUrl, token, caller, signal, onReply } = this.#options;
    const { method, path, body, idempotent = true } = call;
    const result = await caller.call({
      method,
      url: `${baseUrl}/api/v4${path}`,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token.reveal()}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
      idempotent,
    });
    const answer = expectOk(result);
    if (!answer.ok) return answer;
    onReply?.(answer.value.headers);
    const value = decode(parseJson(answer.value.text), answer.value.headers);
    if (value !== undefined) return { ok: true, value };
    return failed({ kind: 'not_understood', reason: `the answer to ${path.split('/')[1]} is not Mattermost's` });
  }
}

function toUser(body: unknown): MattermostUser | undefined {
  const { id, username, is_bot } = fieldsOf(body);
  if (typeof id !== 'string' || id === '' || typeof username !== 'string') return undefined;
  return { id, username, isBot: is_bot === true };
}

/** `X-Version-Id: 9.9.0.<build>.<config>...`. */
function toServer(headers: HttpReply['headers']): MattermostServer {
  const version = /^\d+\.\d+\.\d+/.exec(String(headers['x-version-id'] ?? ''))?.[0];
  const dateMs = Date.parse(String(headers.date ?? ''));
  return { ...(version !== undefined && { version }), ...(Number.isFinite(dateMs) && { dateMs }) };
}

function toChannel(body: unknown): MattermostChannel | undefined {
  const { id, type } = fieldsOf(body);
  const isType = type === 'O' || type === 'P' || type === 'D' || type === 'G';
  return typeof id === 'string' && id !== '' && isType ? { id, type } : undefined;
}

function toPost(body: unknown): MattermostPost | undefined {
  const { id, user_id, channel_id, type, message, props, create_at, delete_at } = fieldsOf(body);
  if (typeof id !== 'string' || id === '' || typeof user_id !== 'string' || typeof channel_id !== 'string')
    return undefined;
  return {
    id,
    userId: user_id,
    channelId: channel_id,
    type: typeof type === 'string' ? type : '',
    message: typeof message === 'string' ? message : '',
    props: fieldsOf(props),
    createMs: typeof create_at === 'number' ? create_at : 0,
    deleteMs: typeof delete_at === 'number' ? delete_at : 0,
  };
}

/** A post list: `{order, posts: {id: post}}`. */
function toPosts(body: unknown): readonly MattermostPost[] | undefined {
  const { posts } = fieldsOf(body);
  if (typeof posts !== 'object' || posts === null) return undefined;
  return Object.values(posts).flatMap((post) => toPost(post) ?? []);
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
