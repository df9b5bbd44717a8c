import type { DaemonHealth, Session } from '@livestatus/contract';

/** Reads the daemon's own API, as the page does. */
export class Dashboard {
  readonly baseUrl: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** `token`: its DASHBOARD_TOKEN, if it has one. */
  constructor(baseUrl: string, token?: string) {
    this.baseUrl = baseUrl;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** GET /health; resolves too when the daemon calls itself unhealthy (503). */
  async health(): Promise<DaemonHealth> {
    const response = await this.#get('/health');
    return (await response.json()) as DaemonHealth;
  }

  /** GET /api/v1/sessions: active first, then ended. */
  async sessions(): Promise<readonly Session[]> {
    const response = await this.#get('/api/v1/sessions');
    if (!response.ok) throw new Error(`GET /api/v1/sessions: ${response.status} ${await response.text()}`);
    const body = (await response.json()) as { readonly sessions: readonly Session[] };
    return body.sessions;
  }

  /** The sessions of one session key, oldest first. */
  async ofKey(sessionKey: string): Promise<readonly Session[]> {
    const all = await this.sessions();
    return all.filter((session) => session.session_key === sessionKey).sort((a, b) => a.started_ms - b.started_ms);
  }

  #get(path: string): Promise<Response> {
    return fetch(`${this.baseUrl}${path}`, { headers: this.#headers, signal: AbortSignal.timeout(5_000) });
  }
}
