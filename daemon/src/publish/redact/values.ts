import { isClass, WORD } from './chars.ts';
import { bareEnd, type Cursor, closingQuote, MAX_BARE, openingQuote, type Quote } from './cursor.ts';
import { isExpression, isHarmless, isOpaque, isProse, mayBeToken, PROBE } from './harmless.ts';
import type { Joint } from './joints.ts';
import type { KeyName } from './key-names.ts';
import { MARK } from './ranges.ts';

/** Where a secret stands; `end` is exclusive. */
export interface Value {
  readonly start: number;
  readonly end: number;
}

/** The secret that follows a name; undefined if there is none, or only something harmless. */
export function valueAfter(cursor: Cursor, key: KeyName, joint: Joint): Value | undefined {
  if (key.strength === 'cookie') return cookieValue(cursor, key, joint.at);
  if (key.strength === 'authorization') return authorizationValue(cursor, key, joint);
  if (joint.kind === 'element') return elementValue(cursor, joint.at);
  const quote = openingQuote(cursor, joint.at);
  if (quote !== undefined) return quotedValue(cursor, key, joint, quote);
  if (cursor.at(joint.at) === '[' && !cursor.text.startsWith(MARK, joint.at)) return listValue(cursor, joint.at);
  if (cursor.at(joint.at) === '{' && cursor.at(joint.at + 1) !== '{') return undefined;
  return bareValue(cursor, key, joint);
}

/** Up to the closing tag; `<password>` alone is a placeholder. */
function elementValue(cursor: Cursor, at: number): Value | undefined {
  const end = cursor.find('<', at, MAX_BARE);
  return cursor.at(end + 1) === '/' ? { start: at, end } : undefined;
}

/** Whether a value is one, by how much its name and the way it is written say. */
function isBelieved(key: KeyName, joint: Joint, value: string): boolean {
  if (joint.kind === 'prose' || joint.doubtful === true) return isOpaque(value);
  if (key.method && joint.kind !== 'equals' && joint.kind !== 'encoded') return isOpaque(value);
  return key.strength === 'strong' || mayBeToken(value);
}

function quotedValue(cursor: Cursor, key: KeyName, joint: Joint, quote: Quote): Value | undefined {
  const close = closingQuote(cursor, quote);
  // Without its closing quote the text was cut: all of the line may be the value.
  const end = close ?? cursor.lineEnd(quote.start);
  const content = cursor.text.slice(quote.start, Math.min(end, quote.start + PROBE));
  const comparison = joint.kind === 'equals' ? { ...joint, doubtful: false } : joint;
  if (isHarmless(content) || !isBelieved(key, comparison, content)) return undefined;
  const next = close === undefined ? '' : cursor.at(close + 1);
  // 'a'"b"c is one word of a shell.
  const glued = quote.depth === 0 && joint.kind !== 'colon' && close !== undefined;
  if (glued && (next === '"' || next === "'" || isClass(cursor.text, close + 1, WORD))) {
    return { start: joint.at, end: shellWordEnd(cursor, close + 1) };
  }
  return { start: quote.start, end };
}

/** End of a shell word that goes on at `from`, in quoted and unquoted pieces; at most 16 of them. */
function shellWordEnd(cursor: Cursor, from: number): number {
  let at = from;
  for (let piece = 0; piece < 16; piece += 1) {
    const quote = openingQuote(cursor, at);
    const end =
      quote === undefined ? bareEnd(cursor, at, MAX_BARE, false) : (closingQuote(cursor, quote) ?? at - 1) + 1;
    if (end === at) return at;
    at = end;
  }
  return at;
}

/** `tokens: ["a", "b"]`: everything between the brackets, if it holds strings. */
function listValue(cursor: Cursor, at: number): Value | undefined {
  const first = openingQuote(cursor, cursor.skip(at + 1, ' \t\r\n', 64));
  return first === undefined ? undefined : { start: at + 1, end: cursor.find(']', at, 4_096) };
}

