// Prints how long a change takes from the feed to a page, over real HTTP on loopback: `node daemon/src/server/testing/measure.ts`
import type { Session, StreamUpdate } from '@livestatus/contract';
import { next, session } from './fake-feed.ts';
import { RunningServer, type Stream } from './running-server.ts';

const running = await new RunningServer().start();
const STEPS: Session['steps'] = Array.from({ length: 20 }, (_, n) => ({
  id: `step-${n}`,
  kind: 'tool',
  label: `Running npm test -- ${n}`,
  status: 'done',
  started_ms: n,
  ended_ms: n,
}));

function report(name: string, times: number[]): void {
  times.sort((a, b) => a - b);
  const at = (quantile: number) => (times[Math.floor(quantile * (times.length - 1))] ?? 0).toFixed(2);
  process.stdout.write(`${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms (${times.length} changes)\n`);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function isolated(stream: Stream): Promise<void> {
  const times: number[] = [];
  let current = session('single', { steps: STEPS });
  running.feed.put(current);
  for (let n = 0; n < 100; n++) {
    await pause(120);
    stream.messages.length = 0;
    const started = performance.now();
    current = next(current);
    running.feed.put(current);
    await stream.until(() => stream.messages.some(({ event }) => event === 'update'));
    times.push(performance.now() - started);
  }
  report('isolated change', times);
}

/** `rate` changes a second spread over `count` sessions; the time is from each change to the message that contains it. */
async function busy(stream: Stream, count: number, rate: number, seconds: number): Promise<void> {
  const sessions = Array.from({ length: count }, (_, n) => session(`busy-${count}-${n}`, { steps: STEPS }));
  for (const each of sessions) running.feed.put(each);
  await pause(300);
  const put = new Map<string, { seq: number; at: number }[]>();
  const times: number[] = [];
  stream.messages.length = 0;
  let changes = 0;
  const started = performance.now();
  const reading = (async () => {
    for (;;) {
      await stream.until(() => stream.messages.length > 0);
      const now = performance.now();
      for (const { event, data } of stream.messages.splice(0)) {
        if (event !== 'update') continue;
        for (const { id, seq } of (data as unknown as StreamUpdate).deltas) {
          const waiting = put.get(id) ?? [];
          while (waiting[0] !== undefined && waiting[0].seq <= seq) times.push(now - (waiting.shift()?.at ?? now));
        }
      }
      if (changes === rate * seconds && times.length === changes) return;
    }
  })();
  while (changes < rate * seconds) {
    const due = Math.min(rate * seconds, Math.floor(((performance.now() - started) / 1000) * rate));
    for (; changes < due; changes++) {
      const index = changes % count;
      const after = next(sessions[index] ?? session('x'), { last_event_ms: changes });
      sessions[index] = after;
      put.set(after.id, [...(put.get(after.id) ?? []), { seq: after.seq, at: performance.now() }]);
      running.feed.put(after);
    }
    await pause(1);
  }
  await reading;
  report(`${count} sessions, ${rate} changes/s`, times);
  for (const each of sessions) running.feed.remove(each.id);
}

const stream = await running.listen();
await isolated(stream);
for (const count of [1, 100, 1000]) await busy(stream, count, 2000, 5);
stream.close();
await running.stop();
