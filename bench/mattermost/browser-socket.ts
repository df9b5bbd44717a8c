import { accept, type Change, decodePayload, deltaOf, isDelta, type Session } from '@livestatus/contract';
import WebSocket from 'ws';
import { UPDATE_EVENT } from '../../e2e/mattermost/index.ts';

/** `counting`: notes what came and nothing else, so that twenty of them do not slow down what they measure. */
export type SocketKind = 'reading' | 'counting';

/** A browser's WebSocket to Mattermost. A reading one keeps the state of every session, as the plugin's page does. */
export class BrowserSocket {
  readonly sessions = new Map<string, Session>();
  /** When the event came after which a step was known, ms on `performance.now`'s clock; by the step's id. */
  readonly heard = new Map<string, number>();
  /** Called with every state of a session that an event of the plugin brought. */
  onSession: (session: Session) => void = () => {};
  events = 0;
  updates = 0;
  /** Text of everything that came. */
  bytes = 0;
  /** Events that Mattermost numbered and this socket did not get. */
  missed = 0;
  /** Deltas for a state that this reader does not have: something was lost. */
  misfits = 0;
  /** Why it was closed, unless by us. */
  closed: number | undefined;
  readonly #socket: WebSocket;
  readonly #kind: SocketKind;
  #lastSeq: number | undefined;
  #isOurs = false;

  private constructor(socket: WebSocket, kind: SocketKind) {
    this.#socket = socket;
    this.#kind = kind;
    socket.on('message', (frame) => this.#received(frame.toString()));
    socket.on('close', (code) => {
      if (!this.#isOurs) this.closed = code;
    });
  }

  /** Resolves once the server has said hello. */
  static async open(siteUrl: string, token: string, kind: SocketKind): Promise<BrowserSocket> {
    const socket = new WebSocket(`${siteUrl.replace(/^http/, 'ws')}/api/v4/websocket`, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    const opened = new BrowserSocket(socket, kind);
    await new Promise<void>((resolve, reject) => {
      socket.once('message', () => resolve());
      socket.once('error', reject);
      socket.once('close', (code) => reject(new Error(`Mattermost closed a new WebSocket: ${code}`)));
    });
    socket.on('error', () => {});
    return opened;
  }

  close(): void {
    this.#isOurs = true;
    this.#socket.close();
  }

  #received(text: string): void {
    const at = performance.now();
    this.events += 1;
    this.bytes += Buffer.byteLength(text);
    this.#count(text);
    const isUpdate = text.includes(UPDATE_EVENT);
    if (isUpdate) this.updates += 1;
    if (!isUpdate || this.#kind === 'counting') return;
    const { event, data } = JSON.parse(text) as { event: string; data: { p: string } };
    if (event === UPDATE_EVENT) this.#update(data.p, at);
  }

  /** Mattermost numbers what it sends to a connection; the number stands at the end of the frame. */
  #count(text: string): void {
    const found = /"seq":(\d+)\}\s*$/.exec(text.slice(-40))?.[1];
    if (found === undefined) return;
    const seq = Number(found);
    if (this.#lastSeq !== undefined && seq > this.#lastSeq + 1) this.missed += seq - this.#lastSeq - 1;
    this.#lastSeq = seq;
  }

  #update(payload: string, at: number): void {
    const update = decodePayload(payload);
    if (update === undefined) throw new Error(`an update that the page could not read: ${payload}`);
    for (const session of update.sessions) this.#change(session, at);
    for (const patch of update.patches) this.#change(deltaOf(patch, this.sessions.get(patch[0])), at);
    for (const { id, post_id } of update.posts) {
      const session = this.sessions.get(id);
      if (session !== undefined) this.sessions.set(id, { ...session, post_id });
    }
    for (const id of update.removed) this.sessions.delete(id);
  }

  #change(change: Change, at: number): void {
    const accepted = accept(this.sessions.get(change.id), change);
    if (!accepted.ok) {
      // A snapshot that is older than what is known is no loss.
      if (isDelta(change)) this.misfits += 1;
    } else if (accepted.changed) {
      this.sessions.set(change.id, accepted.session);
      for (const { id } of change.steps) if (!this.heard.has(id)) this.heard.set(id, at);
      this.onSession(accepted.session);
    }
  }
}
