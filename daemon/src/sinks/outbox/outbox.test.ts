import type { BatchRequest } from '@livestatus/contract';
import { LIMITS } from '@livestatus/contract';
import { beforeEach, describe, expect, test } from 'vitest';
import { FakePlugin } from '../../testing/sinks/fake-plugin.ts';
import { content, session, step, wanted } from '../../testing/sinks/sessions.ts';
import type { Batch } from './batch.ts';
import { HEARTBEAT_MS, Outbox, type Receipt } from './outbox.ts';
import { Sequence } from './seq.ts';

const THROTTLE_MS = 500;
const START = 1_000_000;

let now: number;
let plugin: FakePlugin;
let receipts: Receipt[];
let outbox: Outbox;
let isComplete: boolean;

beforeEach(() => {
  now = START;
  plugin = new FakePlugin();
  receipts = [];
  isComplete = true;
  outbox = makeOutbox();
  // The first heartbeat is out of the way.
  exchange();
});

function makeOutbox(ceiling = 0, daemonId = 'daemon-a'): Outbox {
  return new Outbox({
    daemonId,
    throttleMs: THROTTLE_MS,
    sequence: new Sequence({ ceiling, reserve: () => {} }),
    isComplete: () => isComplete,
    onReceipt: (receipt) => receipts.push(receipt),
  });
}

function parse(batch: Batch | undefined): BatchRequest {
  if (batch === undefined) throw new Error('nothing is due');
  return JSON.parse(batch.body) as BatchRequest;
}

/** What is due now goes to the plugin and is answered. */
function exchange(from = outbox): BatchRequest {
  const batch = from.take(now);
  const request = parse(batch);
  if (batch !== undefined) from.settle(batch, { kind: 'answered', answer: plugin.batch('bot', request, now) }, now);
  return request;
}

function put(state: Parameters<typeof wanted>[0]): void {
  outbox.put(state.id, wanted(state));
}

const ids = (request: BatchRequest): string[] => request.changes.map(({ id }) => id);

describe('when something is sent', () => {
  test('the first change goes out at once, the next ones together after THROTTLE_MS', () => {
    now += 10_000;
    put(session('a'));
    expect(outbox.dueAt(now)).toBeLessThanOrEqual(now);
    expect(ids(exchange())).toEqual(['a']);
    put(session('a', { tool_calls: 1 }));
    put(session('b'));
    put(session('a', { tool_calls: 2 }));
    expect(outbox.dueAt(now)).toBe(now + THROTTLE_MS);
    now += THROTTLE_MS;
    const request = exchange();
    expect(ids(request)).toEqual(['a', 'b']);
    expect(plugin.session('a')?.tool_calls).toBe(2);
  });

  test('a heartbeat makes no change wait', () => {
    now += HEARTBEAT_MS;
    expect(exchange()).toMatchObject({ changes: [], held: [] });
    put(session('a'));
    expect(outbox.dueAt(now)).toBeLessThanOrEqual(now);
  });

  test('nothing is due while a request is in flight, and all that came in meanwhile goes in one batch', () => {
    put(session('a'));
    const batch = outbox.take(now);
    for (let n = 0; n < 100; n += 1) put(session(`s${n}`));
    expect(outbox.dueAt(now)).toBe(Number.POSITIVE_INFINITY);
    expect(outbox.take(now + 60_000)).toBeUndefined();
    if (batch) outbox.settle(batch, { kind: 'answered', answer: plugin.batch('bot', parse(batch), now) }, now);
    now += THROTTLE_MS;
    expect(ids(exchange())).toHaveLength(100);
  });

  test('what did not change is not sent', () => {
    put(session('a'));
    exchange();
    put(session('a'));
    now += THROTTLE_MS;
    expect(outbox.take(now)).toBeUndefined();
    expect(outbox.dueAt(now)).toBe(START + HEARTBEAT_MS);
  });

  test('only what changed costs: the state of the others is not even asked for', () => {
    for (let n = 0; n < 1_000; n += 1) put(session(`s${n}`));
    exchange();
    let asked = 0;
    const state = wanted(session('s7', { tool_calls: 9 }));
    const counting: typeof state = {
      isActive: true,
      project: (meta) => {
        asked += 1;
        return state.project(meta);
      },
    };
    outbox.put('s7', counting);
    now += THROTTLE_MS;
    expect(ids(exchange())).toEqual(['s7']);
    expect(asked).toBe(1);
  });
});

