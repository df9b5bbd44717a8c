/** An answer as it came, with its body read: nothing is thrown for a refusal, tests look at it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined if it is none. */
  json<T = unknown>(): T | undefined;
}

export interface RequestOptions {
  /** Sent as JSON; a string, bytes or a form is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Thrown by `Rest.ok`: Mattermost refused what the set-up of a test needs. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code = 'refused';
  readonly answer: Answer;

  constructor(what: string, answer: Answer) {
    super(`${what}: ${answer.status} ${answer.text.slice(0, 500)}`);
    this.answer = answer;
  }
}

/** HTTP with a Mattermost server as one person or program: its credentials are headers that every request carries. */
export class Rest {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;

  /** `base`: the SiteURL, without a slash at its end. */
  constructor(base: string, headers: Readonly<Record<string, string>> = {}) {
    this.base = base;
    this.headers = headers;
  }

  /** The same server with other credentials; none of ours are kept. */
  as(headers: Readonly<Record<string, string>>): Rest {
    return new Rest(this.base, headers);
  }

  /** `path` begins with a slash: `/api/v4/users/me`, `/plugins/...`. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const raw = isRaw(options.body) || options.body === undefined;
    const response = await fetch(this.base + path, {
      method,
      headers: { ...(raw ? {} : { 'content-type': 'application/json' }), ...this.headers, ...options.headers },
      ...(options.body === undefined ? {} : { body: raw ? (options.body as BodyInit) : JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      redirect: 'manual',
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => parse(text) };
  }

  /** For set-up: the body of a 2xx answer as JSON. @throws RefusedError for any other status. */
  async ok<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.request(method, path, body === undefined ? {} : { body });
    if (answer.status < 200 || answer.status > 299) throw new RefusedError(`${method} ${path}`, answer);
    return answer.json<T>() as T;
  }
}

function isRaw(body: unknown): boolean {
  return typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData;
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
