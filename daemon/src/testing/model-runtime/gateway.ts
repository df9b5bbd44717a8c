import type { Clock } from '../../sources/source.ts';
import { type Json, ModelSession } from './session.ts';

/** One client's end of a connection. */
export interface ModelClient {
  frame(frame: unknown): void;
  closed(): void;
}

interface Connection {
  readonly client: ModelClient;
  /** Asked for changes of the list. */
  listens: boolean;
  readonly keys: Set<string>;
  seq: number;
  /** Frames that it will not get: it is too slow. */
  dropping: number;
}

const TICK_MS = 30_000;

/**
 * The gateway of the pretend OpenClaw: who hears what, and what it answers. It knows only its sessions; what happens in them
 * is `runtime.ts`. An answer tells how things stand when it is made, as a real one does.
 */
export class ModelGateway {
  readonly sessions = new Map<string, ModelSession>();
  readonly #connections = new Set<Connection>();
  readonly #clock: Clock;
  #up = true;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#tick();
  }

  #tick(): void {
    this.#clock.after(TICK_MS, () => {
      for (const connection of this.#connections) this.#send(connection, 'tick', { ts: this.#clock.now() });
      this.#tick();
    });
  }

  get up(): boolean {
    return this.#up;
  }

  session(key: string): ModelSession {
    const known = this.sessions.get(key);
    if (known !== undefined) return known;
    const session = new ModelSession(key);
    this.sessions.set(key, session);
    return session;
  }

  /** Undefined while it is down. */
  connect(client: ModelClient): Connection | undefined {
    if (!this.#up) return undefined;
    const connection = { client, listens: false, keys: new Set<string>(), seq: 0, dropping: 0 };
    this.#connections.add(connection);
    return connection;
  }

  disconnect(connection: Connection): void {
    this.#connections.delete(connection);
  }

  die(): void {
    this.#up = false;
    for (const connection of [...this.#connections]) {
      this.#connections.delete(connection);
      connection.client.closed();
    }
  }

  boot(): void {
    this.#up = true;
  }

  /** Runs come only to whoever subscribed to their key; messages and rows to all who follow the list. */
  tell(event: string, key: string, payload: Json): void {
    const isForList = event === 'sessions.changed' || event === 'session.message';
    for (const connection of this.#connections) {
      if (isForList ? !connection.listens : !connection.keys.has(key)) continue;
      this.#send(connection, event, payload);
    }
  }

  #send(connection: Connection, event: string, payload: Json): void {
    connection.seq += 1;
    if (connection.dropping > 0) connection.dropping -= 1;
    else connection.client.frame({ type: 'event', event, payload, seq: connection.seq });
  }

  answer(connection: Connection, method: string, params: Json): Json {
    switch (method) {
      case 'sessions.subscribe':
        connection.listens = true;
        return { subscribed: true, list: this.#list() };
      case 'sessions.list':
        return this.#list();
      case 'sessions.messages.subscribe':
        connection.keys.add(String(params.key));
        return { subscribed: true, key: params.key };
      case 'chat.history':
        return this.#history(String(params.sessionKey), Number(params.limit));
      default:
        return {};
    }
  }

  row(session: ModelSession): Json {
    return session.row([...this.sessions.values()].some((other) => this.#worksFor(other, session.key)));
  }

  #worksFor(session: ModelSession, key: string): boolean {
    if (session.spawnedBy !== key) return false;
    const isWaiting = session.status === 'running' && session.run === undefined;
    return session.run !== undefined || isWaiting || session.subagentRunState === 'interrupted';
  }

  #list(): Json {
    const sessions = [...this.sessions.values()].map((session) => this.row(session));
    return { ts: this.#clock.now(), count: sessions.length, sessions, hasMore: false, nextOffset: null };
  }

  #history(key: string, limit: number): Json {
    const session = this.session(key);
    const { run, messages } = session;
    const inFlight = run?.started === true ? { inFlightRun: inFlightOf(run) } : {};
    return { sessionKey: key, messages: messages.slice(-limit), sessionInfo: this.row(session), ...inFlight };
  }
}

export type ModelConnection = NonNullable<ReturnType<ModelGateway['connect']>>;

function inFlightOf({ runId, startedAt, events }: NonNullable<ModelSession['run']>): Json {
  return { runId, startedAt, text: '', events: [...events], sessionAbortable: true };
}