describe('D1: batch', () => {
  test('D1: a heartbeat with held is sent at least every 20 s, with the seq that the server has after it', () => {
    put(session('a'));
    put(session('b'));
    exchange();
    expect(outbox.dueAt(now)).toBeLessThan(now + LIMITS.heartbeatMs);
    now += HEARTBEAT_MS;
    put(session('b', { tool_calls: 1 }));
    const request = exchange();
    expect(request.held?.map(([id]) => id)).toEqual(['a', 'b']);
    for (const [id, seq] of request.held ?? []) expect(plugin.session(String(id))?.seq).toBe(seq);
  });

  test('D1: complete is false until every source has reported, and then nothing is ended', () => {
    put(session('a'));
    exchange();
    const next = makeOutbox(now + 100_000);
    isComplete = false;
    expect(exchange(next)).toMatchObject({ complete: false, held: [] });
    expect(plugin.active()).toEqual(['a']);
  });

  test('D1: more than 5,000 changes, or 8 MiB, go in several batches', () => {
    const detail = 'x'.repeat(1_000);
    const steps = Array.from({ length: 50 }, (_, n) => ({ ...step(`${n}`), detail }));
    for (let n = 0; n < 300; n += 1) put(session(`big${n}`, { steps }));
    now += HEARTBEAT_MS;
    const sent: string[] = [];
    for (let batches = 0; sent.length < 300; batches += 1) {
      const batch = outbox.take(now);
      expect(Buffer.byteLength(batch?.body ?? '')).toBeLessThanOrEqual(LIMITS.batchBodyMaxBytes);
      sent.push(...ids(parse(batch)));
      if (batch) outbox.settle(batch, { kind: 'answered', answer: plugin.batch('bot', parse(batch), now) }, now);
      now += THROTTLE_MS;
      expect(batches).toBeLessThan(5);
    }
    for (let n = 0; n < 5_001; n += 1) put(session(`small${n}`));
    expect(exchange().changes).toHaveLength(LIMITS.batchMaxItems);
    expect(exchange().changes).toHaveLength(1);
    expect(plugin.active()).toHaveLength(5_301);
  });
});

describe('D2: sequence', () => {
  test('D2: seq is max(previous + 1, now)', () => {
    put(session('a'));
    exchange();
    expect(plugin.session('a')?.seq).toBe(now);
    put(session('a', { tool_calls: 1 }));
    exchange();
    expect(plugin.session('a')?.seq).toBe(now + 1);
  });

  test('D2: it grows over a restart, also when the clock was set back', () => {
    let ceiling = 0;
    const store = { ceiling: 0, reserve: (next: number) => (ceiling = next) };
    const first = new Sequence(store);
    const used = [first.next(0, now), first.next(now, now), first.next(now + 20_000, now)];
    const second = new Sequence({ ceiling, reserve: () => {} });
    expect(second.next(0, now - 3_600_000)).toBeGreaterThan(Math.max(...used) - 1);
    expect(second.next(0, now - 3_600_000)).toBeGreaterThanOrEqual(ceiling);
  });
});

describe('D3: acceptance', () => {
  test('D3: a session of a living daemon is left to it, but for a snapshot at each heartbeat; when it is silent we take over', () => {
    const other = makeOutbox(0, 'daemon-b');
    other.put('a', wanted(session('a', { daemon_id: 'daemon-b' })));
    exchange(other);
    put(session('a'));
    exchange();
    expect(receipts.at(-1)).toEqual({ kind: 'foreign', id: 'a' });
    put(session('a', { tool_calls: 1 }));
    now += THROTTLE_MS;
    expect(outbox.take(now)).toBeUndefined();
    now += HEARTBEAT_MS;
    const request = exchange();
    expect(request.changes[0]).toMatchObject({ id: 'a', tool_calls: 1, steps: [] });
    expect(request.held).toEqual([]);
    expect(plugin.session('a')?.daemon_id).toBe('daemon-b');
    now += LIMITS.leaseMs;
    exchange();
    expect(plugin.session('a')).toMatchObject({ daemon_id: 'daemon-a', tool_calls: 1 });
    put(session('a', { tool_calls: 2 }));
    now += THROTTLE_MS;
    expect(exchange().changes[0]).toHaveProperty('base_seq');
  });

  test('D3: the end of a session that another daemon keeps alive is given up after a while', () => {
    const other = makeOutbox(0, 'daemon-b');
    other.put('a', wanted(session('a', { daemon_id: 'daemon-b' })));
    exchange(other);
    put(session('a', { status: 'done' }));
    for (let n = 0; n < 60 && outbox.size > 0; n += 1) {
      exchange();
      now += HEARTBEAT_MS;
      exchange(other);
    }
    expect(receipts.at(-1)).toEqual({ kind: 'given_up', id: 'a' });
    expect(plugin.session('a')?.status).toBe('active');
  });
});

