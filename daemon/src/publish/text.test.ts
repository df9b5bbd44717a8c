import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePointLength, cut, firstLine, oneLine, plainText, stripInvisible } from './text.ts';

const FAMILY = '👩‍👩‍👧‍👦';

describe('oneLine', () => {
  it.each([
    ['line breaks become blanks', 'a\r\nb\n\n c\td\u2028e\u0085f', 'a b c d e f'],
    ['ANSI escapes go', '\x1b[31mred\x1b[0m \x1b]0;title\x07end \x9b1mx', 'red end x'],
    ['control characters and NUL go', 'a\x00b\x08c\x7fd\x9fe', 'abcde'],
    ['bidi controls go', 'abc\u202egnp.exe\u202c \u2066x\u2069\u200f', 'abcgnp.exe x'],
    ['zero-width characters go', 'pa\u200bss\u2060wo\ufeffrd\u00ad \u180e\u034f!', 'password !'],
    ['invisible fillers and tags go', 'a\u3164b\u115fc\u{e0041}\u{e0020}d\u{e0101}', 'abcd'],
    ['lone surrogates are replaced', 'a\ud800b\udc00c', 'a\ufffdb\ufffdc'],
    ['emoji keep their joiners', `x ${FAMILY} ❤️ 1️⃣ 👍🏽`, `x ${FAMILY} ❤️ 1️⃣ 👍🏽`],
    ['joiners elsewhere go', 'a\u200db\ufe0fc', 'abc'],
    ['right-to-left text stays', 'مرحبا بالعالم שלום', 'مرحبا بالعالم שלום'],
    ['HTML and markdown stay text', '<b onclick=x>**hi** [a](b)</b>', '<b onclick=x>**hi** [a](b)</b>'],
    ['a heap of accents gets lower', `a${'\u0301'.repeat(50)}b`, `a${'\u0301'.repeat(8)}b`],
    ['nothing is left of nothing', ' \n\u200b\x1b[0m ', ''],
  ])('%s', (_, text, expected) => {
    expect(oneLine(text)).toBe(expected);
  });

  it('does not read a huge text to its end', () => {
    expect(oneLine('a'.repeat(1_000_000)).length).toBe(4_096);
  });
});

describe('plainText', () => {
  it('keeps lines, and collapses what is between them', () => {
    expect(plainText(' a\t b\r\n\r\n\r\n\r\nc \u200b\n  d ')).toBe('a b\n\nc\nd');
  });
});

describe('cut', () => {
  it.each([
    ['short text stays', 'abc', 3, 'abc'],
    ['the limit counts code points', '😀😀😀', 3, '😀😀😀'],
    ['long text ends in an ellipsis', 'abcdef', 4, 'abc…'],
    ['no blank before the ellipsis', 'ab cdef', 4, 'ab…'],
    ['a family is not torn apart', `ab${FAMILY}cd`, 8, 'ab…'],
    ['an accent stays with its letter', 'cafe\u0301s and more', 5, 'caf…'],
    ['a flag is one', '🇩🇪🇫🇷🇮🇹', 4, '🇩🇪…'],
    ['a heap of accents is cut all the same', `a${'\u0301'.repeat(50)}`, 10, `a${'\u0301'.repeat(8)}…`],
  ])('%s', (_, text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });
});

describe('firstLine', () => {
  it('is the first that has something on it', () => {
    expect(firstLine('\n \u200b\r\n  fix it \nnow')).toBe('fix it');
    expect(firstLine(' \n ')).toBe('');
  });
});

describe('any text', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 300 });

  it('becomes one well-formed line without invisible characters, within the limit', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 150 }), (text, max) => {
        const line = cut(oneLine(text), max);
        expect(line.isWellFormed()).toBe(true);
        expect(codePointLength(line)).toBeLessThanOrEqual(max);
        expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it('is cleaned once: doing it again changes nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const line = oneLine(text);
        expect(oneLine(line)).toBe(line);
        expect(stripInvisible(line)).toBe(line);
      }),
    );
  });
});
