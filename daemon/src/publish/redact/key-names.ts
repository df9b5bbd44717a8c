import { DASH, isDigit, isLetter, isWordStart, runEnd, runStart, UNDERSCORE, WORD } from './chars.ts';

/** How much a name alone says about its value. */
export type Strength =
  /** `password`, `api_key`: whatever the value is, it is secret. */
  | 'strong'
  /** `token`, `auth`, `sig`: secret if it looks like one; `tokens: 500` and `auth: none` are not. */
  | 'weak'
  | 'authorization'
  | 'cookie';

/** A name in a text that says that a secret follows. */
export interface KeyName {
  readonly strength: Strength;
  /** The whole identifier around the word: `MY_DB_PASSWORD_2` from start to end. */
  readonly start: number;
  readonly end: number;
  /** `--password`, `-token`: the value may follow after a blank. */
  readonly flag: boolean;
  /** `passwords`, `secrets`: of prose rather than of a value, unless a list follows. */
  readonly plural: boolean;
  /** `auth`, `authentication`: more often followed by how one logs in than by what with. */
  readonly method: boolean;
}

/** Words that say that a secret follows. A plural `s` may follow each. */
export const KEY_WORDS: readonly string[] = [
  ...['password', 'passwd', 'passphrase', 'passcode', 'passkey', 'passwort', 'pass', 'pwd', 'kennwort'],
  ...['secret', 'token', 'credential', 'auth', 'authorization', 'authentication', 'cookie', 'mnemonic', 'signature'],
  ...['key', 'identified by'],
];

/** Words of URL queries that are no key names elsewhere. */
export const QUERY_WORDS: readonly string[] = [
  'sig',
  'key',
  'code',
  'jwt',
  'sid',
  'otp',
  'assertion',
  'x-amz-credential',
];

/** A key opens something only if it is one of these: `sessionKey`, `publicKey`, `primary key` do not. */
const SECRET_KEY =
  /(?:api|access|private|account|signing|encrypt(?:ion)?|decrypt(?:ion)?|master|shared|service|auth|client|deploy|license|storage|subscription|webhook|hmac|cipher|secret)[-_. ]?$/i;

/** What comes after the word makes it the name of something about a secret: `token_count`, `passwordFile`, `secretRef`. */
const ABOUT_A_SECRET = new Set(
  (
    'count counts budget limit limits type types url urls uri endpoint file files path dir name names length len size ' +
    'policy ttl expiry expires expiration expired exp usage used total label kind ref refs status state valid required ' +
    'enabled disabled mode scheme schemes scope scopes header headers prefix suffix rotation version format cost price ' +
    'window id ids index stdin check checks reset prompt strength error errors failure failed visibility age max min ' +
    'provider providers method methods parser jar ms env var vars source sources choice only chars bytes lines words role roles dirs'
  ).split(' '),
);

const IDENTIFIER = WORD | UNDERSCORE | DASH;
const MAX_NAME = 64;

/**
 * The name around `word` at `at`; undefined if the word is only a part of another one (`compass`, `tokenizer`, `author`)
 * or names something else (`token_count`).
 */
export function keyNameAt(text: string, at: number, word: string): KeyName | undefined {
  const singularEnd = at + word.length;
  if (word === 'key' && !SECRET_KEY.test(text.slice(Math.max(0, at - 14), at))) return undefined;
  if (needsOwnWord(word) && !startsHere(text, at)) return undefined;
  const hasPlural = /[sS]/.test(text.charAt(singularEnd)) && word !== 'pass' && !isLetter(text, singularEnd + 1);
  const wordEnd = hasPlural ? singularEnd + 1 : singularEnd;
  if (isGlued(text, wordEnd)) return undefined;
  const end = runEnd(text, wordEnd, IDENTIFIER, MAX_NAME);
  if (end > wordEnd && namesSomethingElse(text.slice(wordEnd, end))) return undefined;
  const start = runStart(text, at, IDENTIFIER, MAX_NAME);
  return {
    strength: strengthOf(word),
    start,
    end,
    flag: isFlag(text, start),
    plural: hasPlural && end === wordEnd,
    method: word === 'auth' || word === 'authentication',
  };
}

/** A word of a URL query at `at`, which is that of its `?` or `&`. */
export function queryNameAt(text: string, at: number, word: string): KeyName | undefined {
  const end = at + 1 + word.length;
  if (text[end] !== '=' && !/^%3d/i.test(text.slice(end, end + 3))) return undefined;
  return { strength: 'weak', start: at + 1, end, flag: false, plural: false, method: false };
}

/** Whether a field of this name holds a secret. */
export function secretField(name: string): Strength | undefined {
  const lower = name.toLowerCase();
  for (const word of KEY_WORDS) {
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
      const key = keyNameAt(name, at, word);
      if (key !== undefined && key.end === name.length) return key.strength;
    }
  }
  return undefined;
}

/** Short words are parts of many others: "compass", "author". */
function needsOwnWord(word: string): boolean {
  return word === 'pass' || word === 'pwd' || word === 'signature' || word.startsWith('auth');
}

/** At the start of a word, or of a hump: `dbPass`. */
function startsHere(text: string, at: number): boolean {
  if (isWordStart(text, at) || isDigit(text, at - 1)) return true;
  return isUpper(text, at) && !isUpper(text, at - 1);
}

/** The word goes on in the same case: "passing", "TOKENIZER", "authority". */
function isGlued(text: string, end: number): boolean {
  if (!isLetter(text, end)) return false;
  return isUpper(text, end) === isUpper(text, end - 1);
}

function isUpper(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 65 && code <= 90;
}

function namesSomethingElse(rest: string): boolean {
  return rest
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_-]+/)
    .some((part) => ABOUT_A_SECRET.has(part));
}

const WEAK: ReadonlySet<string> = new Set(['token', 'auth', 'authentication', 'pass', 'signature', 'credential']);

function strengthOf(word: string): Strength {
  if (word === 'authorization' || word === 'cookie') return word;
  return WEAK.has(word) ? 'weak' : 'strong';
}

function isFlag(text: string, start: number): boolean {
  if (text[start] !== '-') return false;
  if (start === 0 || /[\s"'([,=]/.test(text.charAt(start - 1))) return true;
  // In documentation only with two dashes: "a `32974`-token prompt".
  return text[start - 1] === '`' && text[start + 1] === '-';
}