describe('D4: heartbeat check', () => {
  test('D4: a held session that the server lost comes back whole', () => {
    put(session('a', { steps: [step('1')] }));
    exchange();
    plugin.forgetSessions();
    now += HEARTBEAT_MS;
    exchange();
    now += THROTTLE_MS;
    exchange();
    expect(content(plugin.session('a'))).toEqual(content(session('a', { steps: [step('1')] })));
  });

  test('D4: nothing that is on its way, refused or too much for one batch is ended for not being held', () => {
    put(session('a'));
    put(session('b', { channel_id: 'closed' }));
    exchange();
    plugin.forbidden.add('closed');
    put(session('b', { channel_id: 'closed', tool_calls: 1 }));
    now += THROTTLE_MS;
    exchange();
    expect(receipts.at(-1)).toEqual({ kind: 'refused', id: 'b', code: 'channel_forbidden' });
    now += HEARTBEAT_MS;
    exchange();
    expect(plugin.active()).toEqual(['a', 'b']);
  });
});

describe('D5: daemon', () => {
  test('D5: deltas only against what was acknowledged', () => {
    put(session('a'));
    exchange();
    put(session('a', { tool_calls: 1, steps: [step('1')] }));
    const { changes } = exchange();
    expect(changes[0]).toMatchObject({ base_seq: START, set: { tool_calls: 1 }, steps: [{ id: '1' }] });
  });

  test.each([
    { name: 'lost before it arrived', arrives: false },
    { name: 'lost on the way back', arrives: true },
  ])('D5: after a timeout ($name) comes a snapshot with a seq above the server', ({ arrives }) => {
    put(session('a'));
    exchange();
    put(session('a', { tool_calls: 1 }));
    const batch = outbox.take(now);
    if (arrives) plugin.batch('bot', parse(batch), now);
    if (batch) outbox.settle(batch, { kind: 'unclear' }, now);
    const { changes } = exchange();
    expect(changes[0]).toMatchObject({ status: 'active', tool_calls: 1 });
    expect(plugin.session('a')?.tool_calls).toBe(1);
  });

  test('D5: a resync answer is followed by a snapshot above the seq that it names', () => {
    put(session('a'));
    exchange();
    const stored = plugin.sessions.get('a');
    if (stored) stored.session = { ...stored.session, seq: now + 50_000 };
    put(session('a', { tool_calls: 1 }));
    exchange();
    const { changes } = exchange();
    expect(changes[0]).toMatchObject({ status: 'active', seq: now + 50_001 });
    expect(plugin.session('a')?.tool_calls).toBe(1);
  });

  test('D5: the last state is kept until it is acknowledged, and then forgotten', () => {
    put(session('a'));
    exchange();
    put(session('a', { status: 'done' }));
    for (let n = 0; n < 5; n += 1) {
      const batch = outbox.take(now);
      if (batch) outbox.settle(batch, { kind: 'not_taken' }, now);
    }
    expect(outbox.size).toBe(1);
    exchange();
    expect(plugin.session('a')?.status).toBe('done');
    expect(receipts.at(-1)).toMatchObject({ kind: 'final', session: { id: 'a' } });
    expect(outbox.size).toBe(0);
  });

  test('D5: a turn that goes on while its end is in flight is told whole', () => {
    put(session('a', { status: 'done' }));
    const batch = outbox.take(now);
    put(session('a'));
    if (batch) outbox.settle(batch, { kind: 'answered', answer: plugin.batch('bot', parse(batch), now) }, now);
    exchange();
    expect(plugin.session('a')?.status).toBe('active');
    expect(outbox.size).toBe(1);
  });

  test('D5: a session taken back is deleted if the server may know it, else forgotten', () => {
    put(session('a'));
    expect(outbox.remove('a')).toBe(false);
    expect(outbox.take(now)).toBeUndefined();
    put(session('b'));
    exchange();
    expect(outbox.remove('b')).toBe(true);
    expect(outbox.takeRemoval()).toBe('b');
    expect(outbox.dueAt(now)).toBe(Number.POSITIVE_INFINITY);
    outbox.settleRemoval('b', false);
    expect(outbox.takeRemoval()).toBe('b');
    outbox.settleRemoval('b', true);
    expect(receipts.at(-1)).toEqual({ kind: 'removed', id: 'b' });
    expect(outbox.size).toBe(0);
  });

  test('D5: a session that is taken back and then goes on after all is not lost', () => {
    put(session('a'));
    exchange();
    outbox.remove('a');
    expect(outbox.takeRemoval()).toBe('a');
    put(session('a', { tool_calls: 3 }));
    plugin.remove('a');
    outbox.settleRemoval('a', true);
    exchange();
    expect(plugin.session('a')?.tool_calls).toBe(3);
  });
});

