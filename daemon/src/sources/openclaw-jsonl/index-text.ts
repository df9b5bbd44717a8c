import { crc32 } from 'node:zlib';
import { isObject, type Json } from '../openclaw-gateway/fields.ts';

/** Top-level keys and closing braces stand two blanks deep: OpenClaw writes `JSON.stringify(index, null, 2)`. */
const KEY_LINE = Buffer.from('\n  "');
const KEY_END = Buffer.from('": {\n');
const ENTRY_END = Buffer.from('\n  }');
const BEGINNING = '{\n  "';
const END = /\}\s*$/;

/** Where an entry stands; `print` changes when it does. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The entries of a `sessions.json`, each parsed only when it is asked for: one is about 12 KB, there may be thousands, and
 * the file is rewritten as a whole several times a turn. JSON strings hold no raw newline, so lines tell where entries stand.
 */
export interface IndexText {
  keys(): Iterable<string>;
  /** undefined if there is no such entry, or it is no object. */
  entry(key: string): Json | undefined;
  /** Equal as long as the entry is; undefined if that cannot be told without parsing it. */
  print(key: string): number | undefined;
}

/** undefined if the content is damaged. */
export function indexText(content: Buffer): IndexText | undefined {
  const looksLined =
    content.toString('latin1', 0, BEGINNING.length) === BEGINNING &&
    END.test(content.toString('latin1', Math.max(0, content.length - 16)));
  return looksLined ? linedIndex(content) : parsedIndex(content);
}

/** Where an entry stands is found by its key; the places of all are only sought when somebody asks for the keys. */
function linedIndex(content: Buffer): IndexText | undefined {
  let whole: IndexText | undefined;
  const all = (): IndexText | undefined => {
    whole ??= spannedIndex(content) ?? parsedIndex(content);
    return whole;
  };
  // One entry that stands as expected shows that the file is written by lines; a file of no such entry is judged at once.
  if (content.indexOf(KEY_END) < 0) return all();
  return {
    keys: () => all()?.keys() ?? [],
    entry: (key) => (whole === undefined ? parseObject(bytesOf(content, key)) : undefined) ?? all()?.entry(key),
    print: (key) => {
      const bytes = whole === undefined ? bytesOf(content, key) : undefined;
      return bytes === undefined ? all()?.print(key) : crc32(bytes);
    },
  };
}

/** The entry of a key that stands on a line of its own, two blanks deep. */
function bytesOf(content: Buffer, key: string): Buffer | undefined {
  const line = `\n  ${JSON.stringify(key)}: {\n`;
  const at = content.indexOf(line);
  const end = at < 0 ? -1 : content.indexOf(ENTRY_END, at);
  return end < 0 ? undefined : content.subarray(at + Buffer.byteLength(line) - 2, end + ENTRY_END.length);
}

function spannedIndex(content: Buffer): IndexText | undefined {
  const spans = entrySpans(content);
  if (spans === undefined) return undefined;
  const bytes = (key: string) => {
    const span = spans.get(key);
    return span === undefined ? undefined : content.subarray(span.start, span.end);
  };
  return {
    keys: () => spans.keys(),
    entry: (key) => parseObject(bytes(key)),
    print: (key) => {
      const entry = bytes(key);
      return entry === undefined ? undefined : crc32(entry);
    },
  };
}

/** Any other way of writing JSON. */
function parsedIndex(content: Buffer): IndexText | undefined {
  const index = parseObject(content);
  if (index === undefined) return undefined;
  return {
    keys: () => Object.keys(index),
    entry: (key) => (Object.hasOwn(index, key) && isObject(index[key]) ? index[key] : undefined),
    print: () => undefined,
  };
}

/** undefined if a line is not as expected: then the whole is parsed. */
function entrySpans(content: Buffer): ReadonlyMap<string, Span> | undefined {
  const spans = new Map<string, Span>();
  for (let at = content.indexOf(KEY_LINE); at >= 0; ) {
    const keyStart = at + KEY_LINE.length - 1;
    const keyEnd = content.indexOf(KEY_END, keyStart + 1);
    const end = keyEnd < 0 ? -1 : content.indexOf(ENTRY_END, keyEnd);
    const key = keyEnd < 0 ? undefined : parseKey(content.toString('utf8', keyStart, keyEnd + 1));
    if (end < 0 || key === undefined) return undefined;
    spans.set(key, { start: keyEnd + KEY_END.length - 2, end: end + ENTRY_END.length });
    at = content.indexOf(KEY_LINE, end + 1);
  }
  return spans;
}

function parseKey(json: string): string | undefined {
  try {
    const key: unknown = JSON.parse(json);
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}

function parseObject(bytes: Buffer | undefined): Json | undefined {
  try {
    const value: unknown = JSON.parse(bytes?.toString('utf8') ?? '');
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
