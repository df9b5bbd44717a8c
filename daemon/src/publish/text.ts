/// <reference lib="es2024.string" />
import { stripVTControlCharacters } from 'node:util';

/** Text from agents, made fit for one line of a page, a post or a terminal. All functions are pure and never throw. */

/** Control characters (C0, C1, DEL) other than the blanks among them. */
const CONTROLS = '\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f';
/**
 * What takes no room, changes the direction of what follows, or is not seen: soft hyphen, grapheme joiner, Arabic letter
 * mark, Hangul fillers, Khmer and Mongolian vowel signs that show nothing, zero-width characters, bidi marks, embeddings,
 * overrides and isolates, invisible operators, variation selectors, BOM, annotation anchors, tags. Joiners and the emoji
 * selector are looked at one by one.
 */
const INVISIBLE =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}';
const ALL_UNSEEN = new RegExp(`[${CONTROLS}${INVISIBLE}]`, 'gu');
/** Emoji made of several: they need their joiner and their selector. */
const EMOJI_SEQUENCE =
  /\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}]?\ufe0f?(?:\u200d\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}]?\ufe0f?)*/gu;
const KEYCAP = /[0-9#*]\ufe0f\u20e3/gu;

/** Lone surrogates become U+FFFD. */
export function wellFormed(text: string): string {
  return text.toWellFormed();
}

/** The same in code units, which is several times as fast; the last range is the upper half of tags and selectors. */
const MAYBE_UNSEEN = new RegExp(`[${CONTROLS}${INVISIBLE.replace(/\\u\{.*$/, '')}\\udb40-\\udb43]`);

/** Without control characters, ANSI escapes and characters that nobody sees. Line breaks and tabs stay. */
export function stripInvisible(text: string): string {
  if (!MAYBE_UNSEEN.test(text)) return text;
  const plain = /[\x1b\x9b]/.test(text) ? stripVTControlCharacters(text) : text;
  const kept = new Set<number>();
  for (const pattern of [EMOJI_SEQUENCE, KEYCAP]) {
    for (const hit of plain.matchAll(pattern)) keepJoiners(hit[0], hit.index, kept);
  }
  return plain.replace(ALL_UNSEEN, (char: string, at: number) => (kept.has(at) ? char : ''));
}

function keepJoiners(sequence: string, at: number, kept: Set<number>): void {
  for (let i = 0; i < sequence.length; i += 1) {
    if (sequence[i] === '\u200d' || sequence[i] === '\ufe0f') kept.add(at + i);
  }
}

/** No script puts more marks on one letter; a heap of them is drawn over the lines above and below. */
const HEAP_OF_MARKS = /(\p{M}{8})\p{M}+/gu;

/** Code units of which a line is made at most; the rest of a huge text is not even looked at. */
const MAX_INPUT = 4_096;
/** Words and single blanks. Each blank has one place to match: a nested repetition here would take exponential time. */
const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const BLANKS = /[\s\u0085\u2028\u2029]+/g;

/**
 * One line: well-formed UTF-16, nothing invisible, blanks and line breaks collapsed. Not cut, other than to 4,096 code
 * units; secrets must have been taken out before.
 */
export function oneLine(text: string): string {
  const start = text.length > MAX_INPUT ? text.slice(0, MAX_INPUT) : text;
  if (isPlain(start)) return start;
  return stripInvisible(wellFormed(start)).replace(HEAP_OF_MARKS, '$1').replace(BLANKS, ' ').trim();
}

function isPlain(text: string): boolean {
  return text.length < 256 && PLAIN.test(text) && !text.endsWith(' ');
}

/** Several lines, for details: as `oneLine`, but line breaks stay. */
export function plainText(text: string): string {
  const start = wellFormed(text.slice(0, MAX_INPUT));
  return stripInvisible(start.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n'))
    .replace(HEAP_OF_MARKS, '$1')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The first line that has something on it. */
export function firstLine(text: string): string {
  for (const line of text.slice(0, 4_096).split(/[\r\n\u2028\u2029]+/)) {
    const clean = oneLine(line);
    if (clean !== '') return clean;
  }
  return '';
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const ELLIPSIS = '…';

/** At most `max` code points. What is too long ends in `…`, after a whole character as people see them. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  if (/^[\x20-\x7e]*$/.test(text)) return `${text.slice(0, max - 1).trimEnd()}${ELLIPSIS}`;
  const points = codePoints(text, max + 1);
  if (points.length <= max) return text;
  return `${wholeGraphemes(points.join(''), max - 1).trimEnd()}${ELLIPSIS}`;
}

/** The first `limit` code points. */
function codePoints(text: string, limit: number): string[] {
  const points: string[] = [];
  for (const point of text) {
    if (points.length >= limit) break;
    points.push(point);
  }
  return points;
}

function wholeGraphemes(text: string, max: number): string {
  let kept = '';
  let count = 0;
  for (const { segment } of segmenter.segment(text)) {
    const size = codePoints(segment, max + 1).length;
    if (count + size > max) break;
    kept += segment;
    count += size;
  }
  // One character of more than `max` code points (a letter under a heap of accents) has no good place to be cut.
  return kept === '' ? codePoints(text, max).join('') : kept;
}

/** Length as the contract counts it. */
export function codePointLength(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}