test('a receiver that does not answer in time gets less at a time, and all again when it does', () => {
  for (let n = 0; n < 1_000; n += 1) put(session(`s${n}`));
  const sizes: number[] = [];
  for (let slow = 4; outbox.pending > 0; slow -= 1) {
    const batch = outbox.take(now);
    if (batch === undefined) break;
    sizes.push(batch.sent.size);
    const answer = () => plugin.batch('bot', parse(batch), now);
    outbox.settle(batch, slow > 0 ? { kind: 'unclear' } : { kind: 'answered', answer: answer() }, now);
    now += THROTTLE_MS;
  }
  expect(sizes).toEqual([1_000, 500, 250, 125, 100, 200, 400, 300]);
  expect(plugin.active()).toHaveLength(1_000);
});

describe('one bad session never blocks the others', () => {
  test.each(['body_too_large', 'invalid_field'])(
    'a body refused with %s is halved until the bad one is alone',
    (code) => {
      for (let n = 0; n < 64; n += 1) put(session(`s${n}`));
      const bad = 's41';
      for (let requests = 0; outbox.pending > 0; requests += 1) {
        expect(requests).toBeLessThan(20);
        const batch = outbox.take(now);
        if (batch === undefined) break;
        const outcome = batch.sent.has(bad)
          ? ({ kind: 'body_refused', code } as const)
          : ({ kind: 'answered', answer: plugin.batch('bot', parse(batch), now) } as const);
        outbox.settle(batch, outcome, now);
        now += THROTTLE_MS;
      }
      expect(plugin.active()).toHaveLength(63);
      expect(receipts).toContainEqual({ kind: 'refused', id: bad, code });
    },
  );

  test('an end that stays refused is not held for ever: the server ends the session itself', () => {
    put(session('a'));
    exchange();
    plugin.forbidden.add('channel-1');
    put(session('a', { status: 'done' }));
    for (let n = 0; n < 20; n += 1) {
      const batch = outbox.take(now);
      if (batch) outbox.settle(batch, { kind: 'answered', answer: plugin.batch('bot', parse(batch), now) }, now);
      if (n === 2) expect(plugin.active()).toEqual(['a']);
      now += HEARTBEAT_MS;
    }
    expect(plugin.session('a')).toMatchObject({ status: 'interrupted', error: { code: 'lost' } });
  });

  test('a refused session is tried again more and more seldom, and at its end at once', () => {
    plugin.forbidden.add('channel-1');
    put(session('a'));
    let tries = 0;
    for (let n = 0; n < 240; n += 1) {
      const batch = outbox.take(now);
      if (batch !== undefined) {
        tries += batch.sent.size;
        outbox.settle(batch, { kind: 'answered', answer: plugin.batch('bot', parse(batch), now) }, now);
      }
      now += HEARTBEAT_MS;
    }
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(14);
    plugin.forbidden.clear();
    put(session('a', { status: 'done' }));
    exchange();
    expect(plugin.session('a')?.status).toBe('done');
  });
});
