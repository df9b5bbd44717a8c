import { apply, diff, type Session, type Step } from '@livestatus/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { session } from '../testing/fake-feed.ts';
import { merge } from './merge.ts';

/** Steps out of few ids, so that removing, adding again and changing the same step all happen. */
const steps = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    label: fc.constantFrom('x', 'y'),
    status: fc.constantFrom('running', 'done'),
  }),
  { selector: (step) => step.id },
);

const state = fc.record({
  steps: steps.map((list): Step[] => list.map((step) => ({ kind: 'tool', started_ms: 1, ...step }) as Step)),
  title: fc.option(fc.constantFrom('one', 'two'), { nil: undefined }),
  stalled: fc.option(fc.boolean(), { nil: undefined }),
  tool_calls: fc.nat(3),
  steps_dropped: fc.nat(3),
});

function toSession(
  { title, stalled, ...rest }: typeof state extends fc.Arbitrary<infer T> ? T : never,
  seq: number,
): Session {
  const made = session('s', { ...rest, seq, as_of_ms: 1000 + seq });
  return { ...made, ...(title !== undefined && { title }), ...(stalled !== undefined && { stalled }) };
}

describe('merge', () => {
  it('makes of any two deltas in a row one that leads to the same session', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 3, maxLength: 6 }), (states) => {
        const sessions = states.map((each, index) => toSession(each, index + 1));
        const [first, ...rest] = sessions;
        if (first === undefined) return;
        let merged: ReturnType<typeof merge>;
        let before = first;
        for (const after of rest) {
          const delta = diff(before, after);
          if (delta === null) throw new Error('a greater seq is a change');
          merged = merged === undefined ? delta : merge(merged, delta);
          before = after;
        }
        if (merged === undefined) throw new Error('every delta continues the one before');
        expect(apply(first, merged)).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses deltas that do not follow each other', () => {
    const delta = {
      id: 's',
      base_seq: 1,
      seq: 2,
      as_of_ms: 1,
      set: {},
      steps: [],
      removed_steps: [],
      steps_dropped: 0,
    };
    expect(merge(delta, { ...delta, base_seq: 3, seq: 4 })).toBeUndefined();
    expect(merge(delta, { ...delta, id: 't', base_seq: 2, seq: 3 })).toBeUndefined();
  });
});
