import { decodePayload, type ReceivedUpdate } from '@livestatus/contract';
import { waitFor } from '../openclaw/harness/wait.ts';

/** The event of the plugin, as it is on the wire. */
export const UPDATE_EVENT = 'custom_com.openclaw.livestatus_update';

export interface SocketEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly broadcast: { readonly channel_id: string; readonly user_id: string };
  readonly seq: number;
  /** When it came, on this process's `performance.now()`. */
  readonly receivedAt: number;
}

/** What an event of the plugin says (D6); undefined for the events of others. */
export function updateOf({ event, data }: Pick<SocketEvent, 'event' | 'data'>): ReceivedUpdate | undefined {
  if (event !== UPDATE_EVENT) return undefined;
  const update = decodePayload(data.p);
  if (update === undefined) throw new Error(`an event that the page could not read: ${data.p}`);
  return update;
}

/** One WebSocket of one person to Mattermost, which keeps everything that came. */
export class EventSocket {
  /** Everything since it was opened; grows. */
  readonly events: SocketEvent[] = [];
  /** All that came as text, for looking whether something leaked in any form. */
  rawText = '';
  #socket: WebSocket;
  #closed: { readonly code: number } | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(String(data)));
    socket.addEventListener('close', ({ code }) => {
      this.#closed = { code };
    });
  }

  /** Connects with a session or access token and resolves when the server has said hello. */
  static async open(siteUrl: string, token: string): Promise<EventSocket> {
    const socket = new WebSocket(`${siteUrl.replace(/^http/, 'ws')}/api/v4/websocket`);
    const opened = new EventSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(), { once: true });
      socket.addEventListener('error', () => reject(new Error(`no WebSocket to ${siteUrl}`)), { once: true });
    });
    socket.send(JSON.stringify({ seq: 1, action: 'authentication_challenge', data: { token } }));
    await opened.waitForEvent('hello from the server', ({ event }) => event === 'hello');
    return opened;
  }

  /** The close code, once it is closed. */
  get closed(): { readonly code: number } | undefined {
    return this.#closed;
  }

  /** What the plugin's events say. */
  updates(): ReceivedUpdate[] {
    return this.events.flatMap((event) => updateOf(event) ?? []);
  }

  /** The first event, past or future, that fits. */
  waitForEvent(what: string, fits: (event: SocketEvent) => boolean, deadlineMs = 15_000): Promise<SocketEvent> {
    return waitFor(what, () => this.events.find(fits), {
      deadlineMs,
      everyMs: 5,
      seen: () => this.rawText.slice(-3_000),
    });
  }

  close(): void {
    this.#socket.close();
  }

  #take(text: string): void {
    this.rawText += `${text}\n`;
    const frame = JSON.parse(text) as Omit<SocketEvent, 'receivedAt'>;
    if (typeof frame.event === 'string') this.events.push({ ...frame, receivedAt: performance.now() });
  }
}
