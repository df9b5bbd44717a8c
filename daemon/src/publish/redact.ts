import { AnchorScan } from './redact/anchors.ts';
import { Cursor } from './redact/cursor.ts';
import { isHarmless, isOpaque, mayBeToken } from './redact/harmless.ts';
import { secretField } from './redact/key-names.ts';
import { TextMemo } from './redact/memo.ts';
import { NAME_ANCHORS, SCHEME_ANCHORS } from './redact/named-secrets.ts';
import { ownSecretAnchors } from './redact/own-secrets.ts';
import { PRIVATE_KEY_ANCHORS } from './redact/pem.ts';
import { OPTION_ANCHORS } from './redact/program-options.ts';
import { MARK, RangeList } from './redact/ranges.ts';
import { TOKEN_ANCHORS } from './redact/tokens.ts';
import { URL_ANCHORS } from './redact/urls.ts';
import { stripInvisible } from './text.ts';

export { MARK } from './redact/ranges.ts';

/** Takes secrets out of text (design §6). Pure, linear in the length of the text, never throws. */
export interface Redactor {
  /** The same string if there is nothing to hide. `redact(redact(t)) === redact(t)`. */
  redact(text: string): string;
  /** The value of a field: its name may say that all of it is secret. */
  redactField(name: string, value: string): string;
}

export interface RedactorOptions {
  /** The daemon's own tokens and secrets; those shorter than 6 characters are ignored. */
  readonly ownSecrets: readonly string[];
  /** Bytes of text whose answers are remembered (2 MiB). More: fewer scans of repeated titles, more memory. */
  readonly memoBytes?: number;
}

const ANCHORS = [
  ...PRIVATE_KEY_ANCHORS,
  ...URL_ANCHORS,
  ...TOKEN_ANCHORS,
  ...NAME_ANCHORS,
  ...SCHEME_ANCHORS,
  ...OPTION_ANCHORS,
];

/** Scanning a short text is as fast as looking it up. */
const MIN_REMEMBERED = 24;

/** The only door to the rules: one scan of a text for all of them, remembered by text up to `memoBytes`. */
export function createRedactor(options: RedactorOptions): Redactor {
  const scan = new AnchorScan([...ANCHORS, ...ownSecretAnchors(options.ownSecrets)]);
  const memo = new TextMemo(options.memoBytes ?? 2 * 1024 * 1024);

  const hideOnce = (text: string): string => {
    const findings = new RangeList();
    scan.run(new Cursor(text), findings);
    return findings.applyTo(text);
  };

  const redact = (text: string): string => {
    if (text.length < MIN_REMEMBERED) return hideAll(text, hideOnce);
    const known = memo.get(text);
    if (known !== undefined) return known;
    const answer = hideAll(text, hideOnce);
    memo.set(text, answer);
    return answer;
  };

  return {
    redact,
    redactField: (name, value) => (isSecretField(name, value) ? MARK : redact(value)),
  };
}

/** More rounds than any text was seen to need. */
const MAX_ROUNDS = 4;

/** A mark may uncover what touched the secret before, so this goes on until nothing is found. */
function hide(text: string, hideOnce: (text: string) => string): string {
  let hidden = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const again = hideOnce(hidden);
    if (again === hidden) return hidden;
    hidden = again;
  }
  return hidden;
}

/**
 * Labels lose their invisible characters later on, so a secret must not hide behind them: `ghp_` + zero-width space + the
 * rest. If taking them out uncovers one, the text stays without them.
 */
function hideAll(text: string, hideOnce: (text: string) => string): string {
  const hidden = hide(text, hideOnce);
  const visible = stripInvisible(hidden);
  if (visible === hidden) return hidden;
  const again = hide(visible, hideOnce);
  return again === visible ? hidden : again;
}

function isSecretField(name: string, value: string): boolean {
  const strength = secretField(name);
  if (strength === undefined || isHarmless(value)) return false;
  if (strength === 'weak') return mayBeToken(value);
  return strength !== 'cookie' || value.includes('=') || isOpaque(value);
}
