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
  #head: Buffer | undefined;
  #end: Buffer = Buffer.alloc(0);

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
    if (this.#head !== undefined) {
      this.#end = lastBytes([this.#end, piece]);
      return;
    }
    this.#pieces.push(Buffer.from(piece));
    if (this.#bytes > this.#maxBytes) this.#giveUp();
  }

  /** The line ends with `rest`. Starts over for the next one. */
  finish(rest: Buffer): FinishedLine {
    if (this.#bytes === 0 && rest.length <= this.#maxBytes) return { oversized: false, text: rest.toString('utf8') };
    this.add(rest);
    const line: FinishedLine =
      this.#head === undefined
        ? { oversized: false, text: Buffer.concat(this.#pieces).toString('utf8') }
        : { oversized: true, bytes: this.#bytes, head: this.#head.toString('utf8'), end: this.#end.toString('utf8') };
    this.clear();
    return line;
  }

  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#head = undefined;
    this.#end = Buffer.alloc(0);
  }

  #giveUp(): void {
    this.#head = Buffer.from(Buffer.concat(this.#pieces.slice(0, 2)).subarray(0, KEPT_BYTES));
    this.#end = lastBytes(this.#pieces.slice(-2));
    this.#pieces = [];
  }
}

/** A copy of the last bytes, so that the pieces themselves can go. */
function lastBytes(pieces: readonly Buffer[]): Buffer {
  const joined = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  return Buffer.from(joined.subarray(Math.max(0, joined.length - KEPT_BYTES)));
}
