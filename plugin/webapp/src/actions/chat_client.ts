import { basePath, type HostWindow } from '../host/address.ts';
import type { HostState } from '../host/host_state.ts';

/** Why Mattermost did not take a post: a code that ui's ActNote has words for. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: string;

  constructor(code: string) {
    super(`Mattermost: ${code}`);
    this.code = code;
  }
}

export interface NewPost {
  readonly channelId: string;
  /** Empty: at top level. */
  readonly rootId: string;
  readonly message: string;
  /** The server makes one post of all that come with the same id within half a minute. */
  readonly pendingPostId: string;
}

/** Mattermost's own API, as the user of this page. Every method rejects with {@link ChatError}. */
export interface ChatClient {
  createPost(post: NewPost): Promise<void>;
  /** The author of a post. */
  authorOf(postId: string): Promise<string>;
  usernameOf(userId: string): Promise<string>;
}

const TIMEOUT_MS = 15_000;

/** What it needs of the page's window. */
export type ChatWindow = HostWindow & Pick<Window, 'fetch'> & { readonly document: Pick<Document, 'cookie'> };

/** `getState` tells under which path Mattermost is installed. */
export function createChatClient(host: ChatWindow, getState: () => HostState): ChatClient {
  const request = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
    try {
      const answer = await host.fetch(`${basePath(host, getState())}/api/v4${path}`, {
        method,
        credentials: 'same-origin',
        headers: headers(host.document.cookie),
        signal: controller.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok && !(await isUnderWay(answer))) throw new ChatError(codeOf(answer.status));
      return await answer.json();
    } catch (error) {
      if (error instanceof ChatError) throw error;
      throw new ChatError(controller.signal.aborted ? 'timeout' : 'unreachable');
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    async createPost({ channelId, rootId, message, pendingPostId }) {
      const post = { channel_id: channelId, root_id: rootId, message, pending_post_id: pendingPostId };
      await request('POST', '/posts', post);
    },
    authorOf: async (postId) =>
      text((await request('GET', `/posts/${encodeURIComponent(postId)}`)) as object, 'user_id'),
    usernameOf: async (id) => text((await request('GET', `/users/${encodeURIComponent(id)}`)) as object, 'username'),
  };
}

/** As the web client sends it: without the token of the cookie the server takes no post from a browser. */
function headers(cookie: string): Record<string, string> {
  const csrf = /(?:^|; )MMCSRF=([^;]+)/.exec(cookie)?.[1];
  return {
    'X-Requested-With': 'XMLHttpRequest',
    'Content-Type': 'application/json',
    ...(csrf === undefined ? {} : { 'X-CSRF-Token': csrf }),
  };
}

/** The same post is being made for another tab of this person at this moment: Mattermost says so with a 500. */
async function isUnderWay(answer: Response): Promise<boolean> {
  const body = (await answer
    .clone()
    .json()
    .catch(() => undefined)) as { id?: unknown } | undefined;
  return body?.id === 'api.post.deduplicate_create_post.pending';
}

function codeOf(status: number): string {
  return status === 401 || status === 403 ? 'forbidden' : `HTTP ${status}`;
}

function text(answer: object, name: string): string {
  const value = (answer as Record<string, unknown>)[name];
  if (typeof value !== 'string' || value === '') throw new ChatError('no_bot');
  return value;
}
