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
const random = readFixture<{ cases: { since: Session[]; after: Session; payload: string }[] }>('random-patches').cases;
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

  it('reads what Go has written, from every state that a patch leads on from', () => {
    expect(random.flatMap(({ since }) => since).length).toBeGreaterThan(50);
    const isUpdate = validator('ChannelUpdate');
    for (const { since, after, payload } of random) {
      const update = decodePayload(payload);
      const [patch] = update?.patches ?? [];
      if (patch === undefined) throw new Error(`no patch in ${payload}`);
      expect(isUpdate([1, [patch]]), JSON.stringify(isUpdate.errors)).toBe(true);
      for (const before of since) {
        const answer = accept(before, deltaOf(patch, before));
        expect(answer.ok && answer.session).toStrictEqual(asFarAsToldOf(before, after));
      }
    }
  });

  const patch = (changes: PatchChanges): Patch => ['s1', 9000, 600, { a: null, c: 9, ...changes }];

  it('D3: to somebody with an older state, or none, it is a delta that does not fit', () => {
    for (const known of [undefined, { ...base, seq: 8999 }]) {
      const delta = deltaOf(patch({}), known);
      expect(delta).toMatchObject({ id: 's1', base_seq: 9000, seq: 9600, set: {}, steps: [] });
      expect(accept(known, delta)).toMatchObject({ ok: false, reason: 'resync' });
    }
  });

  it('D3: to somebody who has it already it is no news', () => {
    const known = { ...base, seq: 9600 };
    expect(accept(known, deltaOf(patch({}), known))).toMatchObject({ ok: true, changed: false });
    const newer = { ...base, seq: 9601 };
    expect(accept(newer, deltaOf(patch({}), newer))).toMatchObject({ ok: false, reason: 'resync', seq: 9601 });
  });

  const misplaced: readonly (readonly [string, PatchChanges])[] = [
    ['changes a step that is not there', { s: [{ i: 'z', s: 2 }] }],
    ['has an activity that this reader does not know', { a: 99 }],
    ['changes to a status that this reader does not know', { s: [{ i: 'a', s: 99 }] }],
    ['adds a step of a kind that this reader does not know', { p: [{ i: 'z', k: -1, l: '', b: 0 }] }],
  ];

  it.each(misplaced)('D3: it fits nobody if it %s', (_, changes) => {
    const delta = deltaOf(patch(changes), base);
    expect(accept(base, delta)).toMatchObject({ ok: false, reason: 'resync', seq: 9000 });
  });

  it('removes what is there of the steps that leave', () => {
    expect(apply(base, deltaOf(patch({ r: ['z', 'b'] }), base)).steps.map(({ id }) => id)).toStrictEqual(['a', 'c']);
  });

  it('keeps the reference of what it does not name', () => {
    const after = apply(base, deltaOf(patch({ s: [{ i: 'c', s: 2 }] }), base));
    expect(after.usage).toBe(base.usage);
    expect(after.steps[0]).toBe(base.steps[0]);
  });

  it('never throws, whatever the names and numbers', () => {
    const places = fc.integer({ min: -2, max: 6 });
    const ids = fc.constantFrom(...'abcdefghijklz');
    const anyChanges = fc.record({
      t: fc.integer(),
      s: fc.array(fc.record({ i: ids, l: fc.string(), q: fc.nat({ max: 99 }), s: places })),
      r: fc.array(ids),
    });
    fc.assert(
      fc.property(session, fc.nat({ max: 1000 }), fc.integer(), anyChanges, (known, base, step, changes) => {
        const answer = accept(known, deltaOf([known.id, base, step, changes], known));
        const steps = (answer.ok ? answer.session : known).steps.map(({ id }) => id);
        expect(new Set(steps).size).toBe(steps.length);
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
