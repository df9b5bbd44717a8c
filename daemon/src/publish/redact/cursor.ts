import { runEnd } from './chars.ts';

/** Scans over one text. Everything is bounded or remembered, so that many hits in one line stay linear. */

const MAX_QUOTED = 65_536;
export const MAX_BARE = 8_192;

const WHITE = /\s/;

/** One text, with the ends of the line and of the runs of characters that were last asked for. */
export class Cursor {
  readonly text: string;
  #lineStart = 0;
  #lineEnd = -1;
  /** By the mask of the run. Runs are maximal, so all that begin within one end where it does. */
  readonly #runs: { start: number; end: number }[] = [];

  constructor(text: string) {
    this.text = text;
  }

  at(index: number): string {
    return this.text.charAt(index);
  }

  /** Index of the next line break, or the end of the text. */
  lineEnd(from: number): number {
    if (from < this.#lineStart || from > this.#lineEnd) {
      const found = this.text.indexOf('\n', from);
      this.#lineStart = from;
      this.#lineEnd = found < 0 ? this.text.length : found;
    }
    return this.#lineEnd;
  }

  /** End of the run of characters of `mask` (see chars.ts) at `from`. */
  runEnd(from: number, mask: number): number {
    let known = this.#runs[mask];
    if (known === undefined || from < known.start || from >= known.end) {
      known = { start: from, end: runEnd(this.text, from, mask) };
      this.#runs[mask] = known;
    }
    return known.end;
  }

  /** Whether only blanks and list dashes stand before `start` in its line. */
  beginsLine(start: number): boolean {
    let at = start;
    while (at > 0 && start - at < 64 && ' \t-'.includes(this.at(at - 1))) at -= 1;
    return at === 0 || this.at(at - 1) === '\n';
  }

  skip(from: number, chars: string, limit: number): number {
    let at = from;
    while (at < from + limit && at < this.text.length && chars.includes(this.at(at))) at += 1;
    return at;
  }

  skipBlanks(from: number): number {
    return this.skip(from, ' \t', 16);
  }

  /** Blanks and line breaks of any kind, at most 64. */
  skipWhite(from: number): number {
    let at = from;
    while (at < from + 64 && at < this.text.length && isWhite(this.text, at)) at += 1;
    return at;
  }

  find(needle: string, from: number, limit: number): number {
    const end = Math.min(this.text.length, from + limit);
    const at = this.text.slice(from, end).indexOf(needle);
    return at < 0 ? end : from + at;
  }
}

export interface Quote {
  readonly char: string;
  /** Backslashes before it: the text is JSON within JSON. */
  readonly depth: number;
  /** Where the quoted text begins. */
  readonly start: number;
}

/** The quote that opens at `at`: plain, escaped (`\"`), or `$'...'` and `@"..."` of shells and C#. */
export function openingQuote(cursor: Cursor, at: number): Quote | undefined {
  const marked = (cursor.at(at) === '$' || cursor.at(at) === '@') && /["']/.test(cursor.at(at + 1)) ? at + 1 : at;
  const end = cursor.skip(marked, '\\', 8);
  const char = cursor.at(end);
  return char === '"' || char === "'" || char === '`' ? { char, depth: end - marked, start: end + 1 } : undefined;
}

/**
 * Where the quoted text ends: before a quote with no more backslashes than the opening one had; undefined if that quote
 * is missing because somebody cut the text.
 */
export function closingQuote({ text }: Cursor, quote: Quote): number | undefined {
  const limit = Math.min(text.length, quote.start + MAX_QUOTED);
  let at = text.indexOf(quote.char, quote.start);
  for (; at >= 0 && at < limit; at = text.indexOf(quote.char, at + 1)) {
    let slashes = 0;
    while (slashes < 64 && at - 1 - slashes >= quote.start && text[at - 1 - slashes] === '\\') slashes += 1;
    if (quote.depth === 0 && slashes % 2 === 0) return at;
    if (quote.depth > 0 && slashes <= quote.depth) return at - slashes;
  }
  return undefined;
}

const NEXT_PAIR = /^(?:\s|$|[&;,"']|[\w.[\]% -]{1,40}=)/;

/**
 * Where an unquoted value ends. `&`, `;` and `,` end it only if another `name=` or nothing follows: passwords have such
 * characters more often than one likes. `encoded`: within a URL-encoded text `%26` separates.
 */
export function bareEnd({ text }: Cursor, from: number, limit: number, encoded: boolean): number {
  const stop = Math.min(text.length, from + limit);
  for (let at = from; at < stop; at += 1) {
    switch (text.charAt(at)) {
      case '"':
      case "'":
      case '`':
      case '<':
        return at;
      case '&':
      case ';':
      case ',':
        if (NEXT_PAIR.test(text.slice(at + 1, at + 49))) return at;
        break;
      case '\\':
        if (/^\\+["']/.test(text.slice(at, at + 9)) || (encoded && text.startsWith('\\u0026', at))) return at;
        break;
      case '%':
        if (encoded && text.startsWith('%26', at)) return at;
        break;
      default:
        if (isWhite(text, at)) return at;
    }
  }
  return stop;
}

function isWhite(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code <= 32 || (code >= 160 && WHITE.test(text.charAt(at)));
}
