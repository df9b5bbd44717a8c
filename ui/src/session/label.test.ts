import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelText, parseLabel } from './label.ts';

describe('a label', () => {
  it('shows what stands between backticks as code', () => {
    expect(parseLabel('Ran `npm run lint` · exit code 2')).toEqual([
      { kind: 'text', text: 'Ran ' },
      { kind: 'code', text: 'npm run lint' },
      { kind: 'text', text: ' · exit code 2' },
    ]);
  });

  it.each(['Running `npm test', 'a ` b', '``', '` `', '<b>bold</b>', '[a](b)'])(
    'keeps %s as the text that it is',
    (label) => {
      expect(parseLabel(label)).toEqual([{ kind: 'text', text: label }]);
    },
  );

  it('is nothing for an empty label', () => expect(parseLabel('')).toEqual([]));

  it('loses no character but the backticks of its spans', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', ' ', '<', '*') }), (label) => {
        expect(labelText(label).replaceAll('`', '')).toBe(label.replaceAll('`', ''));
      }),
    );
  });
});
