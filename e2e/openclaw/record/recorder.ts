import type { Gateway } from '../harness/gateway.ts';
import type { GatewayRpc } from '../harness/rpc.ts';
import { waitFor } from '../harness/wait.ts';

/** One line of a recording: `t` is the receive time in ms since the epoch on this machine. */
export interface Line {
  readonly t: number;
  readonly dir: 'in' | 'out' | 'close' | 'err';
  readonly f: unknown;
}

/** A run event (`agent` or `session.tool`) as takes look at it. */
export interface RunEvent {
  readonly runId: string;
  readonly stream: string;
  readonly sessionKey?: string;
  readonly spawnedBy?: string;
  readonly isHeartbeat?: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The terminal lifecycle event of a run, done or not. */
export function isRunEnd(event: RunEvent): boolean {
  return event.stream === 'lifecycle' && (event.data.phase === 'end' || event.data.phase === 'error');
}

/** Records what a read-only observer sees that follows every session, as the daemon does (openclaw/README §2). */
export class Recorder {
  readonly lines: Line[] = [];
  #gateway: Gateway;
  #rpc: GatewayRpc | undefined;
  #subscribed = new Set<string>();

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** Connects (again) and subscribes to everything there is and to what comes. */
  async connect(): Promise<void> {
    const rpc = await waitFor('the recorder to connect', () => this.#open(), { deadlineMs: 60_000 });
    this.#rpc = rpc;
    this.#subscribed = new Set();
    rpc.onEvent((event, payload) => {
      if (event !== 'sessions.changed') return;
      const changed = payload as { readonly sessionKey?: string; readonly session?: { readonly key?: string } };
      this.#follow(changed.session?.key ?? changed.sessionKey);
    });
    const answer = await rpc.call<{ readonly list?: { readonly sessions?: readonly { readonly key: string }[] } }>(
      'sessions.subscribe',
      { limit: 200, includeGlobal: true, includeUnknown: true },
    );
    for (const session of answer.list?.sessions ?? []) this.#follow(session.key);
  }

  /** Sends a request over the recorded connection, so that question and answer are part of the recording. */
  call<T>(method: string, params: Readonly<Record<string, unknown>>): Promise<T> {
    if (this.#rpc === undefined) throw new Error('recorder: not connected');
    return this.#rpc.call<T>(method, params);
  }

  close(): void {
    this.#rpc?.close();
  }

  runEvents(): RunEvent[] {
    return this.events(['agent', 'session.tool']) as RunEvent[];
  }

  /** Payloads of the events with these names, in the order they came. */
  events(names: readonly string[]): unknown[] {
    return this.lines.flatMap((line) => {
      const frame = line.f as { readonly type?: string; readonly event?: string; readonly payload?: unknown };
      return line.dir === 'in' && frame.type === 'event' && names.includes(frame.event ?? '') ? [frame.payload] : [];
    });
  }

  /** Waits until a run event matches; resolves with the first that does. */
  waitForRun(what: string, matches: (event: RunEvent) => boolean, deadlineMs = 60_000): Promise<RunEvent> {
    return waitFor(what, () => this.runEvents().find(matches), {
      deadlineMs,
      everyMs: 50,
      seen: () => `${this.summary()}\n--- gateway\n${this.#gateway.tail()}`,
    });
  }

  /** Waits until `count` runs (all keys, or one) have had their terminal lifecycle event. */
  async waitForEnds(
    count: number,
    options: { readonly key?: string; readonly deadlineMs?: number } = {},
  ): Promise<void> {
    const wanted = `${count} ended run(s)${options.key === undefined ? '' : ` of ${options.key}`}`;
    await waitFor(wanted, () => (this.#endedRuns(options.key).size >= count ? true : undefined), {
      deadlineMs: options.deadlineMs ?? 60_000,
      everyMs: 50,
      seen: () => `${this.summary()}\n--- gateway\n${this.#gateway.tail()}`,
    });
  }

  /** Waits until nothing has come for `quietMs`, counted from now, so that trailing events are in the recording. */
  async waitForQuiet(quietMs: number, deadlineMs = 60_000): Promise<void> {
    const since = Date.now();
    const quietFor = () => Date.now() - Math.max(since, this.#lastRunEventMs());
    await waitFor(`${quietMs} ms of silence`, () => (quietFor() >= quietMs ? true : undefined), { deadlineMs });
  }

  /** Waits for something outside the recording. */
  async until(what: string, isTrue: () => boolean): Promise<void> {
    await waitFor(what, () => (isTrue() ? true : undefined), {
      deadlineMs: 60_000,
      everyMs: 50,
      seen: () => this.#gateway.tail(),
    });
  }

  /** The session keys it has subscribed to. */
  keys(): readonly string[] {
    return [...this.#subscribed];
  }

  /** One line per run event, for failure messages and for reading a take. */
  summary(): string {
    return this.runEvents()
      .filter((event) => !['assistant', 'thinking', 'command_output', 'usage'].includes(event.stream))
      .map(
        (event) =>
          `${event.sessionKey} ${event.runId.slice(0, 12)} ${event.stream} ${JSON.stringify(event.data).slice(0, 160)}`,
      )
      .join('\n');
  }

  #endedRuns(key: string | undefined): Set<string> {
    const ended = this.runEvents().filter(
      (event) => isRunEnd(event) && (key === undefined || event.sessionKey === key),
    );
    return new Set(ended.map((event) => event.runId));
  }

  #lastRunEventMs(): number {
    const last = this.lines.findLast((line) => {
      const event = (line.f as { readonly event?: string }).event ?? '';
      return ['agent', 'session.tool', 'session.message', 'chat', 'sessions.changed'].includes(event);
    });
    return last?.t ?? 0;
  }

  #open(): Promise<GatewayRpc> {
    return this.#gateway.observe((dir, f) => this.lines.push({ t: Date.now(), dir, f }));
  }

  #follow(key: string | undefined): void {
    if (key === undefined || this.#subscribed.has(key)) return;
    this.#subscribed.add(key);
    // A socket that dies here ends the take's connection anyway; the close line tells it.
    this.#rpc?.call('sessions.messages.subscribe', { key }).catch(() => undefined);
  }
}
