import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BatchRequest } from '@livestatus/contract';
import { expect, test } from 'vitest';
import { FakeClock } from '../../state/testing/fake-clock.ts';
import { FakePlugin } from '../../testing/sinks/fake-plugin.ts';
import { session, wanted } from '../../testing/sinks/sessions.ts';
import { Lane } from './lane.ts';
import { type BatchOutcome, Outbox } from './outbox.ts';
import { Sequence } from './seq.ts';

test('after a pause with a fraction of a millisecond (jitter) every time in a batch is a whole one', async () => {
  const clock = new FakeClock(1_800_000_000_000);
  const plugin = new FakePlugin();
  const requests: BatchRequest[] = [];
  const outcomes: BatchOutcome[] = [{ kind: 'unclear' }];
  const outbox = new Outbox({
    daemonId: 'daemon-a',
    throttleMs: 500,
    sequence: new Sequence({ ceiling: 0, reserve: () => {} }),
    isComplete: () => true,
    onReceipt: () => {},
  });
  const lane = new Lane({
    outbox,
    clock,
    backoff: { next: () => 1_234.6885, reset: () => {} },
    receiver: {
      send: async ({ body }) => {
        const request = JSON.parse(body) as BatchRequest;
        requests.push(request);
        return outcomes.shift() ?? { kind: 'answered', answer: plugin.batch('bot', request, clock.now()) };
      },
      remove: async () => ({ done: true }),
    },
  });
  lane.open();
  outbox.put('a', wanted(session('a')));
  lane.poke();
  for (let ms = 0; ms < 3_000; ms += 100) {
    clock.advance(100);
    await nextTurn();
  }
  await lane.stop();

  expect(requests.length).toBeGreaterThan(1);
  for (const request of requests) {
    expect(request.as_of_ms % 1).toBe(0);
    for (const change of request.changes) expect([change.seq % 1, change.as_of_ms % 1]).toEqual([0, 0]);
  }
});