function bareValue(cursor: Cursor, key: KeyName, joint: Joint): Value | undefined {
  const { text } = cursor;
  const encoded = joint.kind === 'encoded';
  const value = text.slice(joint.at, bareEnd(cursor, joint.at, PROBE, encoded));
  if (isHarmless(value) || isWorkingDirectory(text, key, value)) return undefined;
  const ownLine = joint.kind === 'colon' && cursor.beginsLine(key.start);
  const spaced = joint.kind === 'colon' || (joint.kind === 'equals' && text[joint.at - 1] === ' ');
  if (spaced && (isExpression(value) || (!ownLine && isProse(value)))) return undefined;
  if (joint.kind === 'colon' && (key.plural || !isTokenValue(cursor, key, joint, value))) return undefined;
  if (!isBelieved(key, joint, value)) return undefined;
  if (ownLine && key.strength === 'strong') return { start: joint.at, end: endOfScalar(cursor, joint.at) };
  return { start: joint.at, end: bareEnd(cursor, joint.at, MAX_BARE, encoded) };
}

/** After `token:` a word of prose may follow, unless name and value have a line of their own (YAML, .env). */
function isTokenValue(cursor: Cursor, key: KeyName, joint: Joint, value: string): boolean {
  if (key.strength === 'strong' || isOpaque(value)) return true;
  const end = joint.at + value.length;
  return cursor.beginsLine(key.start) && cursor.lineEnd(end) === end;
}

/** PWD and OLDPWD are where a shell works. */
function isWorkingDirectory(text: string, key: KeyName, value: string): boolean {
  return /^[/~.$]/.test(value) && /^(?:OLD)?PWD$/i.test(text.slice(key.start, key.end));
}

/** A YAML value goes to the end of its line, without a comment or a trailing comma. */
function endOfScalar(cursor: Cursor, at: number): number {
  const line = cursor.lineEnd(at);
  const comment = cursor.find(' #', at, line - at);
  let end = Math.min(comment, line);
  while (end > at && ' \t,\r'.includes(cursor.at(end - 1))) end -= 1;
  return end;
}

/** Schemes whose credential is one word. */
const ONE_WORD = /^(?:Bearer|Basic|Token|ApiKey|Key)(?:\s|%20|\+)+/i;
const SCHEME = /^(?:Digest|Negotiate|NTLM|AWS4-HMAC-SHA256|Hawk|OAuth|Signature)\s+/i;

/** What follows `Authorization:` and its scheme. */
function authorizationValue(cursor: Cursor, key: KeyName, joint: Joint): Value | undefined {
  const quote = openingQuote(cursor, joint.at);
  const from = quote?.start ?? joint.at;
  const content = cursor.text.slice(from, from + PROBE);
  const oneWord = ONE_WORD.exec(content)?.[0];
  const scheme = oneWord ?? SCHEME.exec(content)?.[0] ?? '';
  const start = from + scheme.length;
  if (isHarmless(content.slice(scheme.length)) || '{['.includes(cursor.at(start))) return undefined;
  const isWord = quote === undefined && (oneWord !== undefined || scheme === '');
  const end = isWord ? bareEnd(cursor, start, MAX_BARE, true) : headerEnd(cursor, key, start, quote);
  const value = cursor.text.slice(start, Math.min(end, start + PROBE));
  if (isHarmless(value)) return undefined;
  // Without a scheme: "authorization is missing", "authorization: token".
  if (scheme === '' && (joint.doubtful === true || joint.kind === 'prose' ? !isOpaque(value) : !mayBeToken(value))) {
    return undefined;
  }
  return { start, end };
}

function cookieValue(cursor: Cursor, key: KeyName, from: number): Value | undefined {
  const quote = openingQuote(cursor, from);
  const start = quote?.start ?? from;
  const content = cursor.text.slice(start, start + PROBE);
  if (isHarmless(content)) return undefined;
  const word = /^\S*/.exec(content)?.[0] ?? '';
  if (!word.includes('=') && !isOpaque(word)) return undefined;
  return { start, end: headerEnd(cursor, key, start, quote) };
}

/** A quoted value ends with its quote; a header within a quoted argument with that one, another header with its line. */
function headerEnd(cursor: Cursor, key: KeyName, start: number, quote: Quote | undefined): number {
  const around = quote ?? quoteAround(cursor, key.start, start);
  return (around && closingQuote(cursor, around)) ?? cursor.lineEnd(start);
}

/** The quote directly before a header's name: `-H "Cookie: a=b"`. */
function quoteAround(cursor: Cursor, nameStart: number, start: number): Quote | undefined {
  const char = cursor.at(nameStart - 1);
  if (char !== '"' && char !== "'" && char !== '`') return undefined;
  let depth = 0;
  while (depth < 8 && cursor.at(nameStart - 2 - depth) === '\\') depth += 1;
  return { char, depth, start };
}
