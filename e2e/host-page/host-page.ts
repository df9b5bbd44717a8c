import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { buildPage, type ReactVersion } from './build.ts';

/** What belongs to Mattermost; every other path is the page. */
const OF_MATTERMOST = /^\/(api|plugins|static|files|hooks|oauth)(\/|$)/;
const OF_PAGE = '/host-page/';
/** Mattermost's own policy for its web client. */
const POLICY = "frame-ancestors 'self'; script-src 'self'";
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.eot': 'application/vnd.ms-fontobject',
  '.svg': 'image/svg+xml',
};

export interface HostPageOptions {
  /** The path of the SiteURL: `/chat`. Default: none. */
  readonly subpath?: string;
  /** A fixed port, for `make stack`. Default: a free one. */
  readonly port?: number;
  /** Offered on the login form. */
  readonly demo?: { readonly password: string; readonly names: readonly string[] };
  /** Which builds are needed. Default: both. */
  readonly react?: readonly ReactVersion[];
}

/**
 * The page and, behind it, a Mattermost server: one origin, as people have it. Start it first and give it to the server as its
 * `front`. The query picks React and the look (src/options.ts).
 */
export class HostPage {
  /** The SiteURL, without a slash at its end. */
  readonly url: string;
  readonly #options: HostPageOptions;
  readonly #base: string;
  readonly #server: Server;
  readonly #folders: ReadonlyMap<ReactVersion, string>;
  readonly #sockets = new Set<Socket>();
  #targetPort: number | undefined;
  #isCut = false;

  private constructor(server: Server, folders: ReadonlyMap<ReactVersion, string>, options: HostPageOptions) {
    this.#server = server;
    this.#folders = folders;
    this.#options = options;
    this.#base = options.subpath ?? '';
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${this.#base}`;
    server.on('request', (incoming, outgoing) => void this.#answer(incoming, outgoing));
    server.on('upgrade', (incoming, socket, head) => this.#tunnel(incoming, socket as Socket, head));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(options: HostPageOptions = {}): Promise<HostPage> {
    const folders = new Map<ReactVersion, string>();
    for (const react of options.react ?? [17, 18]) folders.set(react, await buildPage(react));
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return new HostPage(server, folders, options);
  }

  /** The Mattermost server behind it, by its port on 127.0.0.1. */
  connectTo(port: number): void {
    this.#targetPort = port;
  }

  /** Every connection ends and new ones are refused, until `mend`: a laptop that sleeps, a tunnel. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (this.#isCut) {
      incoming.socket.destroy();
      return;
    }
    const { pathname, searchParams } = new URL(incoming.url ?? '/', this.url);
    const path = this.#below(pathname);
    if (path === undefined) outgoing.writeHead(404).end();
    else if (OF_MATTERMOST.test(path)) this.#forward(incoming, outgoing);
    else if (path.startsWith(OF_PAGE)) await this.#sendFile(path.slice(OF_PAGE.length), outgoing);
    else this.#sendPage(this.#pick(searchParams.get('react')), outgoing);
  }

  /** A path without that of the SiteURL; undefined if it lies outside. */
  #below(pathname: string): string | undefined {
    if (pathname !== this.#base && !pathname.startsWith(`${this.#base}/`)) return undefined;
    return pathname.slice(this.#base.length) || '/';
  }

  #pick(asked: string | null): ReactVersion {
    const known = [...this.#folders.keys()].sort();
    return known.find((version) => String(version) === asked) ?? known.at(-1) ?? 18;
  }

  #sendPage(react: ReactVersion, outgoing: ServerResponse): void {
    const { demo } = this.#options;
    const files = `${this.#base}${OF_PAGE}${react}`;
    const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="host-base" content="${this.#base}">
${demo === undefined ? '' : `<meta name="host-demo" content="${[demo.password, ...demo.names].join(' ')}">`}
<title>Mattermost</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${files}/page-style.css">
<script type="module" src="${files}/page.js"></script>
</head>
<body class="app__body"><div id="root"></div></body>
</html>`;
    outgoing.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
    });
    outgoing.end(html);
  }

  async #sendFile(path: string, outgoing: ServerResponse): Promise<void> {
    const [version = '', ...rest] = normalize(path).split('/');
    const folder = this.#folders.get(Number(version) as ReactVersion);
    const type = TYPES[extname(path)];
    const bytes =
      folder === undefined || type === undefined || rest.includes('..')
        ? undefined
        : await readFile(join(folder, ...rest)).catch(() => undefined);
    if (bytes === undefined || type === undefined) outgoing.writeHead(404).end();
    else outgoing.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(bytes);
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const onward = request(
      {
        host: '127.0.0.1',
        port: this.#targetPort,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => {
      // What a person's browser sees from a proxy while its server restarts.
      if (!outgoing.headersSent) outgoing.writeHead(502);
      outgoing.end();
    });
    incoming.pipe(onward);
  }

  #tunnel(incoming: IncomingMessage, near: Socket, head: Buffer): void {
    if (this.#isCut || this.#targetPort === undefined) {
      near.destroy();
      return;
    }
    const far = connect(this.#targetPort, '127.0.0.1');
    const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
    for (let at = 0; at < incoming.rawHeaders.length; at += 2)
      lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}`);
    far.write(`${lines.join('\r\n')}\r\n\r\n`);
    far.write(head);
    near.pipe(far);
    far.pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }
}
