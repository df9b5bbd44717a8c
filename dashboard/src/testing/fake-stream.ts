import type { Session } from '@livestatus/contract';
import { SAMPLE_NOW_MS } from '@livestatus/ui/samples';
import type { FeedPorts } from '../feed/feed.ts';
import type { EventSourceLike } from '../feed/stream.ts';

type Listener = (event: { readonly data?: unknown }) => void;

/** One connection that a test speaks through. */
class FakeEventSource implements EventSourceLike {
  readyState = 0;
  readonly #listeners = new Map<string, Listener[]>();

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  close(): void {
    this.readyState = 2;
  }

  say(type: string, message: object): void {
    this.raw(type, JSON.stringify({ v: 1, as_of_ms: SAMPLE_NOW_MS, ...message }));
  }

  raw(type: string, data: string): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data });
  }

  /** 0: the browser tries again by itself. 2: it has given up. */
  fail(readyState: 0 | 2): void {
    this.readyState = readyState;
    for (const listener of this.#listeners.get('error') ?? []) listener({});
  }

  hello(): void {
    this.say('hello', { version: '5.0.0', daemon_id: 'd1', resumed: false });
  }

  sync(sessions: readonly Session[], links: object = {}): void {
    this.say('sync', { version: '5.0.0', daemon_id: 'd1', sessions, sources: [], sinks: [], ...links });
  }

  update(message: object): void {
    this.say('update', { sessions: [], deltas: [], removed: [], ...message });
  }
}

/** The browser's side of the feed in a test's hands: connections, answers, and a clock with timers. */
export class FakePorts implements FeedPorts {
  readonly opened: FakeEventSource[] = [];
  /** What the API has; `down` rejects every request. */
  readonly stored = new Map<string, Session>();
  down = false;
  status = 200;
  fetched: string[] = [];
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];

  openEvents(): FakeEventSource {
    const source = new FakeEventSource();
    this.opened.push(source);
    return source;
  }

  get source(): FakeEventSource {
    const last = this.opened.at(-1);
    if (last === undefined) throw new Error('nothing was opened');
    return last;
  }

  probe(): Promise<number> {
    return this.down ? Promise.reject(new Error('refused')) : Promise.resolve(this.status);
  }

  fetchSession(id: string): Promise<Session | undefined> {
    this.fetched.push(id);
    return this.down ? Promise.reject(new Error('refused')) : Promise.resolve(this.stored.get(id));
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  random(): number {
    return 0;
  }

  /** Lets time pass and every promise settle. */
  async advance(ms: number): Promise<void> {
    await settled();
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { callback } of due) callback();
    await settled();
  }

  get timers(): number {
    return this.#timers.length;
  }
}

/** After all promise callbacks that are already due, and those they make due. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
