import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that answers everything and keeps what came: who else would know whether Mattermost fetched something? */
export class Listener {
  readonly url: string;
  /** Paths and bodies, in order of arrival. */
  readonly requests: { readonly path: string; readonly body: string }[] = [];
  #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(answer: { readonly type: string; readonly body: string }): Promise<Listener> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const listener = new Listener(server);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        listener.requests.push({ path: request.url ?? '', body });
        response.writeHead(200, { 'content-type': answer.type });
        response.end(answer.body);
      });
    });
    return listener;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
