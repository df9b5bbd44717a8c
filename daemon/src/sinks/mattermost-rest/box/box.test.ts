import { readFileSync } from 'node:fs';
import { LIMITS, type Session } from '@livestatus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxMessage, boxMessageWithin, WITHDRAWN_MESSAGE } from './message.ts';
import { boxProps, readBox } from './props.ts';

interface Case {
  readonly name: string;
  readonly session: Readonly<Record<string, unknown>>;
  readonly max_lines?: number;
  readonly withdrawn?: boolean;
  readonly message: string;
  readonly props?: unknown;
}

const FIXTURE = new URL('../../../../../contract/fixtures/post-messages.json', import.meta.url);
const { base, cases } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { base: object; cases: readonly Case[] };

function sessionOf(overlay: object): Session {
  const merged = Object.entries({ ...base, ...overlay }).filter(([, value]) => value !== null);
  return Object.fromEntries(merged) as unknown as Session;
}

describe('a box says the same as the plugin says (contract/fixtures/post-messages.json)', () => {
  test.each(cases)('$name', ({ session: overlay, max_lines = 0, withdrawn = false, message, props }) => {
    const session = sessionOf(overlay);
    expect(withdrawn ? WITHDRAWN_MESSAGE : boxMessage(session, max_lines)).toBe(message);
    if (props !== undefined) expect(JSON.parse(boxProps(session, { withdrawn }))).toEqual(props);
  });
});

const hostile = fc.string({ unit: 'binary', maxLength: 300 });

test('whatever an agent says, a message keeps its limits and lets nothing out of its code spans', () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 30 }), fc.integer({ min: 500, max: 3_000 }), (texts, maxChars) => {
      const steps = texts.map((label, n) => ({ id: `${n}`, kind: 'tool', label, status: 'done', started_ms: 1 }));
      const message = boxMessageWithin(sessionOf({ steps }), 20, maxChars);
      expect([...message].length).toBeLessThanOrEqual(maxChars);
      for (const line of message.split('\n').slice(1))
        expect(line).toMatch(/^(?:[✓…] (?:`[^`]+`|\d+ earlier steps?)|Thinking)$/u);
    }),
  );
});

test('props stay within 8 KiB, and say whose they are', () => {
  const steps = Array.from({ length: 50 }, (_, n) => ({
    id: `step-${n}`,
    kind: 'tool',
    label: 'x'.repeat(120),
    detail: '\u0007'.repeat(1_000),
    status: 'done',
    started_ms: 1,
  }));
  const session = sessionOf({ status: 'done', ended_ms: 5, steps, title: '\u0001'.repeat(200) });
  const text = boxProps(session);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMITS.postPropsMaxBytes);
  expect(readBox({ type: 'custom_livestatus', props: { livestatus: text } })).toMatchObject({
    id: session.id,
    seq: session.seq,
  });
  expect(readBox({ type: 'custom_other', props: { livestatus: text } })).toBeUndefined();
  expect(readBox({ type: 'custom_livestatus', props: { livestatus: 'null' } })).toBeUndefined();
});
