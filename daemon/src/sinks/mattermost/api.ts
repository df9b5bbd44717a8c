import type { Secret } from '../../config/secret.ts';
import type { Caller } from '../http/caller.ts';
import { type Answer, expectOk, failed, parseJson } from './trouble.ts';

/** Mattermost's channel types: open, private, direct, group message. */
export type ChannelType = 'O' | 'P' | 'D' | 'G';

export interface MattermostUser {
  readonly id: string;
  readonly username: string;
}

export interface MattermostChannel {
  readonly id: string;
  readonly type: ChannelType;
}

export interface MattermostApiOptions {
  /** MM_BASE_URL, without a slash at its end. */
  readonly baseUrl: string;
  readonly token: Secret;
  readonly caller: Caller;
  /** Ends everything when the daemon stops. */
  readonly signal: AbortSignal;
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

  channel(id: string): Promise<Answer<MattermostChannel>> {
    return this.#call({ method: 'GET', path: `/channels/${encodeURIComponent(id)}` }, toChannel);
  }

  /** The direct channel of two users; made if they have none yet. The same one each time. */
  directChannel(a: string, b: string): Promise<Answer<MattermostChannel>> {
    return this.#call({ method: 'POST', path: '/channels/direct', body: [a, b] }, toChannel);
  }

  async #call<T>(call: ApiCall, decode: (body: unknown) => T | undefined): Promise<Answer<T>> {
    const { baseUrl, token, caller, signal } = this.#options;
    const { method, path, body, idempotent = true } = call;
    const result = await caller.call({
      method,
      url: `${baseUrl}/api/v4${path}`,
      headers: {
        authorization: `Bearer ${token.reveal()}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
      idempotent,
    });
    const answer = expectOk(result);
    if (!answer.ok) return answer;
    const value = decode(parseJson(answer.value.text));
    if (value !== undefined) return { ok: true, value };
    return failed({ kind: 'not_understood', reason: `the answer to ${path.split('/')[1]} is not Mattermost's` });
  }
}

function toUser(body: unknown): MattermostUser | undefined {
  const { id, username } = fieldsOf(body);
  return typeof id === 'string' && id !== '' && typeof username === 'string' ? { id, username } : undefined;
}

function toChannel(body: unknown): MattermostChannel | undefined {
  const { id, type } = fieldsOf(body);
  const isType = type === 'O' || type === 'P' || type === 'D' || type === 'G';
  return typeof id === 'string' && id !== '' && isType ? { id, type } : undefined;
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
