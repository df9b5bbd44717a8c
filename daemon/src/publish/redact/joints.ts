import type { Cursor } from './cursor.ts';
import type { KeyName } from './key-names.ts';

/** How a name and its value are joined; it decides where the value ends and how certain it is one. */
export interface Joint {
  readonly kind:
    | 'equals'
    /** `%3D`, `\u003d`: the text is URL-encoded, or JSON of Go. */
    | 'encoded'
    | 'colon'
    /** `--password x`, `IDENTIFIED BY 'x'`, `ENV TOKEN x`. */
    | 'blank'
    /** `<password>x</password>`. */
    | 'element'
    /** `the password is x`. */
    | 'prose';
  /** Where the value begins, blanks skipped. */
  readonly at: number;
  /**
   * The name stands in backticks (documentation), a comparison follows (code), or the value is on another line: prose may
   * follow as well.
   */
  readonly doubtful?: boolean;
}

const ENCODED = /^(?:%3[dDaA]|\\u00(?:3[dDaA])|&#(?:61|58);)/;
/** Commands that take a name and a value as two words. */
const NAME_VALUE_COMMAND = /(?:^|\s)(?:ENV|ARG|setenv|set -g?x|set -Ux|login \S{1,24})\s+$/;

/** undefined if nothing joins a value to the name. */
export function jointAfter(cursor: Cursor, key: KeyName): Joint | undefined {
  const encoded = ENCODED.exec(cursor.text.slice(key.end, key.end + 6))?.[0];
  if (encoded !== undefined) return { kind: 'encoded', at: key.end + encoded.length };
  // The closing quote of the name (escaped or not), a bracket, a `?` of TypeScript.
  const closed = cursor.skip(key.end, '\\"\'`]?', 8);
  const separator = cursor.skipWhite(closed);
  const char = cursor.at(separator);
  if (char === '=' || ('!+:'.includes(char) && cursor.at(separator + 1) === '=')) return equals(cursor, separator);
  if (char === ':') return colon(cursor, key, closed, separator);
  if (char === '>' && '<:'.includes(cursor.at(key.start - 1))) return { kind: 'element', at: separator + 1 };
  const at = cursor.skipBlanks(closed);
  if (key.flag) return flagValue(cursor, key, closed, at);
  return at > closed && closed === key.end ? blank(cursor, key, at) : undefined;
}

function equals(cursor: Cursor, at: number): Joint | undefined {
  const operatorEnd = cursor.skip(at + 1, '=>~', 3);
  // "`?token=` is": the backtick closes the phrase.
  if (cursor.at(operatorEnd) === '`' && /^[\s.,;:)|/]?$/.test(cursor.at(operatorEnd + 1))) return undefined;
  const isComparison = operatorEnd - at >= 2 && cursor.at(operatorEnd - 1) === '=' && cursor.at(at) !== ':';
  const value = valueStart(cursor, operatorEnd);
  return { kind: 'equals', at: value.at, doubtful: isComparison || value.doubtful };
}

function colon(cursor: Cursor, key: KeyName, closed: number, colonAt: number): Joint | undefined {
  // `token::new`, `secret://vault/x`
  const isScheme = cursor.text.startsWith('//', colonAt + 1);
  if (cursor.at(colonAt + 1) === ':' || (isScheme && key.strength !== 'strong')) return undefined;
  const { at, doubtful } = valueStart(cursor, colonAt + 1);
  // "`password:` is": what follows is the quote that closes the phrase.
  const opened = closed === key.end ? cursor.at(key.start - 1) : '';
  if (
    at === colonAt + 1 &&
    /["'`]/.test(opened) &&
    cursor.at(at) === opened &&
    /^[\s,.;:)\]}]?$/.test(cursor.at(at + 1))
  ) {
    return undefined;
  }
  return { kind: 'colon', at, doubtful: doubtful || isScheme || cursor.at(key.end) === '`' || cursor.at(at) === '`' };
}

/** JSON and YAML may put a value on the next line; without quotes it may be the next paragraph. */
function valueStart(cursor: Cursor, from: number): { readonly at: number; readonly doubtful: boolean } {
  const blanks = cursor.skipBlanks(from);
  const white = cursor.skipWhite(from);
  if (white === blanks) return { at: blanks, doubtful: false };
  return { at: white, doubtful: !/["']/.test(cursor.at(white)) };
}

/** `--password x`, `"--password" "x"`, and as items of a JSON list: `"--password", "x"`. */
function flagValue(cursor: Cursor, key: KeyName, closed: number, at: number): Joint | undefined {
  if (key.plural) return undefined;
  if (closed > key.end) {
    const next = cursor.at(at) === ',' ? cursor.skipBlanks(at + 1) : at;
    const same = /["']/.test(cursor.at(key.end)) && cursor.at(next) === cursor.at(key.end);
    return same && next > closed ? { kind: 'blank', at: next } : undefined;
  }
  const none = at === closed || cursor.at(at) === '-' || cursor.at(at) === '';
  return none ? undefined : { kind: 'blank', at };
}

function blank(cursor: Cursor, key: KeyName, at: number): Joint | undefined {
  const is = /^(?:is|was|are)(?: set to)? +/.exec(cursor.text.slice(at, at + 16))?.[0];
  if (is !== undefined) return { kind: 'prose', at: at + is.length };
  if (key.strength === 'strong' && /["']/.test(cursor.at(at))) return { kind: 'blank', at };
  const before = cursor.text.slice(Math.max(0, key.start - 40), key.start);
  return NAME_VALUE_COMMAND.test(before) ? { kind: 'blank', at } : undefined;
}
