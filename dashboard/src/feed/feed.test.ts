import type { Delta } from '@livestatus/contract';
import { SAMPLE_NOW_MS, sampleSession, workingSession } from '@livestatus/ui/samples';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakePorts, settled } from '../testing/fake-stream.ts';
import { type Feed, startFeed } from './feed.ts';
import { feedReducer, INITIAL_FEED } from './feed-state.ts';
import { decodeMessage, retryDelay } from './stream.ts';

let ports: FakePorts;
let feed: Feed;

beforeEach(() => {
  ports = new FakePorts();
  feed = startFeed(ports);
});

const ids = (): string[] => Object.keys(feed.getState().sessions.byId);
const kind = (): string => feed.getState().connection.kind;
const connect = (): void => {
  ports.source.hello();
  ports.source.sync([sampleSession({ age: 5, id: 'a', seq: 1 })]);
};
const delta = (id: string, baseSeq: number, seq: number): Delta => ({
  id,
  base_seq: baseSeq,
  seq,
  as_of_ms: SAMPLE_NOW_MS,
  set: { tool_calls: seq },
  steps: [],
  removed_steps: [],
  steps_dropped: 0,
});

describe('the feed', () => {
  it('is connecting, then live with the list, its links and the time of the daemon', () => {
    expect([kind(), feed.getState().isLoaded]).toEqual(['connecting', false]);
    const gateway = { name: 'openclaw-gateway', state: 'ok', since_ms: 0 };
    ports.source.hello();
    ports.source.sync([workingSession()], { sources: [gateway] });
    expect([kind(), feed.getState().isLoaded, ids()]).toEqual(['live', true, ['working']]);
    expect(feed.getState().sources).toEqual([gateway]);
    expect(feed.getState().anchor).toEqual({ asOfMs: SAMPLE_NOW_MS, receivedAtMs: 0 });
  });

  it('applies updates and tells its listeners once each', () => {
    connect();
    let told = 0;
    const unsubscribe = feed.subscribe(() => {
      told += 1;
    });
    ports.source.update({ deltas: [delta('a', 1, 2)], sessions: [sampleSession({ age: 1, id: 'b' })] });
    expect([ids(), feed.getState().sessions.byId.a?.tool_calls, told]).toEqual([['a', 'b'], 2, 1]);
    ports.source.update({ removed: ['a'] });
    expect(ids()).toEqual(['b']);
    unsubscribe();
    ports.source.update({ removed: ['b'] });
    expect(told).toBe(2);
  });

  it('shows the health of links as it changes', () => {
    connect();
    const failed = { name: 'openclaw-gateway', state: 'failed', since_ms: 0, reason: 'No gateway.' };
    ports.source.say('health', { sources: [failed], sinks: [] });
    expect(feed.getState().sources).toEqual([failed]);
  });

  it('keeps at most a thousand ended turns', () => {
    const ended = Array.from({ length: 1100 }, (_, index) =>
      sampleSession({ age: index, id: `e${index}`, status: 'done', ended_ms: SAMPLE_NOW_MS - index }),
    );
    connect();
    ports.source.update({ sessions: ended });
    expect(ids()).toHaveLength(1001);
    expect(ids()).toContain('a');
    expect(ids()).not.toContain('e1099');
  });
});

