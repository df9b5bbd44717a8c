import { get, type IncomingMessage } from 'node:http';
import { apply, type Delta, type Session, type StreamSync, type StreamUpdate } from '@livestatus/contract';

/**
 * Reads the dashboard's event stream the way a page does, and notes when it first heard of each step. Plain HTTP: what a
 * browser's EventSource adds is not the daemon's.
 */
export class EventStream {
  /** State of every session, from `sync` and all updates since. */
  readonly sessions = new Map<string, Session>();
  /** Ids of the sessions by their key; of several turns of one key the latest. */
  readonly idOfKey = new Map<string, string>();
  /** When the message that first carried a step had arrived, ms on `performance.now`'s clock; by the step's id. */
  readonly heard = new Map<string, number>();
  /** Whole states received; more than one = this reader was too slow. */
  syncs = 0;
  updates = 0;
  bytes = 0;
  /** Deltas that did not fit the state they were for: something was lost. */
  misfits = 0;
  readonly #response: IncomingMessage;
  #rest = '';

  private constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.#received(chunk));
    response.on('error', () => {});
  }

  static async open(daemonUrl: string): Promise<EventStream> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${daemonUrl}/events`, { agent: false, headers: { accept: 'text/event-stream' } }, resolve).on(
        'error',
        reject,
      );
    });
    if (response.statusCode !== 200) throw new Error(`GET /events: ${response.statusCode}`);
    return new EventStream(response);
  }

  close(): void {
    this.#response.destroy();
  }

  #received(chunk: string): void {
    const at = performance.now();
    this.bytes += chunk.length;
    const blocks = (this.#rest + chunk).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.#message(block, at);
  }

  #message(block: string, at: number): void {
    const event = /^event: (.*)$/m.exec(block)?.[1];
    const json = /^data: (.*)$/m.exec(block)?.[1];
    if (json === undefined) return;
    if (event === 'sync') this.#sync(JSON.parse(json) as StreamSync, at);
    else if (event === 'update') this.#update(JSON.parse(json) as StreamUpdate, at);
  }

  #sync(message: StreamSync, at: number): void {
    this.syncs += 1;
    this.sessions.clear();
    for (const session of message.sessions) this.#put(session, at);
  }

  #update(message: StreamUpdate, at: number): void {
    this.updates += 1;
    for (const session of message.sessions) this.#put(session, at);
    for (const delta of message.deltas) this.#change(delta, at);
    for (const id of message.removed) this.sessions.delete(id);
  }

  #put(session: Session, at: number): void {
    this.sessions.set(session.id, session);
    this.idOfKey.set(session.session_key, session.id);
    for (const step of session.steps) this.#hear(step.id, at);
  }

  #change(delta: Delta, at: number): void {
    const session = this.sessions.get(delta.id);
    if (session === undefined || session.seq !== delta.base_seq) {
      this.misfits += 1;
      return;
    }
    this.sessions.set(delta.id, apply(session, delta));
    for (const step of delta.steps) this.#hear(step.id, at);
  }

  #hear(stepId: string, at: number): void {
    if (!this.heard.has(stepId)) this.heard.set(stepId, at);
  }
}
