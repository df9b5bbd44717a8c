import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** May be sent twice without harm: a kept connection that turns out to be dead is then replaced in silence. */
  readonly idempotent: boolean;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface HttpClient {
  /** Rejects with `HttpFailure` when no whole reply came. Redirects are replies: tokens follow nobody. */
  send(request: HttpRequest): Promise<HttpReply>;
  /** Closes kept connections. */
  close(): void;
}

/** No (whole) reply came. The message names no header and no body. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  /** `unreachable`: nothing was sent. The others: it may have arrived. */
  readonly code: 'unreachable' | 'cut' | 'aborted' | 'too_large';

  constructor(code: HttpFailure['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const MAX_REPLY_BYTES = 16 * 1024 * 1024;
const MAX_SOCKETS = 32;
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN']);

/**
 * HTTP with kept connections, on node:http: `fetch` would cost the daemon 12 MB and hides which connection was reused.
 */
export function createHttpClient(): HttpClient {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
  return {
    send: (request) => exchange(request, agents),
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

type Agents = { readonly 'http:': http.Agent; readonly 'https:': https.Agent };

async function exchange(request: HttpRequest, agents: Agents): Promise<HttpReply> {
  const first = await once(request, agents);
  if (!(first instanceof StaleConnection)) return first;
  const second = await once(request, agents);
  if (second instanceof StaleConnection) throw second.failure;
  return second;
}

/** The server closed a kept connection at the moment we used it again. */
class StaleConnection {
  readonly failure: HttpFailure;

  constructor(failure: HttpFailure) {
    this.failure = failure;
  }
}

function once(request: HttpRequest, agents: Agents): Promise<HttpReply | StaleConnection> {
  const { method, url, headers, body, signal, idempotent } = request;
  const isTls = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    const sent = (isTls ? https : http).request(url, {
      method,
      signal,
      agent: isTls ? agents['https:'] : agents['http:'],
      headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
    });
    let response: IncomingMessage | undefined;
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const failure = toFailure(error, signal);
      const isStale = idempotent && response === undefined && sent.reusedSocket && failure.code === 'cut';
      if (isStale) resolve(new StaleConnection(failure));
      else reject(failure);
    });
    sent.on('response', (incoming) => {
      response = incoming;
      readWhole(incoming).then(resolve, (error) => reject(toFailure(error, signal)));
    });
    sent.end(body);
  });
}

async function readWhole(incoming: IncomingMessage): Promise<HttpReply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) {
      incoming.destroy();
      throw new HttpFailure('too_large', `the reply is larger than ${MAX_REPLY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(chunks).toString('utf8') };
}

function toFailure(error: unknown, signal: AbortSignal): HttpFailure {
  if (error instanceof HttpFailure) return error;
  if (signal.aborted) return new HttpFailure('aborted', 'the request was given up', { cause: error });
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return new HttpFailure(UNSENT.has(code) ? 'unreachable' : 'cut', `no reply (${code})`, { cause: error });
}
