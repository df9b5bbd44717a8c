import { diff, type Session } from '@livestatus/contract';
import type { SourceHealth } from '../../sources/source.ts';
import type { FeedChange, HealthView, SessionFeed } from '../ports.ts';

/** Sessions that a test sets; every change is told as the daemon's own feed tells it. */
export class FakeFeed implements SessionFeed {
  readonly #sessions = new Map<string, Session>();
  readonly #listeners = new Set<(change: FeedChange) => void>();

  list(limitEnded: number): readonly Session[] {
    const all = [...this.#sessions.values()];
    const active = all.filter((session) => session.status === 'active').sort((a, b) => a.started_ms - b.started_ms);
    const ended = all.filter((session) => session.status !== 'active');
    return [...active, ...ended.sort((a, b) => (b.ended_ms ?? 0) - (a.ended_ms ?? 0)).slice(0, limitEnded)];
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  activeCount(): number {
    return this.list(0).length;
  }

  subscribe(listener: (change: FeedChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  put(session: Session): void {
    const before = this.#sessions.get(session.id);
    this.#sessions.set(session.id, session);
    const delta = before === undefined ? null : diff(before, session);
    this.#tell(delta === null ? { kind: 'snapshot', session } : { kind: 'delta', delta });
  }

  remove(id: string): void {
    this.#sessions.delete(id);
    this.#tell({ kind: 'removed', id });
  }

  #tell(change: FeedChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

export class FakeHealth implements HealthView {
  #sources: readonly SourceHealth[] = [{ name: 'openclaw-gateway', state: 'ok', sinceMs: 1 }];
  #sinks: readonly SourceHealth[] = [];
  readonly #listeners = new Set<() => void>();

  sources(): readonly SourceHealth[] {
    return this.#sources;
  }

  sinks(): readonly SourceHealth[] {
    return this.#sinks;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(sources: readonly SourceHealth[], sinks: readonly SourceHealth[] = []): void {
    this.#sources = sources;
    this.#sinks = sinks;
    for (const listener of this.#listeners) listener();
  }
}

/** A session in a plain state; `over` says what matters to the test. */
export function session(id: string, over: Partial<Session> = {}): Session {
  return {
    id,
    daemon_id: 'd1',
    session_key: 'agent:main:main',
    agent: { id: 'main', name: 'Main', runtime: 'openclaw' },
    post: 'none',
    status: 'active',
    activity: 'thinking',
    started_ms: 1000,
    last_event_ms: 1000,
    as_of_ms: 1000,
    steps: [],
    steps_dropped: 0,
    tool_calls: 0,
    seq: 1,
    ...over,
  };
}

/** `before`, one event later. */
export function next(before: Session, over: Partial<Session> = {}): Session {
  return { ...before, seq: before.seq + 1, tool_calls: before.tool_calls + 1, ...over };
}
