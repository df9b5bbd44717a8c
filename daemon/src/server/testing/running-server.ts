import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { systemClock } from '../../clock.ts';
import { createMetrics } from '../metrics.ts';
import { type DashboardServer, type ServerOptions, startServer } from '../server.ts';
import { FakeFeed, FakeHealth } from './fake-feed.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  json(): Record<string, unknown>;
}

/** A real server on a free port, with a small dashboard, and everything that must be stopped with it. */
export class RunningServer {
  readonly feed = new FakeFeed();
  readonly health = new FakeHealth();
  readonly metrics = createMetrics('5.0.0');
  readonly logged: Record<string, unknown>[] = [];
  readonly #dir = mkdtempSync(join(tmpdir(), 'livestatus-server-'));
  #server: DashboardServer | undefined;

  get options(): ServerOptions {
    return {
      host: '127.0.0.1',
      port: 0,
      token: undefined,
      allowedHosts: [],
      dashboardDir: this.#dir,
      identity: { daemonId: 'd1', version: '5.0.0', startedMs: 1 },
      feed: this.feed,
      health: this.health,
      clock: systemClock,
      log: pino({ level: 'info' }, { write: (line: string) => this.logged.push(JSON.parse(line)) }),
      metrics: this.metrics,
    };
  }

  async start(over: Partial<ServerOptions> = {}): Promise<this> {
    mkdirSync(join(this.#dir, 'assets'));
    writeFileSync(join(this.#dir, 'index.html'), '<!doctype html><title>Live Status</title>');
    writeFileSync(join(this.#dir, 'assets', 'index-3f2a.js'), 'export {};');
    writeFileSync(join(this.#dir, '.hidden'), 'secret');
    this.#server = await startServer({ ...this.options, ...over });
    return this;
  }

  get server(): DashboardServer {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** One request with exactly these headers; `fetch` would not let a test choose Host. */
  ask(path: string, headers: OutgoingHttpHeaders = {}, method = 'GET', body?: string): Promise<Answer> {
    const { port } = this.server;
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) }),
        );
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Opens /events and reads on until told to stop. */
  listen(headers: OutgoingHttpHeaders = {}): Promise<Stream> {
    const { port } = this.server;
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path: '/events', headers, agent: false }, (response) =>
        resolve(new Stream(response)),
      );
      sent.on('error', reject);
      sent.end();
    });
  }
}

export interface StreamMessage {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** The client's side of /events. */
export class Stream {
  readonly response: IncomingMessage;
  readonly messages: StreamMessage[] = [];
  closed = false;
  #rest = '';
  readonly #waiting = new Set<() => void>();

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.#read(chunk));
    response.on('error', () => undefined);
    response.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** Resolves as soon as `condition` holds; looks again at every message. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closed) throw new Error('the stream is closed');
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async closing(): Promise<void> {
    while (!this.closed) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  close(): void {
    this.response.destroy();
  }

  #read(chunk: string): void {
    const blocks = (this.#rest + chunk).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event === undefined || data === undefined) continue;
      this.messages.push({ id: /^id: (.*)$/m.exec(block)?.[1], event, data: JSON.parse(data) });
    }
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
