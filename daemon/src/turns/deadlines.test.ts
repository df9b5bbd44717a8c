import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deadlines } from './deadlines.ts';

describe('deadlines', () => {
  it('come up in order of time', () => {
    const deadlines = new Deadlines();
    for (const [id, at] of [
      ['c', 30],
      ['a', 10],
      ['b', 20],
    ] as const)
      deadlines.set(id, at);
    expect(deadlines.next).toBe(10);
    expect(deadlines.take(20)).toEqual(['a', 'b']);
    expect(deadlines.next).toBe(30);
    expect(deadlines.take(29)).toEqual([]);
    expect(deadlines.take(30)).toEqual(['c']);
    expect(deadlines.next).toBe(Number.POSITIVE_INFINITY);
  });

  it('an earlier one replaces a later one; a later one comes up early', () => {
    const deadlines = new Deadlines();
    deadlines.set('a', 20);
    deadlines.set('a', 10);
    deadlines.set('a', 30);
    expect(deadlines.take(10)).toEqual(['a']);
    expect(deadlines.take(100)).toEqual([]);
  });

  it('one that is deleted does not come up', () => {
    const deadlines = new Deadlines();
    deadlines.set('a', 10);
    deadlines.set('b', 20);
    deadlines.delete('a');
    expect(deadlines.next).toBe(20);
    deadlines.set('a', 15);
    expect(deadlines.take(20)).toEqual(['a', 'b']);
  });

  it('behave like a sorted list, whatever is set, deleted and taken', () => {
    const step = fc.oneof(
      fc.record({
        what: fc.constant('set' as const),
        id: fc.integer({ max: 9, min: 0 }),
        at: fc.integer({ max: 50, min: 0 }),
      }),
      fc.record({ what: fc.constant('delete' as const), id: fc.integer({ max: 9, min: 0 }), at: fc.constant(0) }),
      fc.record({ what: fc.constant('take' as const), id: fc.constant(0), at: fc.integer({ max: 60, min: 0 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const deadlines = new Deadlines();
        const model = new Map<string, number>();
        for (const { what, id, at } of steps) {
          const name = String(id);
          if (what === 'set') {
            deadlines.set(name, at);
            model.set(name, Math.min(at, model.get(name) ?? at));
          } else if (what === 'delete') {
            deadlines.delete(name);
            model.delete(name);
          } else {
            const due = [...model].filter(([, time]) => time <= at);
            expect([...deadlines.take(at)].sort()).toEqual(due.map(([due]) => due).sort());
            for (const [taken] of due) model.delete(taken);
          }
          expect(deadlines.next).toBe(Math.min(Number.POSITIVE_INFINITY, ...model.values()));
        }
      }),
      { numRuns: 300 },
    );
  });
});
