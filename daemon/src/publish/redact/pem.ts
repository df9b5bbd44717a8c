import type { Anchor } from './anchors.ts';
import type { Cursor } from './cursor.ts';
import type { Findings } from './ranges.ts';

const BEGIN = '-----BEGIN';
const HEADER = /^-----BEGIN ?[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
/** Key material follows the header: after line ends (escaped ones too), quotes and `Proc-Type: ...` lines. */
const MATERIAL = /[A-Za-z0-9+/=]{16}/;
const MAX_HEADER = 80;
const MATERIAL_WITHIN = 300;

/** Private keys in PEM and PGP armour, over several lines, with escaped line ends, or cut before their end. */
export const PRIVATE_KEY_ANCHORS: readonly Anchor[] = [{ literal: BEGIN, find: findPrivateKey }];

function findPrivateKey({ text }: Cursor, at: number, findings: Findings): number {
  const header = HEADER.exec(text.slice(at, at + MAX_HEADER))?.[0];
  if (header === undefined) return at;
  const start = at + header.length;
  if (!MATERIAL.test(text.slice(start, start + MATERIAL_WITHIN))) return at;
  const end = endOfKey(text, start);
  findings.add(at, end);
  return end;
}

function endOfKey(text: string, start: number): number {
  const footer = text.indexOf('-----END', start);
  // Without a footer somebody cut the key: all that follows may be part of it.
  if (footer < 0) return text.length;
  const close = text.slice(footer + 8, footer + MAX_HEADER).indexOf('-----');
  return close < 0 ? footer + 8 : footer + 8 + close + 5;
}
