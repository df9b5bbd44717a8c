/** Values after a secret's name that hide nothing. All tests look at the beginning of a value only. */

/** Characters of a value that decide about it. */
export const PROBE = 128;

/** Types, switches and states: never a password, whatever the form. */
const LITERALS =
  /^(?:true|false|null|undefined|none|nil|yes|no|on|off|string|str|number|int|integer|boolean|bool|any|object|unknown|required|optional|incorrect|wrong|invalid|missing|expired|empty|default|enabled|disabled|ok)[.,;:!?)\]}]*$/i;
/** How a sentence goes on after "the password:", and code after `token =`. */
const PROSE =
  /^(?:must|should|shall|is|are|was|the|an?|for|and|or|not|cannot|can|with|to|in|of|field|const|let|var|new|await|return|this|self)[.,;:!?)\]}]*$/i;
const MASKS = /^(?:\*+|x{4,}|\.{3,}|…+|•+|\[?redacted\]?)[.,;:!?)\]}]*$/i;
/** `${PW}`, `$(cmd)`, `$PW`, `{{pw}}`, `<pw>`, `%PW%`: a reference to the value. */
const REFERENCES =
  /^(?:\$\{[\w.[\]]{1,60}\}|\$\(|\{\{|\$[A-Z_][A-Z0-9_]*(?:[\s"'.,;:/)\]}]|$)|<[\w -]{1,40}>|%[A-Z_]+%)/;
/** `config.password`, `process.env.TOKEN`, `getToken()`: code that names the value. */
const EXPRESSIONS =
  /^(?:process|config|cfg|os|env|self|this|options?|opts|req|request|res|response|ctx|context|settings|params|args|argv|props|input|result|state|secrets|vars?|local|data|body|user|event)(?:\??\.|\[)|^(?:await |new )?[A-Za-z_$][\w$.]{0,60}\(/;
/** Kinds of credentials: as a value, the name of a method or of a type (`auth: token`, `secret: Secret`). */
const METHODS =
  /^(?:basic|bearer|oauth2?|tokens?|passwords?|secrets?|credentials?|keys?|api[-_]?keys?|session|cookies?|jwt|saml|ldap|oidc|mtls|ssh)[.,;:!?)\]}]*$/i;
const NUMBERS_AND_VERSIONS = /^[\s\d.,_+%^~<>=*x|-]+$/;

export function isHarmless(value: string): boolean {
  const probe = value.slice(0, PROBE).trim();
  return probe === '' || LITERALS.test(probe) || MASKS.test(probe) || REFERENCES.test(probe);
}

/** A single word of a sentence, or the name of a kind of secret. */
export function isProse(word: string): boolean {
  return PROSE.test(word) || METHODS.test(word);
}

export function isExpression(value: string): boolean {
  return EXPRESSIONS.test(value.slice(0, PROBE));
}

/** For names like `token` and `auth`, which often stand before something else: not a number, not the name of a method. */
export function mayBeToken(value: string): boolean {
  const word = value.slice(0, PROBE).trim();
  return word.length >= 3 && !NUMBERS_AND_VERSIONS.test(word) && !METHODS.test(word);
}

/** Surely no word of prose: one word of letters and digits, or long and in base64. */
export function isOpaque(value: string): boolean {
  const word = value
    .slice(0, PROBE)
    .trim()
    .replace(/[.,;:!?)]+$/, '');
  if (/^[A-Za-z0-9+/=_-]{32,}$/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word)) return true;
  return word.length >= 6 && !/\s/.test(word) && /\d/.test(word) && /[A-Za-z]/.test(word);
}
