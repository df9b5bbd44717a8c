import { encodePayload, type Patch, type Session } from '@livestatus/contract';
import { sampleSession } from '@livestatus/ui/samples';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_LIST, FakeWorld, message, settle } from '../testing/fake_world.ts';
import { type Feed, startFeed } from './feed.ts';

let world: FakeWorld;
let feed: Feed;

const session = (id: string, seq: number, fields: Partial<Session> = {}): Session =>
  sampleSession({ age: 10, id, seq, channel_id: 'channel', ...fields });
const list = (...sessions: Session[]) => ({ sessions, daemons: [] });
const patch = (id: string, base_seq: number, seq: number): Patch => [id, base_seq, seq - base_seq, {}];
const seqs = (): Record<string, number> =>
  Object.fromEntries(Object.values(world.state.sessions.byId).map(({ id, seq }) => [id, seq]));

beforeEach(() => {
  world = new FakeWorld();
  feed = startFeed(world);
});
afterEach(() => feed.stop());

describe('the list', () => {
  it('is asked for at once, and until it is there nothing counts as loaded', async () => {
    expect(world.open()).toEqual(['list']);
    expect(world.state.isLoaded).toBe(false);
    await world.answer('list', list(session('a', 1)));
    expect(world.state).toMatchObject({ isLoaded: true, config: { trusted_bot_ids: ['bot'] } });
    expect(seqs()).toEqual({ a: 1 });
  });

  it('is asked for once though the host tells of one reconnect twice', async () => {
    await world.answer('list', EMPTY_LIST);
    feed.refetch();
    feed.refetch();
    await world.advance(1000);
    expect(world.open()).toEqual(['list']);
  });

  it('is asked for again when something may have been missed while it was on its way', async () => {
    feed.refetch();
    await world.answer('list', list(session('a', 1)));
    await world.advance(1000);
    await world.answer('list', list(session('b', 1)));
    expect(seqs()).toEqual({ b: 1 });
  });

  it('never turns back what was told while it was on its way', async () => {
    feed.receive(message({ sessions: [session('a', 5, { status: 'done', ended_ms: 1 }), session('new', 1)] }));
    feed.receive(message({ removed: ['withdrawn'] }));
    await world.answer('list', list(session('a', 4), session('withdrawn', 3)));
    expect(seqs()).toEqual({ a: 5, new: 1 });
    expect(world.state.sessions.byId.a?.status).toBe('done');
  });

  it('shows its failure, tries again ever more slowly, and sooner when the host reconnects', async () => {
    await world.refuse('list', 'internal');
    expect(world.state).toMatchObject({ isLoaded: false, trouble: 'internal' });
    await world.advance(700);
    expect(world.open()).toEqual([]);
    await world.advance(100);
    await world.refuse('list', 'internal');
    await world.advance(1400);
    expect(world.open()).toEqual([]);
    feed.refetch();
    await world.advance(250);
    await world.answer('list', EMPTY_LIST);
    expect(world.state).toMatchObject({ isLoaded: true, trouble: undefined });
  });

  it('is not asked for again by itself when nobody is logged in any more', async () => {
    await world.refuse('list', 'unauthorized', 401);
    await world.advance(120_000);
    expect(world.open()).toEqual([]);
  });

  it('comes at once when a person tries again', async () => {
    await world.refuse('list', 'internal');
    feed.retry();
    expect(world.state.trouble).toBeUndefined();
    expect(world.open()).toEqual(['list']);
  });

  it('is asked for when an update is of a newer version, or damaged', async () => {
    await world.answer('list', EMPTY_LIST);
    feed.receive({ data: { p: encodePayload([2, []]) } });
    await world.advance(1000);
    await world.answer('list', EMPTY_LIST);
    for (const damaged of [undefined, {}, { data: { p: 7 } }, { data: { p: '{' } }]) feed.receive(damaged);
    await world.advance(1000);
    expect(world.open()).toEqual(['list']);
  });
});

describe('updates', () => {
  beforeEach(() => world.answer('list', list(session('a', 1))));

  it('are drawn at once, and together when they come within 50 ms', async () => {
    const before = world.state;
    feed.receive(message({ patches: [patch('a', 1, 2)] }));
    expect(seqs().a).toBe(2);
    feed.receive(message({ patches: [patch('a', 2, 3)] }));
    feed.receive(message({ patches: [patch('a', 3, 4)] }));
    expect(seqs().a).toBe(2);
    await world.advance(50);
    expect(seqs().a).toBe(4);
    expect(world.state).not.toBe(before);
  });

  it('tell of boxes and of hosts that went away (D6)', () => {
    feed.receive(message({ posts: [{ id: 'a', post_id: 'box' }], daemons: [{ daemon_id: 'd', offline: true }] }));
    expect(world.state.sessions.byId.a?.post_id).toBe('box');
    expect(world.state.offline).toEqual({ d: true });
  });

  it('D6: a change that leads on from what the list has told meanwhile fits, and one that came before does not count', async () => {
    feed.refetch();
    await world.advance(1000);
    feed.receive(message({ patches: [patch('a', 1, 2)] }));
    await world.answer('list', list(session('a', 3)));
    feed.receive(message({ patches: [patch('a', 2, 5)] }));
    await world.advance(50);
    expect(seqs().a).toBe(5);
    await world.advance(1000);
    expect(world.open()).toEqual([]);
  });

  it('D3: a change without its base fetches that session whole, once', async () => {
    feed.receive(message({ patches: [patch('a', 7, 8)] }));
    feed.receive(message({ patches: [patch('a', 8, 9)] }));
    await world.advance(50);
    expect(world.open()).toEqual(['a']);
    await world.answer('a', session('a', 9));
    expect(seqs().a).toBe(9);
    expect(world.state.sessions.stale).toEqual({});
  });

  it('D3: it is fetched again, later, when the answer is older than the change or does not come', async () => {
    feed.receive(message({ patches: [patch('a', 7, 8)] }));
    await world.answer('a', session('a', 7));
    expect(world.open()).toEqual([]);
    await world.advance(1000);
    await world.refuse('a', 'unreachable', 0);
    await world.advance(10_000);
    await world.answer('a', session('a', 8));
    expect(seqs().a).toBe(8);
    await world.advance(60_000);
    expect(world.open()).toEqual([]);
  });

  it('D3: a session that is gone by then stays gone', async () => {
    feed.receive(message({ patches: [patch('x', 7, 8), patch('y', 1, 2)] }));
    await world.answer('x', undefined);
    feed.receive(message({ removed: ['y'] }));
    await world.advance(50);
    await world.answer('y', session('y', 2));
    expect(seqs()).toEqual({ a: 1 });
    expect(world.state.sessions.stale).toEqual({});
  });

  it('many sessions without a base are one list', async () => {
    feed.receive(message({ patches: Array.from({ length: 20 }, (_, index) => patch(`s${index}`, 1, 2)) }));
    await world.advance(1000);
    expect(world.open()).toEqual(['list']);
  });
});

it('after the end nothing runs and nothing is asked', async () => {
  await world.answer('list', list(session('a', 1)));
  feed.receive(message({ patches: [patch('a', 1, 2)] }));
  feed.receive(message({ patches: [patch('a', 2, 3)] }));
  feed.stop();
  feed.refetch();
  feed.receive(message({ patches: [patch('a', 2, 3)] }));
  await settle();
  expect(world.timerCount()).toBe(0);
  expect(world.open()).toEqual([]);
  expect(seqs().a).toBe(2);
});
