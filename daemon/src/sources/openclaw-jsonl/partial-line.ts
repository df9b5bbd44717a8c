/** Bytes kept of the beginning and of the end of a line that is too long to be read. */
const KEPT_BYTES = 4096;

export type FinishedLine =
  | { readonly oversized: false; readonly text: string }
  /** `head` and `end` are the first and last bytes of the line, cut anywhere. */
  | { readonly oversized: true; readonly bytes: number; readonly head: string; readonly end: string };

/**
 * Collects one line that arrives in pieces, cut anywhere (inside UTF-8 too). Decodes only when the line is complete. A line
 * longer than `maxBytes` is never held whole: from then on only its first and last bytes are kept.
 */
export class PartialLine {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #ends: { readonly head: Buffer; readonly end: LastBytes } | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a copy of `piece`; the caller may reuse its buffer. */
  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#bytes += piece.length;
    if (this.#ends === undefined && this.#bytes > this.#maxBytes) this.#giveUp(piece);
    else if (this.#ends !== undefined) this.#ends.end.add(piece);
    else this.#pieces.push(Buffer.from(piece));
  }

  /** The line ends with `rest`. Starts over for the next one. */
  finish(rest: Buffer): FinishedLine {
    if (this.#bytes === 0 && rest.length <= this.#maxBytes) return { oversized: false, text: rest.toString('utf8') };
    this.add(rest);
    const line: FinishedLine =
      this.#ends === undefined
        ? { oversized: false, text: Buffer.concat(this.#pieces).toString('utf8') }
        : {
            oversized: true,
            bytes: this.#bytes,
            head: this.#ends.head.toString('utf8'),
            end: this.#ends.end.toString(),
          };
    this.clear();
    return line;
  }

  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#ends = undefined;
  }

  #giveUp(last: Buffer): void {
    const head = Buffer.alloc(Math.min(KEPT_BYTES, this.#bytes));
    const end = new LastBytes();
    let filled = 0;
    for (const piece of [...this.#pieces, last]) {
      if (filled < head.length) filled += piece.copy(head, filled);
      end.add(piece);
    }
    this.#ends = { head, end };
    this.#pieces = [];
  }
}

/** The last bytes of what went by, in one buffer of its own. */
class LastBytes {
  readonly #buffer = Buffer.alloc(KEPT_BYTES);
  #length = 0;

  add(piece: Buffer): void {
    const news = piece.subarray(Math.max(0, piece.length - KEPT_BYTES));
    const kept = Math.min(this.#length, KEPT_BYTES - news.length);
    this.#buffer.copyWithin(0, this.#length - kept, this.#length);
    news.copy(this.#buffer, kept);
    this.#length = kept + news.length;
  }

  toString(): string {
    return this.#buffer.toString('utf8', 0, this.#length);
  }
}
