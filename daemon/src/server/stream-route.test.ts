import { connect, type Socket } from 'node:net';
import { apply, type Session, type StreamSync, type StreamUpdate } from '@livestatus/contract';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { next, session } from './testing/fake-feed.ts';
import { RunningServer, type Stream } from './testing/running-server.ts';

let running: RunningServer;

beforeEach(async () => {
  running = await new RunningServer().start();
});
afterEach(() => running.stop());

const lastId = (stream: Stream) => stream.messages.findLast(({ id }) => id !== undefined)?.id ?? '';

/** What a page makes of the stream. */
function replay(stream: Stream): Map<string, Session> {
  const sessions = new Map<string, Session>();
  for (const { event, data } of stream.messages) {
    if (event === 'sync') {
      sessions.clear();
      for (const each of (data as unknown as StreamSync).sessions) sessions.set(each.id, each);
    }
    if (event !== 'update') continue;
    const update = data as unknown as StreamUpdate;
    for (const id of update.removed) sessions.delete(id);
    for (const each of update.sessions) sessions.set(each.id, each);
    for (const delta of update.deltas) {
      const base = sessions.get(delta.id);
      if (base === undefined || base.seq !== delta.base_seq) throw new Error(`gap in ${delta.id}`);
      sessions.set(delta.id, apply(base, delta));
    }
  }
  return sessions;
}

const seqOf = (stream: Stream, id: string) => replay(stream).get(id)?.seq;

it('a change reaches a connected page', async () => {
  const stream = await running.listen();
  expect(stream.response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  running.feed.put(session('a'));
  await stream.until(() => seqOf(stream, 'a') === 1);
  running.feed.put(next(session('a')));
  await stream.until(() => seqOf(stream, 'a') === 2);
  expect(replay(stream).get('a')).toEqual(running.feed.get('a'));
  stream.close();
});

it('a page that comes back with its last id gets what it missed, and nothing twice', async () => {
  const first = await running.listen();
  running.feed.put(session('a'));
  await first.until(() => seqOf(first, 'a') === 1);
  first.close();
  running.feed.put(next(session('a')));
  running.feed.put(session('b'));
  const second = await running.listen({ 'last-event-id': lastId(first) });
  await second.until(() => second.messages.some(({ event }) => event === 'update'));
  expect(second.messages.map(({ event }) => event)).not.toContain('sync');
  expect(second.messages[0]?.data.resumed).toBe(true);
  first.messages.push(...second.messages);
  expect(replay(first)).toEqual(new Map(['a', 'b'].map((id) => [id, running.feed.get(id)])));
  second.close();
});

it('a page that comes back to another life of the daemon gets everything', async () => {
  running.feed.put(session('a'));
  const stream = await running.listen({ 'last-event-id': '0badc0de-7' });
  await stream.until(() => stream.messages.some(({ event }) => event === 'sync'));
  expect(stream.messages[0]?.data.resumed).toBe(false);
  stream.close();
});

it('a page gets 1,000 active sessions whole', async () => {
  const steps: Session['steps'] = Array.from({ length: 50 }, (_, n) => ({
    id: `s${n}`,
    kind: 'tool',
    label: `Running npm test ${n}`,
    status: 'done',
    started_ms: n,
    ended_ms: n,
  }));
  for (let n = 0; n < 1000; n++) running.feed.put(session(`a${n}`, { steps }));
  const stream = await running.listen();
  await stream.until(() => stream.messages.some(({ event }) => event === 'sync'));
  expect(replay(stream).size).toBe(1000);
  stream.close();
});

it('a page that does not read is caught up with later, and holds nobody up', async () => {
  const slow: Socket = connect(running.server.port, '127.0.0.1');
  slow.pause();
  slow.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const quick = await running.listen();
  let current = session('a');
  running.feed.put(current);
  // More than the kernel and the queue of one reader take together.
  for (let n = 0; n < 40; n++) {
    current = next(current, { session_key: `${n} `.repeat(300_000) });
    running.feed.put(current);
    const { seq } = current;
    await quick.until(() => seqOf(quick, 'a') === seq);
    quick.messages.splice(0, quick.messages.length, {
      id: lastId(quick),
      event: 'sync',
      data: { sessions: [current] },
    });
  }
  const metrics = await running.ask('/metrics');
  expect(metrics.text).not.toContain('livestatus_stream_syncs_total{reason="slow"}');
  let text = '';
  slow.on('data', (chunk) => {
    text += chunk.toString();
  });
  const caughtUp = new Promise<void>((resolve) => {
    slow.on('data', () => {
      if (text.includes('event: sync', text.indexOf('event: update')) && text.includes(`"seq":${current.seq}`))
        resolve();
    });
  });
  slow.resume();
  await caughtUp;
  expect((await running.ask('/metrics')).text).toContain('livestatus_stream_syncs_total{reason="slow"} 1');
  slow.destroy();
  quick.close();
}, 30_000);

it('HEAD tells of the stream without opening one', async () => {
  const answer = await running.ask('/events', {}, 'HEAD');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toContain('text/event-stream');
});

it('the 65th page is refused with a code and when to try again', async () => {
  const streams = await Promise.all(Array.from({ length: 64 }, () => running.listen()));
  const answer = await running.ask('/events');
  expect(answer.status).toBe(429);
  expect(answer.headers['retry-after']).toBe('10');
  expect(answer.json().code).toBe('too_many_streams');
  for (const stream of streams) stream.close();
});
