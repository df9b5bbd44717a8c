/**
 * Character classes as one table lookup. All scans below move forward only, so that every finder stays linear in the
 * length of the text, whatever the text is.
 */
export const WORD = 1; // letters and digits
export const UNDERSCORE = 2;
export const DASH = 4;
export const DOT = 8;
export const BASE64 = 16; // + / =
export const PERCENT = 32; // % : what a URL-encoded token has

const TABLE = new Uint8Array(128);
for (let c = 0; c < 128; c += 1) if (/[A-Za-z0-9]/.test(String.fromCharCode(c))) TABLE[c] = WORD;
TABLE['_'.charCodeAt(0)] = UNDERSCORE;
TABLE['-'.charCodeAt(0)] = DASH;
TABLE['.'.charCodeAt(0)] = DOT;
for (const c of '+/=') TABLE[c.charCodeAt(0)] = BASE64;
TABLE['%'.charCodeAt(0)] = PERCENT;

/** Whether the character at `at` is of one of the classes in `mask`; false outside the text. */
export function isClass(text: string, at: number, mask: number): boolean {
  const code = text.charCodeAt(at); // NaN outside
  return code < 128 && ((TABLE[code] ?? 0) & mask) !== 0;
}

/** End (exclusive) of the run of `mask` that starts at `start`, at most `limit` characters. */
export function runEnd(text: string, start: number, mask: number, limit = Number.POSITIVE_INFINITY): number {
  const stop = Math.min(text.length, start + limit);
  let at = start;
  while (at < stop && isClass(text, at, mask)) at += 1;
  return at;
}

/** Start of the run of `mask` that ends before `end`, at most `limit` characters back and not before `floor`. */
export function runStart(text: string, end: number, mask: number, limit: number, floor = 0): number {
  const stop = Math.max(floor, end - limit);
  let at = end;
  while (at > stop && isClass(text, at - 1, mask)) at -= 1;
  return at;
}

export function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

export function isLetter(text: string, at: number): boolean {
  return isClass(text, at, WORD) && !isDigit(text, at);
}

/** Letters of an escape that may touch the start of a token: `\n`, `\t`, `\u003d`, `%3D`. */
const ESCAPE_BEFORE = /(?:\\[nrtbfv]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|%[0-9a-fA-F]{2})$/;

/** True if no letter or digit touches `at` from the left, other than as the end of an escape sequence. */
export function isWordStart(text: string, at: number): boolean {
  if (at === 0 || !isClass(text, at - 1, WORD)) return true;
  return ESCAPE_BEFORE.test(text.slice(Math.max(0, at - 6), at));
}
