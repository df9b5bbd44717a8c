import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexText } from './index-text.ts';

const text = (value: unknown, indent?: number) => Buffer.from(JSON.stringify(value, null, indent));

/** Everything that the text says, entry by entry. */
function all(content: Buffer): unknown {
  const index = indexText(content);
  return index === undefined
    ? undefined
    : Object.fromEntries(
        [...index.keys()].flatMap((key) => {
          const entry = index.entry(key);
          return entry === undefined ? [] : [[key, entry]];
        }),
      );
}

const isEntry = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const entriesOf = (index: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(index).filter(([, value]) => isEntry(value)));

describe('an index', () => {
  it.each([{ indent: 2 }, { indent: 0 }, { indent: 4 }])(
    'says the same as its parsed whole, written with indent $indent',
    ({ indent }) => {
      const key = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('agent:main:main', 'a": {\n', '\n  "x": {\n  }', '__proto__'),
      );
      const index = fc.dictionary(
        key,
        fc.oneof(fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true }), fc.jsonValue()),
        { noNullPrototype: true },
      );
      fc.assert(
        fc.property(index, (value) => {
          const content = text(value, indent);
          expect(all(content)).toEqual(entriesOf(JSON.parse(content.toString())));
        }),
        { numRuns: 300 },
      );
    },
  );

  it('tells which entries have changed', () => {
    const before = indexText(text({ a: { x: 1 }, b: { x: 1 } }, 2));
    const after = indexText(text({ b: { x: 2 }, a: { x: 1 } }, 2));
    expect(after?.print('a')).toBe(before?.print('a'));
    expect(after?.print('b')).not.toBe(before?.print('b'));
    expect(after?.print('c')).toBeUndefined();
  });

  it.each(['', '{', '{\n  "a": {\n    "x": 1', '[]', 'null', '{\n  "a": {\n    "x": 1\n  },\n  "b": {'])(
    'that is damaged is said to be: %j',
    (content) => {
      expect(indexText(Buffer.from(content))).toBeUndefined();
    },
  );

  it('of nothing has no entries', () => {
    expect(all(Buffer.from('{}'))).toEqual({});
  });
});
