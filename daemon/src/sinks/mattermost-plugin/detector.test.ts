import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../state/testing/fake-clock.ts';
import type { PluginClient } from './client.ts';
import { PluginDetector } from './detector.ts';

type Answer = Awaited<ReturnType<PluginClient['health']>>;

const PRESENT: Answer = { ok: true, value: { status: 'healthy', version: '5.0.0' } };
const MISSING: Answer = { ok: false, trouble: { kind: 'not_found', reason: 'status 404' } };

function world(first: Answer) {
  const clock = new FakeClock(1_000);
  const seen: string[] = [];
  const server = { answer: first, looks: 0 };
  const detector = new PluginDetector({
    client: {
      health: async () => {
        server.looks += 1;
        return server.answer;
      },
    },
    clock,
    onState: ({ kind }) => seen.push(kind),
  });
  detector.start();
  const wait = async (seconds: number): Promise<void> => {
    for (let n = 0; n < seconds; n += 1) {
      await nextTurn();
      clock.advance(1_000);
    }
    await nextTurn();
  };
  return { detector, server, seen, wait };
}

describe('looking for the plugin', () => {
  test('D7: one that was there and is disabled is found within a heartbeat after it is enabled again', async () => {
    const { detector, server, seen, wait } = world(PRESENT);
    await wait(5);
    server.answer = MISSING;
    detector.doubt();
    await wait(70);
    expect(seen.at(-1)).toBe('missing');
    server.answer = PRESENT;
    await wait(20);
    expect(seen.at(-1)).toBe('present');
    detector.stop();
  });

  test('a server that never had one is asked once a minute', async () => {
    const { detector, server, wait } = world(MISSING);
    await wait(180);
    expect(server.looks).toBeLessThanOrEqual(4);
    detector.stop();
  });
});
