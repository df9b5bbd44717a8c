import { describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../turns/events.ts';
import { GatewayDecoder } from './decode.ts';
import { usageOf } from './decode-message.ts';

const NOW = 1_795_000_000_000;
const KEY = 'agent:main:main';

/** What the decoder makes of a run whose times are all `time`, after a frame that carries `time` as its own. */
function eventsWith(time: unknown): AgentEvent[] {
  const events: AgentEvent[] = [];
  const nobody = () => {};
  const decoder = new GatewayDecoder({
    event: (event) => events.push(event),
    onUnknownKey: nobody,
    onSyncNeeded: nobody,
  });
  const agent = (stream: string, data: unknown, ts: unknown = NOW) =>
    decoder.frame({ type: 'event', event: 'agent', payload: { runId: 'r', sessionKey: KEY, stream, data, ts } }, NOW);
  const item = { kind: 'tool', itemId: 'tool:c', toolCallId: 'c', name: 'exec', startedAt: time, endedAt: time };
  agent('lifecycle', { phase: 'start', startedAt: time });
  agent('item', { ...item, phase: 'start', status: 'running' }, time);
  agent('item', { ...item, phase: 'end', status: 'completed' });
  agent('lifecycle', { phase: 'end', startedAt: time, endedAt: time });
  const message = { role: 'user', content: 'x', timestamp: time, __openclaw: { id: 'l', recordTimestampMs: time } };
  decoder.frame({ type: 'event', event: 'session.message', payload: { sessionKey: KEY, message } }, NOW);
  return events;
}

function timesOf(events: readonly AgentEvent[]): number[] {
  return events.flatMap((event) =>
    Object.entries(event).flatMap(([name, value]) => (/Ms$/.test(name) && typeof value === 'number' ? [value] : [])),
  );
}

describe('numbers that cannot be true', () => {
  test.each([1e308, -1e308, Number.MAX_SAFE_INTEGER, -1, -NOW, 8.64e15])('a time of %d counts as absent', (time) => {
    const times = timesOf(eventsWith(time));
    expect(times.length).toBeGreaterThanOrEqual(5);
    expect(times.filter((ms) => ms !== NOW)).toEqual([]);
  });

  test('a time with a fraction is rounded: what is stored and published are integers', () => {
    expect(timesOf(eventsWith(NOW - 0.6)).filter((ms) => !Number.isInteger(ms))).toEqual([]);
  });

  test('no shift leads to before the epoch', () => {
    expect(timesOf(eventsWith(3_900_000_000_000)).filter((ms) => ms < 0)).toEqual([]);
  });

  test.each([-1, 1.5, 1e308])('a count of %d tokens counts as absent', (tokens) => {
    expect(usageOf({ input: tokens, output: 7, totalTokens: tokens })).toEqual({
      input: 0,
      output: 7,
      cacheRead: 0,
      cacheWrite: 0,
      total: 7,
    });
  });
});
