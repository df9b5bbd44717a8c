import { describe, expect, it } from 'vitest';
import { type DeltaCase, overlaid, readFixture } from '../test/fixtures.ts';
import { apply, type Delta, type Session } from './index.ts';

const { base, cases } = readFixture<{ base: Session; cases: DeltaCase[] }>('deltas');
const random = readFixture<{ cases: { before: Session; after: Session; delta: Delta }[] }>('random-deltas');
const nothing: Delta = {
  id: 's1',
  base_seq: 10,
  seq: 11,
  as_of_ms: 12,
  set: {},
  steps: [],
  removed_steps: [],
  steps_dropped: 0,
};

describe('apply', () => {
  for (const row of cases) {
    it(row.name, () => {
      expect(apply(overlaid(base, row.before), row.delta)).toStrictEqual(overlaid(base, row.after));
    });
  }

  it('agrees with the recorded random deltas, which Go reads too', () => {
    for (const row of random.cases) expect(apply(row.before, row.delta)).toStrictEqual(row.after);
  });

  it('keeps the reference of everything that the delta does not name', () => {
    const plain = apply(base, nothing);
    expect(plain.steps).toBe(base.steps);
    expect(plain.agent).toBe(base.agent);

    const [a, b, c] = base.steps as [Session['steps'][0], Session['steps'][0], Session['steps'][0]];
    const changed = apply(base, { ...nothing, steps: [{ ...a }, { ...c, status: 'done', ended_ms: 9 }] });
    expect(changed.steps[0]).toBe(a);
    expect(changed.steps[1]).toBe(b);
    expect(changed.steps[2]).not.toBe(c);
  });

  it('ignores names in set that are not settable, JavaScript internals too', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"status":"error"},"constructor":1,"seq":99,"id":"x","steps":null,"colour":"red"}',
    ) as Delta['set'];
    expect(apply(base, { ...nothing, set: hostile })).toStrictEqual({ ...base, seq: 11, as_of_ms: 12 });
  });
});
