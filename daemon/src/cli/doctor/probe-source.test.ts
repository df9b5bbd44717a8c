import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Source, SourceHealth, SourceSink } from '../../sources/source.ts';
import { toGatewayProbe, watchSource } from './probe-source.ts';

/** A source whose health a test sets. */
class FakeSource implements Source {
  readonly name = 'fake';
  stopped = 0;
  #health: SourceHealth = { name: 'fake', state: 'connecting', sinceMs: 0 };
  #sink: SourceSink | undefined;

  async start(sink: SourceSink): Promise<void> {
    this.#sink = sink;
  }

  async stop(): Promise<void> {
    this.stopped++;
  }

  health(): SourceHealth {
    return this.#health;
  }

  become(state: SourceHealth['state'], detail: SourceHealth['detail'] = {}): void {
    this.#health = { name: 'fake', state, sinceMs: 0, detail };
    this.#sink?.health(this.#health);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;

describe('a look at a source', () => {
  it.each(['ok', 'failed'] as const)('ends when it is %s, and stops it', async (state) => {
    const source = new FakeSource();
    const look = watchSource(source, never);
    await vi.advanceTimersByTimeAsync(100);
    source.become(state);
    expect((await look).health.state).toBe(state);
    expect(source.stopped).toBe(1);
  });

  it('gives one that is degraded a moment to become well', async () => {
    const source = new FakeSource();
    const look = watchSource(source, never);
    await vi.advanceTimersByTimeAsync(0);
    source.become('degraded');
    await vi.advanceTimersByTimeAsync(1000);
    source.become('ok');
    expect((await look).health.state).toBe('ok');

    const other = new FakeSource();
    const second = watchSource(other, never);
    await vi.advanceTimersByTimeAsync(0);
    other.become('degraded');
    await vi.advanceTimersByTimeAsync(3000);
    expect((await second).health.state).toBe('degraded');
  });

  it('ends when the time is over, with what is known', async () => {
    const controller = new AbortController();
    const source = new FakeSource();
    const look = watchSource(source, controller.signal);
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    expect((await look).health.state).toBe('connecting');
    expect(source.stopped).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("the gateway's health becomes what the doctor says", () => {
  const detail = { url: 'ws://x', version: '2026.9.6', scopes: 'operator.read', channelRunsVisible: true, keys: 3 };
  const health: SourceHealth = { name: 'openclaw-gateway', state: 'ok', sinceMs: 0, detail };
  expect(toGatewayProbe({ health, tookMs: 7 })).toEqual({
    health,
    url: 'ws://x',
    latencyMs: 7,
    version: '2026.9.6',
    protocol: 4,
    scopes: ['operator.read'],
    showsChannelRuns: true,
    sessions: 3,
  });
  const unreached: SourceHealth = { ...health, state: 'degraded', detail: { url: 'ws://x', keys: 0 } };
  expect(toGatewayProbe({ health: unreached, tookMs: 7 })).toEqual({ health: unreached, url: 'ws://x' });
});
