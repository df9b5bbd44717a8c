import type { Cursor } from './cursor.ts';
import type { Findings } from './ranges.ts';

/**
 * One pass over a text for many words at once. Characters are mapped to 32 classes, so three of them are 15 bits: a table
 * of 32,768 entries tells where any of the words may begin, and only there is the text itself compared. Adding a word costs
 * nothing, unlike an alternative more in a regular expression.
 */

export interface Anchor {
  /** At least three ASCII characters. */
  readonly literal: string;
  /** In any case: `Password`, `PASSWORD`. The literal is in lower case then. */
  readonly fold?: boolean;
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
  for (const char of text.slice(0, 3)) hash = ((hash << 5) | (CLASS[char.charCodeAt(0)] ?? 0)) & HASH_MASK;
  return hash;
};

export class AnchorScan {
  /** 0 = no anchor begins so; else the index of its bucket. */
  readonly #table = new Uint8Array(HASH_MASK + 1);
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
    for (let from = 0; from + 3 <= cursor.text.length; ) from = this.#runChunk(cursor, from, findings);
  }

  /** Returns where the next chunk begins. */
  #runChunk(cursor: Cursor, from: number, findings: Findings): number {
    const { text } = cursor;
    const scratch = this.#scratch;
    const table = this.#table;
    // Characters beyond Latin-1 lose their upper byte: that may look like an anchor, but hides none.
    const size = scratch.write(
      text.length - from > CHUNK || from > 0 ? text.slice(from, from + CHUNK) : text,
      'latin1',
    );
    let hash = 0;
    for (let i = 0; i < size; i += 1) {
      hash = ((hash << 5) | (CLASS[scratch[i] as number] as number)) & HASH_MASK;
      const bucket = table[hash] as number;
      if (bucket === 0 || i < 2) continue;
      const at = from + i - 2;
      const next = this.#visit(bucket, cursor, at, findings);
      if (next - from >= size) return next;
      if (next > at + 3) {
        i = next - from - 1;
        hash = 0;
      }
    }
    return from + size >= text.length ? text.length : from + size - 2;
  }

  #visit(bucket: number, cursor: Cursor, at: number, findings: Findings): number {
    for (const anchor of this.#buckets[bucket] ?? []) {
      if (!matches(cursor.text, at, anchor)) continue;
      const end = anchor.find(cursor, at, findings);
      if (end > at) return end;
    }
    return at;
  }
}

function matches(text: string, at: number, { literal, fold }: Anchor): boolean {
  if (text.startsWith(literal, at)) return true;
  return fold === true && text.slice(at, at + literal.length).toLowerCase() === literal;
}
