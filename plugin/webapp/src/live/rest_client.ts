import type { ErrorBody, PluginConfig, Session, SessionList } from '@livestatus/contract';

/**
 * Why a request has no answer. `code` is one of the contract's error codes, or
 * - `unreachable`: no connection
 * - `timeout`: no answer in time
 * - `bad_answer`: something answered that is not the plugin (a proxy, a login page)
 */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly code: string;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** From `Retry-After`; 0 if the server names no time. */
  readonly retryAfterMs: number;

  constructor(code: string, status: number, retryAfterMs = 0) {
    super(`the plugin's server: ${code} (HTTP ${status})`);
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The plugin's routes that a page reads. Every method rejects with {@link RestError}. */
export interface RestClient {
  sessions(): Promise<SessionList>;
  /** Undefined when there is no such session (any more), or none that this user may see. */
  session(id: string): Promise<Session | undefined>;
  config(): Promise<PluginConfig>;
}

const TIMEOUT_MS = 15_000;

/** `root` is the address of the API without a slash at its end: `/sub/plugins/<id>/api/v1`. */
export function createRestClient(root: string, fetchFrom: typeof fetch): RestClient {
  const get = async <T>(path: string): Promise<T> => {
    const answer = await request(fetchFrom, root + path);
    if (!answer.ok) throw await refusal(answer);
    try {
      return (await answer.json()) as T;
    } catch {
      throw new RestError('bad_answer', answer.status);
    }
  };
  return {
    sessions: () => get('/sessions'),
    session: (id) => get<Session>(`/sessions/${encodeURIComponent(id)}`).catch(undefinedIfMissing),
    config: () => get('/config'),
  };
}

async function request(fetchFrom: typeof fetch, url: string): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    return await fetchFrom(url, {
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'XMLHttpRequest', Accept: 'application/json' },
      signal: controller.signal,
    });
  } catch {
    throw new RestError(controller.signal.aborted ? 'timeout' : 'unreachable', 0);
  } finally {
    clearTimeout(timer);
  }
}

async function refusal(answer: Response): Promise<RestError> {
  const body = (await answer.json().catch(() => undefined)) as Partial<ErrorBody> | undefined;
  const code = typeof body?.code === 'string' ? body.code : answer.status === 429 ? 'rate_limited' : 'bad_answer';
  const seconds = Number(answer.headers.get('Retry-After') ?? 0);
  return new RestError(code, answer.status, Number.isFinite(seconds) ? seconds * 1000 : 0);
}

/** Only the plugin's own word counts: a 404 of something else (the plugin is being replaced) tells nothing of a session. */
function undefinedIfMissing(error: unknown): undefined {
  if (error instanceof RestError && error.code === 'session_not_found') return undefined;
  throw error;
}