describe('a session that a change does not fit', () => {
  it('is fetched whole, once', async () => {
    connect();
    ports.stored.set('a', sampleSession({ age: 5, id: 'a', seq: 3 }));
    ports.source.update({ deltas: [delta('a', 2, 3)] });
    ports.source.update({ deltas: [delta('a', 2, 3)] });
    await settled();
    expect([ports.fetched, feed.getState().sessions.byId.a?.seq]).toEqual([['a'], 3]);
    expect(feed.getState().sessions.stale).toEqual({});
  });

  it('is fetched again when the answer was already old', async () => {
    connect();
    ports.stored.set('a', sampleSession({ age: 5, id: 'a', seq: 2 }));
    ports.source.update({ deltas: [delta('a', 2, 3)] });
    ports.stored.set('a', sampleSession({ age: 5, id: 'a', seq: 3 }));
    await settled();
    expect(feed.getState().sessions.byId.a?.seq).toBe(3);
  });

  it('is asked for again later when the daemon did not answer', async () => {
    connect();
    ports.down = true;
    ports.source.update({ deltas: [delta('a', 2, 3)] });
    await settled();
    ports.down = false;
    ports.stored.set('a', sampleSession({ age: 5, id: 'a', seq: 3 }));
    await ports.advance(2000);
    expect([ports.fetched, feed.getState().sessions.byId.a?.seq]).toEqual([['a', 'a'], 3]);
  });

  it('goes when the daemon does not know it', async () => {
    connect();
    ports.source.update({ deltas: [delta('a', 2, 3)] });
    await settled();
    expect(ids()).toEqual([]);
  });
});

describe('a lost connection', () => {
  it('keeps what is known, and is live again when the browser has reconnected', () => {
    connect();
    ports.source.fail(0);
    expect([kind(), ids(), ports.opened.length]).toEqual(['lost', ['a'], 1]);
    ports.source.hello();
    expect(kind()).toBe('live');
  });

  it('was lost at the first failure, however many follow', async () => {
    connect();
    ports.source.fail(0);
    await ports.advance(5000);
    ports.source.fail(0);
    expect(feed.getState().connection).toEqual({ kind: 'lost', sinceMs: 0 });
  });

  it('is opened anew, more and more slowly, when the browser has given up', async () => {
    connect();
    ports.source.fail(2);
    await ports.advance(999);
    expect(ports.opened).toHaveLength(1);
    await ports.advance(1);
    expect(ports.opened).toHaveLength(2);
    ports.source.fail(2);
    await ports.advance(1999);
    expect(ports.opened).toHaveLength(2);
    await ports.advance(1);
    expect(ports.opened).toHaveLength(3);
    connect();
    expect(kind()).toBe('live');
  });

  it('stops at the demand for a token', async () => {
    ports.status = 401;
    ports.source.fail(2);
    await ports.advance(60_000);
    expect([kind(), ports.opened.length, ports.timers]).toEqual(['unauthorized', 1, 0]);
  });

  it.each([
    [0, 0, 1000],
    [1, 0, 2000],
    [4, 0, 16_000],
    [5, 0, 30_000],
    [400, 0, 30_000],
    [0, 1, 500],
  ])('after %d failures with chance %d waits %d ms', (failures, random, ms) =>
    expect(retryDelay(failures, random)).toBe(ms),
  );
});

describe('a daemon of another version', () => {
  it.each(['{"v":2}', '{}', 'null', '[', ''])('%s is not read, and the page says it is outdated', (data) => {
    expect(decodeMessage(data)).toBeUndefined();
    ports.source.raw('hello', data);
    expect([kind(), ports.source.readyState]).toEqual(['outdated', 2]);
  });
});

describe('a turn that is not listed', () => {
  it('is fetched and added', async () => {
    connect();
    ports.stored.set('old', sampleSession({ age: 9, id: 'old' }));
    await expect(feed.request('old')).resolves.toBe('found');
    expect(ids()).toContain('old');
  });

  it('is gone when the daemon has none, and unreachable without an answer', async () => {
    await expect(feed.request('nowhere')).resolves.toBe('gone');
    ports.down = true;
    await expect(feed.request('old')).resolves.toBe('unreachable');
  });
});

it('a stopped feed hears nothing and leaves nothing running', async () => {
  connect();
  ports.source.fail(2);
  feed.stop();
  await ports.advance(60_000);
  expect([ports.opened.length, ports.timers]).toEqual([1, 0]);
});

it('an event that changes nothing gives the same state', () => {
  const lost = feedReducer(INITIAL_FEED, { type: 'lost', atMs: 1 });
  expect(feedReducer(lost, { type: 'lost', atMs: 2 })).toBe(lost);
  expect(feedReducer(lost, { type: 'gone', id: 'x' })).toBe(lost);
});
