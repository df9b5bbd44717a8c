import type { Cursor } from './cursor.ts';
import type { Findings } from './ranges.ts';

/**
 * One pass over a text for many words at once. Characters are mapped to 32 classes, so three of them are 15 bits: a table
 * of 32,768 entries tells where any of the words may begin, and only there is the text itself compared. Adding a word costs
 * nothing, unlike an alternative more in a regular expression.
 */

export interface Anchor {
  /** At least three characters. */
  readonly literal: string;
  /** In any case: `Password`, `PASSWORD`. The literal is in lower case then. */
  readonly fold?: boolean;
  /** Looked at also within what another anchor has found, which may end in the middle of this one's secret. */
  readonly always?: boolean;
  /** Looks at the text around the anchor at `at`. Returns the end of what it found, or `at` if there is nothing. */
  find(cursor: Cursor, at: number, findings: Findings): number;
}

/** Bytes looked at in one go. */
const CHUNK = 65_536;

const CLASS = new Uint8Array(256);
for (let i = 0; i < 26; i += 1) {
  CLASS[97 + i] = i + 1;
  CLASS[65 + i] = i + 1;
}
for (let i = 48; i < 58; i += 1) CLASS[i] = 27;
for (const [index, chars] of ['-', '_', '.:/', '?&'].entries())
  for (const c of chars) CLASS[c.charCodeAt(0)] = 28 + index;

const HASH_MASK = 0x7fff;
const hashOf = (text: string): number => {
  let hash = 0;
  for (const char of text.slice(0, 3).split(''))
    hash = ((hash << 5) | (CLASS[char.charCodeAt(0) & 255] ?? 0)) & HASH_MASK;
  return hash;
};

export class AnchorScan {
  /** 0 = no anchor begins so; else the index of its bucket. */
  readonly #table = new Uint16Array(HASH_MASK + 1);
  readonly #buckets: Anchor[][] = [[]];
  readonly #scratch = Buffer.alloc(CHUNK);

  constructor(anchors: readonly Anchor[]) {
    // Longest first: `sk-ant-` is looked at before `sk-`.
    for (const anchor of [...anchors].sort((a, b) => b.literal.length - a.literal.length)) {
      const hash = hashOf(anchor.literal);
      const known = this.#table[hash] ?? 0;
      if (known === 0) this.#table[hash] = this.#buckets.push([anchor]) - 1;
      else this.#buckets[known]?.push(anchor);
    }
  }

  run(cursor: Cursor, findings: Findings): void {
    const { length } = cursor.text;
    let settled = 0;
    // Chunks overlap by two characters, so that no anchor falls between them.
    for (let from = 0; from + 3 <= length; from += CHUNK - 2) settled = this.#runChunk(cursor, from, settled, findings);
  }

  /** Everything before `settled` has been looked at. Returns the same for what follows. */
  #runChunk(cursor: Cursor, from: number, settled: number, findings: Findings): number {
    const scratch = this.#scratch;
    const table = this.#table;
    const size = fillBytes(scratch, cursor.text, from);
    let done = settled;
    let hash = 0;
    for (let i = 0; i < size; i += 1) {
      hash = ((hash << 5) | (CLASS[scratch[i] as number] as number)) & HASH_MASK;
      const bucket = table[hash] as number;
      if (bucket !== 0 && i >= 2) done = this.#visit(bucket, cursor, from + i - 2, done, findings);
    }
    return done;
  }

  #visit(bucket: number, cursor: Cursor, at: number, settled: number, findings: Findings): number {
    let end = settled;
    for (const anchor of this.#buckets[bucket] ?? []) {
      if ((at < end && anchor.always !== true) || !matches(cursor.text, at, anchor)) continue;
      end = Math.max(end, anchor.find(cursor, at, findings));
    }
    return end;
  }
}

/**
 * The next chunk as bytes; returns their number. Characters beyond Latin-1 lose their upper byte: that may look like an
 * anchor, but hides none.
 */
function fillBytes(scratch: Buffer, text: string, from: number): number {
  const size = Math.min(CHUNK, text.length - from);
  if (size >= 64) return scratch.write(size === text.length ? text : text.slice(from, from + size), 'latin1');
  // Calling into the runtime takes longer than this.
  for (let i = 0; i < size; i += 1) scratch[i] = text.charCodeAt(from + i);
  return size;
}

function matches(text: string, at: number, { literal, fold }: Anchor): boolean {
  if (text.startsWith(literal, at)) return true;
  return fold === true && text.slice(at, at + literal.length).toLowerCase() === literal;
}
