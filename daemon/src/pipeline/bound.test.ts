import { describe, expect, test } from 'vitest';
import type { AgentEvent } from '../turns/events.ts';
import { boundEvent, MAX_TEXT } from './bound.ts';

const LONG = 'x'.repeat(MAX_TEXT * 10);
const base = { key: 'k', at: 1, tsMs: 1, run: { runId: 'r' } } as const;

describe('texts of an event are bounded before they are kept', () => {
  test.each<[string, AgentEvent]>([
    ['interim text', { ...base, type: 'text', itemId: 'i', text: LONG }],
    ['request', { type: 'request', key: 'k', at: 1, recordedMs: 1, text: LONG }],
    [
      'tool',
      {
        ...base,
        type: 'tool',
        callId: 'c',
        phase: 'started',
        title: LONG,
        meta: LONG,
        error: LONG,
        input: { a: LONG },
      },
    ],
    ['failed attempt', { ...base, type: 'run.attemptFailed', message: LONG }],
    ['error', { ...base, type: 'run.ended', endedMs: 1, outcome: { kind: 'error', message: LONG } }],
    [
      'plan',
      { ...base, type: 'plan', items: Array.from({ length: 500 }, () => ({ text: LONG, status: 'pending' as const })) },
    ],
    [
      'joined run',
      {
        ...base,
        type: 'run.joined',
        startedMs: 1,
        request: { type: 'request', key: 'k', at: 1, recordedMs: 1, text: LONG },
      },
    ],
  ])('%s', (_, event) => {
    expect(JSON.stringify(boundEvent(event)).length).toBeLessThan(60 * MAX_TEXT);
    expect(JSON.stringify(boundEvent(event))).not.toContain('x'.repeat(MAX_TEXT + 1));
  });

  test('what fits is the same object', () => {
    const event: AgentEvent = {
      ...base,
      type: 'tool',
      callId: 'c',
      phase: 'started',
      title: 'short',
      input: { a: 'b' },
    };
    expect(boundEvent(event)).toBe(event);
  });

  test('the cut never goes through a surrogate pair', () => {
    const event: AgentEvent = { ...base, type: 'text', itemId: 'i', text: `${'x'.repeat(MAX_TEXT - 1)}🚀 and more` };
    const bounded = boundEvent(event);
    expect(bounded.type === 'text' && bounded.text.isWellFormed()).toBe(true);
  });
});
