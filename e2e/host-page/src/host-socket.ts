/** How long the web client waits before it connects anew, in ms. The real one begins with 3 s; tests need not. */
const RETRY_MS = { first: 300, most: 5_000 } as const;

export interface SocketMessage {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly broadcast: Readonly<Record<string, unknown>>;
  readonly seq: number;
}

export interface SocketOwner {
  onConnected(): void;
  onDisconnected(): void;
  onMessage(message: SocketMessage): void;
  /** After a lost connection, before the plugins are told. */
  onReconnected(): void;
}

/**
 * The page's WebSocket, with the session cookie. Plugins have one handler for each event, as in the web client. After a
 * reconnect their handlers are called twice: that is what a real 11.6 did for one restart of its server.
 */
export class HostSocket {
  readonly #url: string;
  readonly #owner: SocketOwner;
  readonly #handlers = new Map<string, Map<string, (message: unknown) => void>>();
  readonly #reconnectHandlers = new Map<string, () => void>();
  #connectionId = '';
  #nextSeq = 0;
  #wasConnected = false;
  #failures = 0;

  constructor(url: string, owner: SocketOwner) {
    this.#url = url;
    this.#owner = owner;
  }

  setHandler(pluginId: string, event: string, handler: ((message: unknown) => void) | undefined): void {
    const handlers = this.#handlers.get(pluginId) ?? new Map<string, (message: unknown) => void>();
    if (handler === undefined) handlers.delete(event);
    else handlers.set(event, handler);
    this.#handlers.set(pluginId, handlers);
  }

  setReconnectHandler(pluginId: string, handler: (() => void) | undefined): void {
    if (handler === undefined) this.#reconnectHandlers.delete(pluginId);
    else this.#reconnectHandlers.set(pluginId, handler);
  }

  removePlugin(pluginId: string): void {
    this.#handlers.delete(pluginId);
    this.#reconnectHandlers.delete(pluginId);
  }

  connect(): void {
    const query = `?connection_id=${this.#connectionId}&sequence_number=${this.#nextSeq}`;
    const socket = new WebSocket(this.#url + query);
    socket.addEventListener('open', () => this.#greet());
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as SocketMessage));
    socket.addEventListener('close', () => {
      if (this.#failures === 0) this.#owner.onDisconnected();
      setTimeout(() => this.connect(), Math.min(RETRY_MS.first * 2 ** this.#failures, RETRY_MS.most));
      this.#failures += 1;
    });
  }

  #receive(message: SocketMessage): void {
    if (typeof message.event !== 'string') return;
    this.#nextSeq = message.seq + 1;
    // Absent when the server went on with the connection that was lost, and then sends what was missed.
    if (message.event === 'hello') this.#connectionId = String(message.data.connection_id);
    this.#owner.onMessage(message);
    for (const handlers of this.#handlers.values()) handlers.get(message.event)?.(message);
  }

  #greet(): void {
    const isReconnect = this.#wasConnected;
    this.#wasConnected = true;
    this.#failures = 0;
    this.#owner.onConnected();
    if (!isReconnect) return;
    this.#owner.onReconnected();
    for (let times = 0; times < 2; times += 1) for (const handler of this.#reconnectHandlers.values()) handler();
  }
}
