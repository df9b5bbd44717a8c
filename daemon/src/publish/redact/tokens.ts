import type { Anchor } from './anchors.ts';
import { DASH, isDigit, isWordStart, runEnd, runStart, UNDERSCORE, WORD } from './chars.ts';
import type { Cursor } from './cursor.ts';
import type { Findings } from './ranges.ts';
import { TOKEN_KINDS, type TokenKind } from './token-table.ts';

const BASE64URL = WORD | UNDERSCORE | DASH;

/** Tokens that are known by their shape: provider keys, JWTs, bot tokens. */
export const TOKEN_ANCHORS: readonly Anchor[] = [
  ...TOKEN_KINDS.map(
    (kind): Anchor => ({ literal: kind.prefix, find: (cursor, at, findings) => findKind(kind, cursor, at, findings) }),
  ),
  { literal: 'eyJ', find: findJwt },
  { literal: ':AA', find: findTelegramToken },
  { literal: 'T3BlbkFJ', find: findOpenAiCore },
];

/** Enough of a body to decide on it. */
const PROBE = 200;

function findKind(kind: TokenKind, cursor: Cursor, at: number, findings: Findings): number {
  const start = at + kind.prefix.length;
  if (kind.anywhere !== true && !isTokenStart(cursor.text, at)) return at;
  const end = cursor.runEnd(start, kind.body);
  if (end - start < kind.min) return at;
  if (kind.accept !== undefined && !kind.accept(cursor.text.slice(start, Math.min(end, start + PROBE)))) return at;
  findings.add(at, end);
  return end;
}

/** Digits and `_` may touch a token from the left (`2ghp_`, `KEY_glpat-`), letters may not. */
function isTokenStart(text: string, at: number): boolean {
  return isWordStart(text, at) || isDigit(text, at - 1);
}

/** Header, payload and signature in base64url, joined by dots; two parts are enough (an unsigned or cut one). */
function findJwt(cursor: Cursor, at: number, findings: Findings): number {
  const { text } = cursor;
  if (!isTokenStart(text, at)) return at;
  let end = cursor.runEnd(at, BASE64URL);
  if (end - at < 12 || text[end] !== '.') return at;
  let parts = 1;
  while (text[end] === '.' && parts < 5) {
    const next = cursor.runEnd(end + 1, BASE64URL);
    if (next === end + 1) break;
    end = next;
    parts += 1;
  }
  if (parts === 1) return at;
  findings.add(at, end);
  return end;
}

/** `<8 to 10 digits>:AA<33 more>`, core.telegram.org/bots/api#authorizing-your-bot. */
function findTelegramToken({ text }: Cursor, at: number, findings: Findings): number {
  const end = runEnd(text, at + 1, BASE64URL, 100);
  if (end - at < 30) return at;
  let start = at;
  while (start > at - 12 && isDigit(text, start - 1)) start -= 1;
  if (at - start < 6) return at;
  findings.add(start, end);
  return end;
}

/** OpenAI's keys carry "OpenAI" in base64 in their middle, whatever their prefix is. */
function findOpenAiCore({ text }: Cursor, at: number, findings: Findings): number {
  const start = runStart(text, at, BASE64URL, 200);
  const end = runEnd(text, at, BASE64URL, 200);
  if (end - start < 24) return at;
  findings.add(start, end);
  return end;
}
