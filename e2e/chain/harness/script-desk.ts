import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ScriptedProvider, SeenRequest } from '../../openclaw/harness/provider.ts';
import type { Script } from '../../openclaw/harness/script.ts';

/** Where tests, in processes of their own, give the one scripted model its lines and ask what it was asked. */
export class ScriptDesk {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(provider: ScriptedProvider): Promise<ScriptDesk> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        try {
          if (request.method === 'POST') provider.add(JSON.parse(body) as Script);
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(provider.requests));
        } catch (error) {
          response.writeHead(409).end(String(error));
        }
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new ScriptDesk(server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** Adds scenarios, whose names no other test of the suite may use. Rejects if one is taken. */
export async function playAt(deskUrl: string, script: Script): Promise<void> {
  const answer = await fetch(deskUrl, { method: 'POST', body: JSON.stringify(script) });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Everything that the model was asked since the suite began, oldest first. */
export async function requestsAt(deskUrl: string): Promise<readonly SeenRequest[]> {
  return (await (await fetch(deskUrl)).json()) as readonly SeenRequest[];
}
