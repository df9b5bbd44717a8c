import type { Anchor } from './anchors.ts';
import { BASE64, DASH, DOT, isDigit, isWordStart, runEnd, UNDERSCORE, WORD } from './chars.ts';
import { type Cursor, MAX_BARE } from './cursor.ts';
import { jointAfter } from './joints.ts';
import { KEY_WORDS, type KeyName, keyNameAt, QUERY_WORDS, queryNameAt } from './key-names.ts';
import type { Findings } from './ranges.ts';
import { valueAfter } from './values.ts';

/** Values that are secret because of the name before them: `KEY=value`, `"key": "value"`, `--key value`, headers, YAML. */
export const NAME_ANCHORS: readonly Anchor[] = [
  ...KEY_WORDS.map(
    (word): Anchor => ({
      literal: word,
      fold: true,
      find: (cursor, at, findings) => findValue(cursor, keyNameAt(cursor.text, at, word), at, findings),
    }),
  ),
  ...QUERY_WORDS.flatMap((word) =>
    [`?${word}`, `&${word}`].map(
      (literal): Anchor => ({
        literal,
        fold: true,
        find: (cursor, at, findings) => findValue(cursor, queryNameAt(cursor.text, at, word), at, findings),
      }),
    ),
  ),
];

function findValue(cursor: Cursor, key: KeyName | undefined, at: number, findings: Findings): number {
  const joint = key && jointAfter(cursor, key);
  const value = key && joint && valueAfter(cursor, key, joint);
  if (value === undefined) return at;
  findings.add(value.start, value.end);
  return value.end;
}

/** `Bearer x` and `Basic x` without their header's name. */
export const SCHEME_ANCHORS: readonly Anchor[] = ['bearer', 'basic'].map((literal) => ({
  literal,
  fold: true,
  find: (cursor, at, findings) => findCredential(cursor.text, at, at + literal.length, findings),
}));

const GAP = /^(?:[ \t]{1,4}|%20|\+)/;
const CREDENTIAL = WORD | UNDERSCORE | DASH | DOT | BASE64;

function findCredential(text: string, at: number, wordEnd: number, findings: Findings): number {
  const gap = GAP.exec(text.slice(wordEnd, wordEnd + 4))?.[0];
  if (gap === undefined || !isWordStart(text, at)) return at;
  const start = wordEnd + gap.length;
  const end = runEnd(text, start, CREDENTIAL, MAX_BARE);
  if (end - start < 16 || !hasDigit(text, start, end)) return at;
  findings.add(start, end);
  return end;
}

function hasDigit(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (isDigit(text, at)) return true;
  return false;
}
