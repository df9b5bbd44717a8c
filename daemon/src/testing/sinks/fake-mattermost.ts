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

export const SECRET = 'plugin-secret-of-the-tests';
export const TOKEN = 'bot-token-of-the-tests';

/** A Mattermost with the plugin, as far as the daemon speaks with them, over real HTTP. */
export class FakeMattermost {
  readonly plugin = new FakePlugin();
  readonly requests: Seen[] = [];
  /** Token -> bot. */
  readonly bots = new Map([[TOKEN, { id: 'bot-1', username: 'agent' }]]);
  readonly channels = new Map<string, ChannelType>();
  secret = SECRET;
  isPluginThere = true;
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
    response.writeHead(answer.status, { 'content-type': 'application/json', ...headers });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  #answer(seen: Seen): { status: number; body?: unknown } {
    const { pathname } = new URL(seen.path, 'http://fake');
    if (pathname.startsWith('/plugins/')) return this.#plugin(seen, pathname);
    const bot = this.bots.get(bearer(seen));
    if (bot === undefined) return { status: 401, body: { id: 'api.context.session_expired.app_error' } };
    if (pathname === '/api/v4/users/me') return { status: 200, body: bot };
    if (pathname === '/api/v4/channels/direct') return this.#direct(JSON.parse(seen.body) as string[]);
    const channel = /^\/api\/v4\/channels\/([^/]+)$/.exec(pathname)?.[1] ?? '';
    const type = this.channels.get(channel);
    return type === undefined
      ? { status: 404, body: { id: 'not_found' } }
      : { status: 200, body: { id: channel, type } };
  }

  #direct([a = '', b = '']: readonly string[]): { status: number; body?: unknown } {
    return { status: 201, body: { id: `dm-${a}-${b}`, type: 'D' } };
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

function bearer({ headers }: Seen): string {
  return (headers.authorization ?? '').replace(/^Bearer /, '');
}

function refusal(status: number, code: string): { status: number; body: unknown } {
  return { status, body: { error: 'refused', code } };
}
