import type { BatchAnswer, ChangeResult, PluginHealth, PostEntry, ResyncEntry } from '@livestatus/contract';
import type { Secret } from '../../config/secret.ts';
import type { Caller } from '../http/caller.ts';
import { type Answer, expectOk, failed, parseJson } from '../mattermost/trouble.ts';

export interface PluginClientOptions {
  /** PLUGIN_URL, without a slash at its end. */
  readonly url: string;
  readonly secret: Secret;
  /** The bot that speaks: the plugin lets it write where it may post, and nowhere else. */
  readonly token: Secret;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** The plugin's routes for daemons, as one bot. */
export class PluginClient {
  readonly #options: PluginClientOptions;

  constructor(options: PluginClientOptions) {
    this.#options = options;
  }

  /** `body` is a whole `BatchRequest`. Sent twice it changes nothing: every change carries its seq (D3). */
  async batch(body: string): Promise<Answer<BatchAnswer>> {
    const answer = await this.#call('POST', '/sessions/batch', body);
    if (!answer.ok) return answer;
    const decoded = toBatchAnswer(parseJson(answer.value));
    return decoded === undefined ? NOT_UNDERSTOOD : { ok: true, value: decoded };
  }

  async remove(id: string): Promise<Answer<undefined>> {
    const answer = await this.#call('DELETE', `/sessions/${encodeURIComponent(id)}`);
    return answer.ok ? { ok: true, value: undefined } : answer;
  }

  /** With the secret alone: a bot token would be let in whatever the secret is. */
  async health(): Promise<Answer<Pick<PluginHealth, 'status' | 'version'>>> {
    const answer = await this.#call('GET', '/health', undefined, false);
    if (!answer.ok) return answer;
    const { status, version } = fieldsOf(parseJson(answer.value));
    if (status !== 'healthy' && status !== 'degraded') return NOT_UNDERSTOOD;
    return { ok: true, value: { status, version: typeof version === 'string' ? version : 'unknown' } };
  }

  async #call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: string, asBot = true): Promise<Answer<string>> {
    const { url, secret, token, caller, signal } = this.#options;
    const result = await caller.call({
      method,
      url: `${url}/api/v1${path}`,
      headers: {
        'x-live-status-secret': secret.reveal(),
        ...(asBot && { authorization: `Bearer ${token.reveal()}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
      signal,
      idempotent: true,
    });
    const answer = expectOk(result);
    return answer.ok ? { ok: true, value: answer.value.text } : answer;
  }
}

const NOT_UNDERSTOOD = failed({ kind: 'not_understood', reason: "the answer is not the plugin's" });

/** Undefined for anything that is no `BatchAnswer`; entries that say nothing usable are left out. */
function toBatchAnswer(body: unknown): BatchAnswer | undefined {
  const { results, resync, posts } = fieldsOf(body);
  if (!Array.isArray(results) || !Array.isArray(resync) || !Array.isArray(posts)) return undefined;
  return { results: results.filter(isResult), resync: resync.filter(isResync), posts: posts.filter(isPost) };
}

const STATUSES: readonly unknown[] = ['ok', 'resync', 'not_owner', 'error'];

function isResult(value: unknown): value is ChangeResult {
  const { id, status, seq, post_id, code } = fieldsOf(value);
  if (typeof id !== 'string' || !STATUSES.includes(status)) return false;
  return isAbsentOr('number', seq) && isAbsentOr('string', post_id) && isAbsentOr('string', code);
}

function isResync(value: unknown): value is ResyncEntry {
  const { id, seq } = fieldsOf(value);
  return typeof id === 'string' && typeof seq === 'number';
}

function isPost(value: unknown): value is PostEntry {
  const { id, post_id } = fieldsOf(value);
  return typeof id === 'string' && typeof post_id === 'string';
}

function isAbsentOr(type: 'number' | 'string', value: unknown): boolean {
  return value === undefined || (type === 'number' ? typeof value === 'number' : typeof value === 'string');
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
