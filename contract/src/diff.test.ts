import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { session, steps } from '../test/arbitraries.ts';
import { type DeltaCase, overlaid, readFixture } from '../test/fixtures.ts';
import { apply, diff, type Session } from './index.ts';

const fixture = readFixture<{ base: Session; cases: DeltaCase[] }>('deltas');

/** Freezes everything below: a write to an argument throws. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}

const roundTrip = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('diff', () => {
  for (const row of fixture.cases.filter((c) => c.only_apply !== true)) {
    it(row.name, () => {
      expect(diff(overlaid(fixture.base, row.before), overlaid(fixture.base, row.after))).toStrictEqual(row.delta);
    });
  }

  it('is null for the same state, the same object or not', () => {
    fc.assert(
      fc.property(session, (a) => {
        expect(diff(a, a)).toBeNull();
        expect(diff(a, structuredClone(a))).toBeNull();
      }),
    );
  });

  it('is null when only as_of_ms differs: time passing is no change', () => {
    expect(diff(fixture.base, { ...fixture.base, as_of_ms: 999 })).toBeNull();
  });

  it('D2: is a delta when only the seq differs, so that the reader keeps up', () => {
    expect(diff(fixture.base, { ...fixture.base, seq: 11 })).toMatchObject({
      base_seq: 10,
      seq: 11,
      set: {},
      steps: [],
    });
  });

  it('treats an undefined optional field as absent', () => {
    const undefinedTitle = { ...fixture.base };
    Reflect.set(undefinedTitle, 'title', undefined);
    expect(diff(fixture.base, undefinedTitle)).toBeNull();
    expect(diff({ ...fixture.base, title: 't' }, undefinedTitle)?.set).toStrictEqual({ title: null });
  });

  it('names only the steps that changed when steps are changed, dropped in front and appended', () => {
    const after = fixture.base.steps
      .slice(1)
      .concat({ id: 'd', kind: 'text', label: 'x', status: 'done', started_ms: 9 });
    const delta = diff(fixture.base, { ...fixture.base, seq: 11, steps: after });
    expect(delta?.steps.map((s) => s.id)).toStrictEqual(['d']);
    expect(delta?.removed_steps).toStrictEqual(['a']);
  });

  it('refuses states of two sessions', () => {
    expect(() => diff(fixture.base, { ...fixture.base, id: 'other' })).toThrow(/one session, got s1 and other/);
  });
});

describe('apply(a, diff(a, b)) = b', () => {
  it('for any two states of a session, whatever the order of their steps, also over the wire', () => {
    fc.assert(
      fc.property(session, session, (a, b) => {
        deepFreeze([a, b]);
        const delta = diff(a, b);
        if (delta === null) expect({ ...a, as_of_ms: 0 }).toStrictEqual({ ...b, as_of_ms: 0 });
        else {
          expect(apply(a, deepFreeze(delta))).toStrictEqual(b);
          expect(apply(roundTrip(a), roundTrip(delta))).toStrictEqual(roundTrip(b));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('for states that differ in a few fields, as they do in life', () => {
    const next = fc.tuple(
      session,
      session,
      fc.subarray(['status', 'steps', 'tool_calls', 'usage', 'plan', 'title'] as const),
    );
    fc.assert(
      fc.property(next, ([a, other, fields]) => {
        const b = { ...a, seq: a.seq + 1 };
        for (const field of fields) if (other[field] !== undefined) Object.assign(b, { [field]: other[field] });
        const delta = diff(a, b);
        expect(delta !== null && apply(a, delta)).toStrictEqual(b);
        for (const field of Object.keys(delta?.set ?? {})) expect(fields).toContain(field);
      }),
    );
  });

  it('never names a step twice, and never more steps than there are', () => {
    fc.assert(
      fc.property(session, steps, (a, list) => {
        const delta = diff(a, { ...a, seq: a.seq + 1, steps: list });
        const upserts = delta?.steps.map((s) => s.id) ?? [];
        const removed = delta?.removed_steps ?? [];
        expect(new Set(upserts).size).toBe(upserts.length);
        expect(new Set(removed).size).toBe(removed.length);
        expect(upserts.length).toBeLessThanOrEqual(list.length);
        expect(removed.length).toBeLessThanOrEqual(a.steps.length);
      }),
    );
  });
});
