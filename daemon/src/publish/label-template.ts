import { codePointLength, cut, oneLine } from './text.ts';

/**
 * The little language of labels:
 * - `{path}` is a value, `{path|file}` the first of several that there is;
 * - `[ in {dir}]` is left out if a value in it is missing; it does not nest;
 * - a value between backticks is code: "`{path}`".
 * Values lose their line breaks and backticks, so a label is always one line and its backticks always pair.
 */
export type LabelTemplate = readonly TemplatePart[];

type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly names: readonly string[]; readonly isCode: boolean }
  | { readonly kind: 'optional'; readonly parts: LabelTemplate };

export type TemplateProblem = 'unclosed_brace' | 'unclosed_bracket' | 'nested_bracket' | 'odd_backticks' | 'bad_name';

const TOKENS = /\{([^{}]*)\}|[[\]]|[^{}[\]]+|[{}]/g;
const NAMES = /^[\w.-]+(?:\|[\w.-]+)*$/;

/** Returns the parts, or the first thing that is wrong. */
export function parseTemplate(source: string): LabelTemplate | TemplateProblem {
  const top: TemplatePart[] = [];
  let open: TemplatePart[] | undefined;
  let isCode = false;
  for (const [token, names] of source.matchAll(TOKENS)) {
    const target = open ?? top;
    if (names !== undefined) {
      if (!NAMES.test(names)) return 'bad_name';
      target.push({ kind: 'value', names: names.split('|'), isCode });
    } else if (token === '[') {
      if (open !== undefined) return 'nested_bracket';
      open = [];
    } else if (token === ']') {
      if (open === undefined) return 'unclosed_bracket';
      top.push({ kind: 'optional', parts: open });
      open = undefined;
    } else if (token === '{' || token === '}') {
      return 'unclosed_brace';
    } else {
      target.push({ kind: 'text', text: token });
      if (token.split('`').length % 2 === 0) isCode = !isCode;
    }
  }
  if (open !== undefined) return 'unclosed_bracket';
  return isCode ? 'odd_backticks' : top;
}

/** For templates of our own tables, which a test has checked. */
export function template(source: string): LabelTemplate {
  const parts = parseTemplate(source);
  if (typeof parts === 'string') throw new TypeError(`label template "${source}": ${parts}`);
  return parts;
}

export function hasValues(parts: LabelTemplate): boolean {
  return parts.some((part) => part.kind !== 'text');
}

/** A fact about the tool call; undefined if it is not known. */
export type Facts = (name: string) => string | undefined;

/** A piece of a label: fixed words, or a value that may be shortened. */
export interface Piece {
  readonly text: string;
  readonly isValue: boolean;
  /** Of a path the end matters. */
  readonly isPath: boolean;
}

/** The filled template; undefined if a value that is not optional is missing. */
export function fill(parts: LabelTemplate, facts: Facts): Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const part of parts) {
    const more = fillPart(part, facts);
    if (more === undefined) return undefined;
    pieces.push(...more);
  }
  return pieces;
}

function fillPart(part: TemplatePart, facts: Facts): Piece[] | undefined {
  if (part.kind === 'text') return [{ text: part.text, isValue: false, isPath: false }];
  if (part.kind === 'optional') return fill(part.parts, facts) ?? [];
  for (const name of part.names) {
    const text = valueText(facts(name));
    if (text !== '') return [{ text, isValue: true, isPath: PATH_NAMES.has(name) }];
  }
  return undefined;
}

const PATH_NAMES = new Set([
  'path',
  'file_path',
  'filePath',
  'file',
  'dir',
  'directory',
  'cwd',
  'workdir',
  'notebook_path',
]);

function valueText(value: string | undefined): string {
  return value === undefined ? '' : oneLine(value).replaceAll('`', "'");
}

/** Values never get shorter than this, even if the label does not fit then. */
const MIN_VALUE = 12;
/** Longer paths say more by their end alone. */
const MAX_PATH = 64;

/** Puts the pieces together in at most `max` code points, by shortening the longest values. */
export function join(pieces: readonly Piece[], max: number): string {
  const texts = pieces.map((piece) => (piece.isPath ? endOfPath(piece.text, MAX_PATH) : piece.text));
  const lengths = texts.map(codePointLength);
  let excess = lengths.reduce((sum, length) => sum + length, 0) - max;
  while (excess > 0) {
    const longest = indexOfLongestValue(pieces, lengths);
    const length = lengths[longest] ?? 0;
    if (longest < 0 || length <= MIN_VALUE) break;
    const target = Math.max(MIN_VALUE, length - excess);
    const text = shorten(texts[longest] ?? '', target, pieces[longest]?.isPath === true);
    texts[longest] = text;
    lengths[longest] = codePointLength(text);
    excess -= Math.max(1, length - (lengths[longest] ?? 0));
  }
  return cut(texts.join(''), max);
}

function indexOfLongestValue(pieces: readonly Piece[], lengths: readonly number[]): number {
  let best = -1;
  for (const [index, piece] of pieces.entries()) {
    if (piece.isValue && (lengths[index] ?? 0) > (lengths[best] ?? 0)) best = index;
  }
  return best;
}

function shorten(text: string, max: number, isPath: boolean): string {
  return isPath ? endOfPath(text, max) : cut(text, max);
}

/** `/home/agent/project/src/app.ts` -> `…/src/app.ts`: whole segments, as many as fit. */
export function endOfPath(path: string, max: number): string {
  if (codePointLength(path) <= max) return path;
  const separator = path.includes('/') ? '/' : '\\';
  const segments = path.split(separator);
  let kept = '';
  for (let i = segments.length - 1; i > 0; i -= 1) {
    const longer = `${separator}${segments[i] ?? ''}${kept}`;
    if (codePointLength(longer) + 1 > max) break;
    kept = longer;
  }
  return kept.length > 1 ? `…${kept}` : cut(path, max);
}
