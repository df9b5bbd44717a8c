import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { session } from '../test/arbitraries.ts';
import { type Overlay, overlaid, readFixture } from '../test/fixtures.ts';
import { validatorOf } from '../test/schemas.ts';
import {
  accept,
  apply,
  type ChannelUpdate,
  decodePayload,
  deltaOf,
  encodePayload,
  type Patch,
  type PatchChanges,
  type Session,
} from './index.ts';

interface PatchCase {
  readonly name: string;
  readonly before: Overlay;
  readonly after: Overlay;
  readonly patch: Patch;
}

const { base, cases } = readFixture<{ base: Session; cases: PatchCase[] }>('patches');
const random = readFixture<{ cases: { before: Session; after: Session; payload: string }[] }>('random-patches').cases;
const validator = validatorOf();

/** What a patch says of a session: not the box, and not whether its daemon is silent (D2). */
const asFarAsToldOf = (before: Session, { post_id: _, offline: __, ...after }: Session): object => ({
  ...after,
  ...(before.post_id !== undefined && { post_id: before.post_id }),
  ...(before.offline !== undefined && { offline: before.offline }),
});

describe('deltaOf', () => {
  it.each(cases)('$name', ({ before, after, patch }) => {
    const known = overlaid(base, before);
    expect(validator('Patch')(patch)).toBe(true);
    expect(apply(known, deltaOf(patch, known))).toStrictEqual(overlaid(base, after));
    expect(known).toStrictEqual(overlaid(base, before));
  });

  it('reads what Go has written, from any state to any other', () => {
    expect(random.length).toBeGreaterThan(50);
    const isUpdate = validator('ChannelUpdate');
    for (const { before, after, payload } of random) {
      const update = decodePayload(payload);
      const [patch] = update?.patches ?? [];
      if (patch === undefined) throw new Error(`no patch in ${payload}`);
      expect(isUpdate([1, [patch]]), JSON.stringify(isUpdate.errors)).toBe(true);
      expect(apply(before, deltaOf(patch, before))).toStrictEqual(asFarAsToldOf(before, after));
    }
  });

  const patch = (changes: PatchChanges): Patch => ['s1', 9000, 600, { a: null, c: 9, ...changes }];

  it('D3: to somebody without the base it is a delta that does not fit', () => {
    for (const known of [undefined, { ...base, seq: 8999 }]) {
      const delta = deltaOf(patch({}), known);
      expect(delta).toMatchObject({ id: 's1', base_seq: 9000, seq: 9600, set: {}, steps: [] });
      expect(accept(known, delta)).toMatchObject({ ok: false, reason: 'resync' });
    }
  });

  it('D3: to somebody who has it already it is no news', () => {
    const known = { ...base, seq: 9600 };
    expect(accept(known, deltaOf(patch({}), known))).toMatchObject({ ok: true, changed: false });
  });

  const misplaced: readonly (readonly [string, PatchChanges])[] = [
    ['changes the fourth of three', { s: [{ x: 3, s: 2 }] }],
    ['changes one before the first', { s: [{ x: -1 }] }],
    ['changes half a step', { s: [{ x: 0.5 }] }],
    ['removes the eighth of three', { r: [0, 7] }],
    ['has an activity that this reader does not know', { a: 99 }],
    ['changes to a status that this reader does not know', { s: [{ x: 0, s: 99 }] }],
    ['adds a step of a kind that this reader does not know', { p: [{ i: 'z', k: -1, l: '', b: 0 }] }],
  ];

  it.each(misplaced)('D3: it fits nobody if it %s', (_, changes) => {
    const delta = deltaOf(patch(changes), base);
    expect(accept(base, delta)).toMatchObject({ ok: false, reason: 'resync', seq: 9000 });
  });

  it('keeps the reference of what it does not name', () => {
    const after = apply(base, deltaOf(patch({ s: [{ x: 2, s: 2 }] }), base));
    expect(after.usage).toBe(base.usage);
    expect(after.steps[0]).toBe(base.steps[0]);
  });

  it('never throws, whatever the places and numbers', () => {
    const places = fc.integer({ min: -2, max: 14 });
    const anyChanges = fc.record({
      t: fc.integer(),
      s: fc.array(fc.record({ x: places, l: fc.string(), q: fc.nat({ max: 99 }), s: places })),
      r: fc.array(places),
    });
    fc.assert(
      fc.property(session, fc.nat({ max: 1000 }), fc.integer(), anyChanges, (known, base, step, changes) => {
        const answer = accept(known, deltaOf([known.id, base, step, changes], known));
        const ids = (answer.ok ? answer.session : known).steps.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});

describe('the payload', () => {
  it('is JSON with its quotes exchanged, whatever it says', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (removed) => {
        const payload = encodePayload([1, [], { removed }]);
        expect(decodePayload(payload)).toStrictEqual({ sessions: [], patches: [], daemons: [], posts: [], removed });
      }),
    );
    expect(encodePayload([1, [], { removed: [`"it's"`] }])).toBe(`[1,[],{'removed':['\\'it"s\\'']}]`);
  });

  it('costs nothing inside a JSON string', () => {
    const update: ChannelUpdate = [1, [['s', 1, 1, { a: 1, set: { title: 'x' } }]]];
    expect(JSON.stringify(encodePayload(update))).toHaveLength(JSON.stringify(update).length + 2);
  });

  it.each([
    ['no text', undefined],
    ['no text', 7],
    ['no JSON', '{'],
    ['no list', "{'v':1}"],
    ['ordinary JSON', '[1,[],{"removed":[]}]'],
    ['a newer version', encodePayload([2, []])],
    ['no version', '[]'],
    ['something whose rest is no object', '[1,[],null]'],
    ['something that is no list of patches', '[1,{}]'],
    ['something with a list that is none', "[1,[],{'posts':{}}]"],
  ])('is not read if it is %s: %s', (_, payload) => {
    expect(decodePayload(payload)).toBeUndefined();
  });
});
