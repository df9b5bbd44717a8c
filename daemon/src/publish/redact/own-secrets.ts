import { wellFormed } from '../text.ts';
import type { Anchor } from './anchors.ts';

/** Shorter values are ordinary words: replacing them would destroy every text. */
const MIN_LENGTH = 6;
/** From here on encoded forms are looked for too, and a part is taken for a cut secret. */
const MIN_ENCODED = 8;
const MIN_CUT = 24;
const CUT_ANCHOR = 12;

/** The daemon's own tokens: verbatim, encoded, or cut by somebody. */
export function ownSecretAnchors(secrets: readonly string[]): readonly Anchor[] {
  const values = [...new Set(secrets)].filter((secret) => secret.length >= MIN_LENGTH);
  return [...new Set(values.flatMap(formsOf))].flatMap(anchorsOf);
}

/**
 * The runtime shortens long arguments to their beginning, or to beginning and end, before anybody sees them: the first
 * and the last characters of a long secret are enough to know it by.
 */
function anchorsOf(form: string): Anchor[] {
  if (form.length < MIN_CUT) return [anchor(form, (_, at) => [at, at + form.length])];
  return [
    anchor(form.slice(0, CUT_ANCHOR), (text, at) => [at, at + commonHead(text, at, form)]),
    anchor(form.slice(-CUT_ANCHOR), (text, at) => {
      const end = at + CUT_ANCHOR;
      return [end - commonTail(text, end, form), end];
    }),
  ];
}

type Extent = (text: string, at: number) => readonly [start: number, end: number];

function anchor(literal: string, extent: Extent): Anchor {
  return {
    literal,
    always: true,
    find: ({ text }, at, findings) => {
      findings.add(...extent(text, at));
      return at;
    },
  };
}

/** How many characters from `at` on are those that the form begins with. */
function commonHead(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text[at + length] === form[length]) length += 1;
  return length;
}

/** How many characters before `end` are those that the form ends with. */
function commonTail(text: string, end: number, form: string): number {
  let length = 0;
  while (length < form.length && length < end && text[end - 1 - length] === form[form.length - 1 - length]) length += 1;
  return length;
}

function formsOf(secret: string): string[] {
  if (secret.length < MIN_ENCODED) return [secret];
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    encodeURIComponent(wellFormed(secret)),
    json,
    JSON.stringify(json).slice(1, -1),
    ...base64Forms(secret),
  ];
}

/**
 * Base64 of anything that contains the secret contains one of three strings, by where the secret begins in a group of
 * three bytes; the characters at its edges depend on the neighbours and are left out.
 */
function base64Forms(secret: string): string[] {
  const cores = [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret, 'utf8')]);
    const whole = bytes.toString('base64').replace(/=+$/, '');
    return whole.slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });
  return cores.flatMap((core) => [core, core.replaceAll('+', '-').replaceAll('/', '_')]);
}
