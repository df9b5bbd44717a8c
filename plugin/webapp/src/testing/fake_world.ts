import {
  encodePayload,
  type PluginConfig,
  type ReceivedUpdate,
  type Session,
  type SessionList,
} from '@livestatus/contract';
import type { FeedPorts } from '../live/feed_ports.ts';
import { INITIAL_LIVE, type LiveState, reduceLive } from '../live/live_state.ts';
import { RestError } from '../live/rest_client.ts';

export const CONFIG: PluginConfig = {
  version: '5.0.0',
  trusted_bot_ids: ['bot'],
  widget_default: 'all',
  limits: { live_sessions: 5000, steps_per_session: 50, lease_ms: 60_000 },
};

export const EMPTY_LIST: SessionList = { sessions: [], daemons: [] };

export function update(fields: Partial<ReceivedUpdate> = {}): ReceivedUpdate {
  return { sessions: [], patches: [], daemons: [], posts: [], removed: [], ...fields };
}

export function message({ patches = [], ...rest }: Partial<ReceivedUpdate> = {}): unknown {
  return { event: 'custom_com.openclaw.livestatus_update', data: { p: encodePayload([1, patches, rest]) } };
}

interface Request {
  readonly path: string;
  readonly answer: (value: unknown) => void;
  readonly refuse: (error: RestError) => void;
}

/** A server that answers when the test says so, and a clock that the test moves. */
export class FakeWorld implements FeedPorts {
  state: LiveState = INITIAL_LIVE;
  readonly requests: Request[] = [];
  private nowMs = 0;
  private timers: { readonly atMs: number; readonly callback: () => void }[] = [];

  readonly client = {
    sessions: () => this.ask<SessionList>('list'),
    session: (id: string) => this.ask<Session | undefined>(id),
    config: () => Promise.resolve(CONFIG),
  };

  readonly getState = (): LiveState => this.state;
  readonly now = (): number => this.nowMs;
  readonly random = (): number => 0.5;

  dispatch: FeedPorts['dispatch'] = (event) => {
    this.state = reduceLive(this.state, event);
  };

  after: FeedPorts['after'] = (ms, callback) => {
    const timer = { atMs: this.nowMs + ms, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  };

  /** Moves the clock, timers in order. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const [next] = this.timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.nowMs = next.atMs;
      next.callback();
      await settle();
    }
    this.nowMs = untilMs;
  }

  /** Requests that wait for their answer. */
  open(): string[] {
    return this.requests.map(({ path }) => path);
  }

  async answer(path: string, value: unknown): Promise<void> {
    this.take(path).answer(value);
    await settle();
  }

  async refuse(path: string, code: string, status = 500): Promise<void> {
    this.take(path).refuse(new RestError(code, status));
    await settle();
  }

  timerCount(): number {
    return this.timers.length;
  }

  private take(path: string): Request {
    const index = this.requests.findIndex((request) => request.path === path);
    const [request] = index < 0 ? [] : this.requests.splice(index, 1);
    if (request === undefined) throw new Error(`nobody asks for ${path}; open: ${this.open().join(', ')}`);
    return request;
  }

  private ask<T>(path: string): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.requests.push({ path, answer: resolve as (value: unknown) => void, refuse: reject });
    });
  }
}

/** Lets promises that are ready run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
