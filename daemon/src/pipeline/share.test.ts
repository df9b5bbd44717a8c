import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { TextPool } from '../publish/text-pool.ts';
import type { AgentEvent, ToolEvent } from '../turns/events.ts';
import { boundEvent } from './bound.ts';
import { shareTexts } from './share.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function call(texts: Partial<ToolEvent>): ToolEvent {
  return { type: 'tool', key: 'k', at: 1, tsMs: 1, callId: 'c', phase: 'started', ...texts };
}

/** What these events keep alive, in bytes. */
function heldBy(make: () => readonly AgentEvent[]): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const held = make();
  collectGarbage();
  const bytes = process.memoryUsage().heapUsed - before;
  expect(held.length).toBeGreaterThan(0);
  return bytes;
}

describe('texts of steps', () => {
  it('are the same after sharing', () => {
    const event = call({ name: 'read', title: 'Read a.ts', meta: 'from a.ts', input: { path: 'a.ts', note: '' } });
    expect(shareTexts(event, new TextPool(10))).toEqual(event);
  });

  it.each<[string, AgentEvent]>([
    ['without any', call({ phase: 'ended', outcome: 'done' })],
    ['of another kind', { type: 'thinking', key: 'k', at: 1, tsMs: 1, run: { runId: 'r' } }],
  ])('an event %s is passed on as it is', (_, event) => {
    expect(shareTexts(event, new TextPool(10))).toBe(event);
  });

  it('that are equal are held once', () => {
    const pool = new TextPool(10);
    // As from frames: each a string of its own.
    const fresh = () => JSON.parse(JSON.stringify({ path: `src/${'deep/'.repeat(30)}a.ts` })) as { path: string };
    const pooled = heldBy(() => Array.from({ length: 5_000 }, () => shareTexts(call({ input: fresh() }), pool)));
    const apart = heldBy(() => Array.from({ length: 5_000 }, () => call({ input: fresh() })));
    expect(apart - pooled).toBeGreaterThan(5_000 * 100);
  });

  it('that were cut do not hold what they were cut from', () => {
    const bytes = heldBy(() =>
      Array.from({ length: 20 }, (_, n) => boundEvent(call({ error: `${n}`.repeat(500_000) }))),
    );
    expect(bytes).toBeLessThan(2_000_000);
  });
});
