import { wellFormed } from '../text.ts';
import type { Findings } from './ranges.ts';

/** Shorter values are ordinary words: replacing them would destroy every text. */
const MIN_LENGTH = 6;
/** From here on encoded forms are looked for too, and a part is taken for a cut secret. */
const MIN_ENCODED = 8;
const MIN_CUT = 24;
const CUT_ANCHOR = 12;

/** Looks for values that are known to be secret: the daemon's own tokens, verbatim, encoded, or cut by somebody. */
export function ownSecretsFinder(secrets: readonly string[]): (text: string, findings: Findings) => void {
  const values = [...new Set(secrets)].filter((secret) => secret.length >= MIN_LENGTH);
  const anchors = [...new Set(values.flatMap(formsOf))].flatMap(anchorsOf);
  if (anchors.length === 0) return () => {};
  // One pass for all of them, whatever their number.
  const pattern = new RegExp([...new Set(anchors.map(({ literal }) => escaped(literal)))].join('|'), 'g');
  return (text, findings) => {
    pattern.lastIndex = 0;
    for (let hit = pattern.exec(text); hit !== null; hit = pattern.exec(text)) {
      const at = hit.index;
      for (const anchor of anchors) if (text.startsWith(anchor.literal, at)) anchor.find(text, at, findings);
      // Anchors overlap each other, so the next one may begin one character further.
      pattern.lastIndex = at + 1;
    }
  };
}

/** A part of a form that is looked for, and what to do where it stands. */
interface Anchor {
  readonly literal: string;
  find(text: string, at: number, findings: Findings): void;
}

/**
 * The runtime shortens long arguments to their beginning, or to beginning and end, before anybody sees them: the first
 * and the last characters of a long secret are enough to know it by.
 */
function anchorsOf(form: string): Anchor[] {
  if (form.length < MIN_CUT) {
    return [{ literal: form, find: (_, at, findings) => findings.add(at, at + form.length) }];
  }
  return [
    {
      literal: form.slice(0, CUT_ANCHOR),
      find: (text, at, findings) => findings.add(at, at + commonHead(text, at, form)),
    },
    {
      literal: form.slice(-CUT_ANCHOR),
      find: (text, at, findings) =>
        findings.add(at + CUT_ANCHOR - commonTail(text, at + CUT_ANCHOR, form), at + CUT_ANCHOR),
    },
  ];
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

const escaped = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

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
