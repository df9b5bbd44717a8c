import { apply, type Delta, LIMITS, type Session, type StreamUpdate } from '@livestatus/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../state/testing/fake-clock.ts';
import { FakeFeed, FakeHealth, next, session } from '../testing/fake-feed.ts';
import { EventHub, type SyncReason } from './hub.ts';

/** A reader in memory. `full` makes it take nothing more, as a slow connection does. */
class Reader {
  text = '';
  full = false;
  ended = false;
  destroyed = false;
  maxHeldChars = 0;
  /** What was written while it was full: what the connection's own buffer would hold. */
  #heldChars = 0;

  write(text: string): boolean {
    this.text += text;
    if (this.full) this.#heldChars += text.length;
    this.maxHeldChars = Math.max(this.maxHeldChars, this.#heldChars);
    return !this.full;
  }

  end(): void {
    this.ended = true;
  }

  destroy(): void {
    this.destroyed = true;
  }

  get messages(): { id?: string; event?: string; data?: Record<string, unknown> }[] {
    return this.text.split('\n\n').flatMap((block) => {
      const fields = new Map(
        block.split('\n').map((line) => [line.split(': ', 1)[0] ?? '', line.replace(/^\w+: /, '')]),
      );
      const data = fields.get('data');
      if (data === undefined) return [];
      const id = fields.get('id');
      return [{ event: fields.get('event') ?? '', data: JSON.parse(data), ...(id !== undefined && { id }) }];
    });
  }

  get events(): string[] {
    return this.messages.map((message) => message.event ?? '');
  }

  get updates(): StreamUpdate[] {
    return this.messages.filter(({ event }) => event === 'update').map(({ data }) => data as unknown as StreamUpdate);
  }

  get lastId(): string {
    return this.messages.findLast((message) => message.id !== undefined)?.id ?? '';
  }

  forget(): void {
    this.text = '';
  }
}

let clock: FakeClock;
let feed: FakeFeed;
let health: FakeHealth;
let syncs: SyncReason[];
let encoded: string[];
let hub: EventHub;

beforeEach(() => {
  clock = new FakeClock(1_000_000);
  feed = new FakeFeed();
  health = new FakeHealth();
  syncs = [];
  encoded = [];
  hub = makeHub('life1');
});
afterEach(() => {
  hub.stop();
  expect(clock.timers).toBe(0);
  expect(feed.listeners).toBe(0);
});

function makeHub(streamName: string): EventHub {
  return new EventHub({
    identity: { daemonId: 'd1', version: '5.0.0', startedMs: 1 },
    feed,
    health,
    clock,
    counters: { sent: (event) => encoded.push(event), synced: (reason) => syncs.push(reason) },
    streamName,
  });
}

function connect(lastEventId?: string): Reader & { link: ReturnType<EventHub['connect']> } {
  const reader = new Reader();
  return Object.assign(reader, { link: hub.connect(reader, lastEventId) });
}

/** Lets what is queued for the end of this turn of the event loop happen. */
const settle = () => Promise.resolve();

describe('a new reader', () => {
  it('is told who speaks, how everything is, and all sessions', () => {
    feed.put(session('a'));
    const reader = connect();
    expect(reader.events).toEqual(['hello', 'health', 'sync']);
    const [hello, state, sync] = reader.messages;
    expect(hello?.data).toEqual({ v: 1, version: '5.0.0', daemon_id: 'd1', as_of_ms: clock.now(), resumed: false });
    expect(state?.data).toMatchObject({ v: 1, status: 'healthy', active_sessions: 1 });
    expect(sync).toMatchObject({
      id: expect.stringMatching(/^life1-\d+$/),
      data: {
        v: 1,
        version: '5.0.0',
        daemon_id: 'd1',
        as_of_ms: clock.now(),
        sessions: [session('a')],
        sources: [{ name: 'openclaw-gateway', state: 'ok', since_ms: 1 }],
        sinks: [],
      },
    });
  });

  it('gets the active sessions and the newest ended ones only', () => {
    for (let n = 0; n < 300; n++) feed.put(session(`e${n}`, { status: 'done', ended_ms: n }));
    for (let n = 0; n < 1000; n++) feed.put(session(`a${n}`));
    const sync = connect().messages[2]?.data as { sessions: Session[] };
    expect(sync.sessions).toHaveLength(1000 + LIMITS.listEndedDefault);
    expect(sync.sessions.filter(({ status }) => status === 'done')[0]?.id).toBe('e299');
  });

  it('never gets a change that its sync has already', async () => {
    const first = connect();
    feed.put(session('a'));
    await settle();
    feed.put(next(session('a')));
    const second = connect();
    const sync = second.messages[2]?.data as { sessions: Session[] };
    expect(sync.sessions[0]?.seq).toBe(2);
    clock.advance(1000);
    await settle();
    expect(second.updates).toEqual([]);
    expect(first.updates).toHaveLength(2);
  });
});

describe('changes', () => {
  it('go out at once after a quiet time, then at most every 50 ms, with nothing lost', async () => {
    const reader = connect();
    let current = session('a');
    feed.put(current);
    await settle();
    expect(reader.updates).toHaveLength(1);
    for (let n = 0; n < 99; n++) {
      current = next(current);
      feed.put(current);
      clock.advance(1);
      await settle();
    }
    expect(reader.updates.length).toBeLessThanOrEqual(3);
    clock.advance(100);
    await settle();
    const sessions = reader.updates.flatMap((update) => update.sessions);
    const deltas = reader.updates.flatMap((update) => update.deltas);
    expect(sessions).toHaveLength(1);
    expect(deltas.reduce((state, delta) => apply(state, delta), sessions[0] as Session)).toEqual(current);

    clock.advance(50);
    reader.forget();
    feed.put(next(current));
    await settle();
    expect(reader.updates).toHaveLength(1);
  });

  it('of one event that concern several sessions make one update', async () => {
    const reader = connect();
    feed.put(session('a'));
    feed.put(session('b'));
    feed.put(next(session('a')));
    await settle();
    expect(reader.updates).toHaveLength(1);
    expect(reader.updates[0]).toMatchObject({
      sessions: [{ id: 'a', seq: 2 }, { id: 'b' }],
      deltas: [],
      removed: [],
      as_of_ms: clock.now(),
    });
  });

  it('of one session in one interval make one delta', async () => {
    const start = session('a');
    feed.put(start);
    await settle();
    clock.advance(100);
    const reader = connect();
    for (let current = start, n = 0; n < 10; n++) {
      current = next(current);
      feed.put(current);
    }
    await settle();
    const deltas: Delta[] = reader.updates.flatMap((update) => update.deltas);
    expect(deltas).toHaveLength(1);
    expect(deltas[0]).toMatchObject({ base_seq: 1, seq: 11, set: { tool_calls: 10 } });
  });

  it('that withdraw a session say so, and a withdrawn one that comes back is sent whole', async () => {
    const reader = connect();
    feed.put(session('a'));
    feed.remove('a');
    await settle();
    expect(reader.updates).toMatchObject([{ sessions: [], deltas: [], removed: ['a'] }]);
    clock.advance(50);
    feed.put(session('a', { seq: 9 }));
    await settle();
    expect(reader.updates[1]).toMatchObject({ sessions: [{ id: 'a', seq: 9 }], removed: [] });
  });

  it('are encoded once however many read', async () => {
    const readers = Array.from({ length: 20 }, () => connect());
    encoded = [];
    feed.put(session('a'));
    await settle();
    expect(encoded).toEqual(['update']);
    expect(new Set(readers.map((reader) => reader.updates.length))).toEqual(new Set([1]));
  });

  it('of health go out as they happen', () => {
    const reader = connect();
    health.set([{ name: 'openclaw-gateway', state: 'failed', code: 'auth_failed', reason: 'r', sinceMs: 2 }]);
    expect(reader.messages.at(-1)).toMatchObject({
      event: 'health',
      data: {
        v: 1,
        status: 'unhealthy',
        sources: [{ name: 'openclaw-gateway', state: 'failed', code: 'auth_failed' }],
      },
    });
    expect(reader.messages.at(-1)).not.toHaveProperty('id');
  });
});

describe('a reader that comes back', () => {
  async function change(id: string): Promise<void> {
    feed.put(session(id));
    await settle();
    clock.advance(50);
    await settle();
  }

  it('gets exactly what it missed, and the time of now', async () => {
    const first = connect();
    await change('a');
    first.link.remove();
    await change('b');
    await change('c');
    clock.advance(5000);
    const second = connect(first.lastId);
    expect(second.messages[0]?.data).toMatchObject({ resumed: true });
    expect(second.events).toEqual(['hello', 'health', 'update', 'update', 'update']);
    expect(second.updates.map((update) => update.sessions.map(({ id }) => id))).toEqual([['b'], ['c'], []]);
    expect(second.updates.at(-1)?.as_of_ms).toBe(clock.now());
    expect(syncs).toEqual(['new']);

    second.link.remove();
    await change('d');
    expect(connect(second.lastId).updates[0]?.sessions[0]?.id).toBe('d');
  });

  it.each([
    ['from an earlier life of the daemon', () => 'life0-3'],
    ['from the future', () => 'life1-999'],
    ['that is none of ours', () => '"><script>'],
    ['that is empty', () => ''],
  ])('with an id %s gets everything', async (_, id) => {
    await change('a');
    const reader = connect(id());
    expect(reader.events).toEqual(['hello', 'health', 'sync']);
    expect(syncs).toEqual(['gap']);
  });

  it('after more than is kept gets everything', async () => {
    const first = connect();
    const held = connect();
    first.link.remove();
    for (let n = 0; n < 2100; n++) await change(`s${n % 7}`);
    expect(held.updates.length).toBeGreaterThanOrEqual(2100);
    const second = connect(first.lastId);
    expect(second.events).toEqual(['hello', 'health', 'sync']);
    expect(syncs).toEqual(['new', 'new', 'gap']);
  });

  it('long after the last reader left gets everything, and nothing was encoded meanwhile', async () => {
    const first = connect();
    await change('a');
    first.link.remove();
    clock.advance(60_000);
    encoded = [];
    await change('b');
    expect(encoded).toEqual([]);
    expect(connect(first.lastId).events).toEqual(['hello', 'health', 'sync']);
  });
});

describe('a slow reader', () => {
  const big = (id: string, seq: number) => session(id, { seq, session_key: `${seq} `.repeat(10_000) });

  it('gets what it missed in order when it reads again soon', async () => {
    const reader = connect();
    reader.full = true;
    for (const id of ['a', 'b', 'c']) {
      feed.put(session(id));
      await settle();
      clock.advance(50);
    }
    expect(reader.updates).toHaveLength(1);
    reader.full = false;
    reader.link.drained();
    expect(reader.updates.map((update) => update.sessions[0]?.id)).toEqual(['a', 'b', 'c']);
    expect(syncs).toEqual(['new']);
  });

  it('costs a bounded amount of memory, and gets everything anew when it reads again', async () => {
    const slow = connect();
    const quick = connect();
    slow.full = true;
    slow.forget();
    for (let n = 1; n <= 200; n++) {
      feed.put(big(`s${n % 10}`, n));
      await settle();
      clock.advance(50);
      await settle();
    }
    expect(slow.maxHeldChars).toBeLessThan(200_000);
    expect(quick.updates).toHaveLength(200);
    slow.full = false;
    slow.forget();
    slow.link.drained();
    expect(slow.events).toEqual(['sync', 'health']);
    expect(syncs).toEqual(['new', 'new', 'slow']);
    feed.put(session('later'));
    await settle();
    expect(slow.updates.map((update) => update.sessions[0]?.id)).toEqual(['later']);
  });

  it('that takes nothing for 30 s is disconnected', async () => {
    const reader = connect();
    reader.full = true;
    feed.put(session('a'));
    await settle();
    clock.advance(60_000);
    expect(reader.destroyed).toBe(true);
    expect(hub.size).toBe(0);
  });
});

it('an idle stream says every 15 s that it is alive', () => {
  const reader = connect();
  reader.forget();
  clock.advance(45_000);
  expect(reader.text).toBe(': keep-alive\n\n'.repeat(3));
});

it('there is room for 64 readers', () => {
  for (let n = 0; n < 64; n++) {
    expect(hub.hasRoom).toBe(true);
    connect();
  }
  expect(hub.hasRoom).toBe(false);
});

it('stopping ends every stream and leaves no timer', () => {
  const reader = connect();
  feed.put(session('a'));
  hub.stop();
  hub.stop();
  expect(reader.ended).toBe(true);
});
