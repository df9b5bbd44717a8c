/** A refusal of the server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(method: string, path: string, status: number) {
    super(`${method} ${path}: ${status}`);
    this.status = status;
  }
}

/** Mattermost's REST API with the page's cookies and, as the web client does it, the token against forged requests. */
export class Api {
  readonly #base: string;

  /** `base`: the path of the SiteURL, without a slash at its end. */
  constructor(base: string) {
    this.#base = base;
  }

  get<T>(path: string): Promise<T> {
    return this.#request<T>('GET', path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>('PUT', path, body);
  }

  async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const csrf = /(?:^|; )MMCSRF=([^;]+)/.exec(document.cookie)?.[1];
    const response = await fetch(`${this.#base}/api/v4${path}`, {
      method,
      headers: {
        'x-requested-with': 'XMLHttpRequest',
        ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new ApiError(method, path, response.status);
    return (await response.json()) as T;
  }
}
