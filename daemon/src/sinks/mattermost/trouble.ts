import type { CallResult } from '../http/caller.ts';
import type { HttpReply } from '../http/client.ts';

/**
 * Why a call to Mattermost or the plugin gave no usable answer. Closed set: a metric label, part of health codes.
 * `unreachable`, `unclear`, `paused` and `rate_limited` pass by themselves; the others need a person.
 */
export type TroubleKind =
  | 'unreachable'
  | 'unclear'
  | 'paused'
  | 'rate_limited'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'refused'
  | 'redirected'
  | 'not_understood';

export interface Trouble {
  readonly kind: TroubleKind;
  /** What was seen, for people; no secret, nothing of a body but its code. */
  readonly reason: string;
  readonly status?: number;
  /** The code that the plugin or Mattermost gave. */
  readonly code?: string;
  readonly retryAfterMs?: number;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly trouble: Trouble };

/** Whether waiting may help. */
export function passesByItself({ kind }: Trouble): boolean {
  return kind === 'unreachable' || kind === 'unclear' || kind === 'paused' || kind === 'rate_limited';
}

const BY_STATUS: Readonly<Record<number, TroubleKind>> = { 401: 'unauthorized', 403: 'forbidden', 404: 'not_found' };

/** The reply of a call that was answered with 2xx; trouble otherwise. */
export function expectOk(result: CallResult): Answer<HttpReply> {
  switch (result.kind) {
    case 'replied':
      return result.reply.status >= 200 && result.reply.status < 300
        ? { ok: true, value: result.reply }
        : failed(refusal(result.reply));
    case 'rate_limited':
      return failed({ kind: 'rate_limited', reason: 'too many requests', retryAfterMs: result.retryAfterMs });
    case 'paused':
      return failed({ kind: 'paused', reason: 'paused after several failures' });
    case 'unreachable':
      return failed({ kind: 'unreachable', reason: result.reason });
    case 'unclear': {
      const { reason, status } = result;
      return failed({ kind: 'unclear', reason, ...(status !== undefined && { status }) });
    }
  }
}

export function failed(trouble: Trouble): { readonly ok: false; readonly trouble: Trouble } {
  return { ok: false, trouble };
}

function refusal(reply: HttpReply): Trouble {
  const { status } = reply;
  if (status >= 300 && status < 400) {
    return { kind: 'redirected', reason: `redirected to ${originOf(reply.headers.location)}`, status };
  }
  const code = errorCode(reply.text);
  const kind = BY_STATUS[status] ?? 'refused';
  return { kind, reason: `status ${status}${code === undefined ? '' : ` (${code})`}`, status, ...(code && { code }) };
}

/** Where to, without path and query: they may hold anything. */
function originOf(location: string | string[] | undefined): string {
  try {
    return new URL(String(location)).origin;
  } catch {
    return 'another address';
  }
}

/** The plugin's errors have `code`, Mattermost's `id` (`api.context.session_expired.app_error`). */
function errorCode(text: string): string | undefined {
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null) return undefined;
  const { code, id } = body as { readonly code?: unknown; readonly id?: unknown };
  const found = typeof code === 'string' ? code : id;
  return typeof found === 'string' && /^[\w.-]{1,120}$/.test(found) ? found : undefined;
}

/** The value, or undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
