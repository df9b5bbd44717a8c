import { crc32 } from 'node:zlib';
import type { FileStat, FileSystem, OpenFile } from './file-system.ts';
import { PartialLine } from './partial-line.ts';

/** How many bytes before the read position tell whether this is still the same file. */
const MARK_BYTES = 64;
const NEWLINE = 0x0a;
/** In place of an inode: the file was not there yet. */
export const NO_FILE = 0;

export interface TailPosition {
  /** Start of the first byte not read as a whole line. */
  readonly offset: number;
  /** `NO_FILE` if there was none. */
  readonly inode: number;
  /** CRC-32 of the bytes just before `offset`. */
  readonly mark: number;
}

export interface OversizedLine {
  readonly offset: number;
  readonly bytes: number;
  readonly head: string;
  readonly end: string;
}

export interface TailReader {
  /** One whole line without its newline, and where it starts. `stop`: not this one, it is somebody else's to read. */
  line(text: string, offset: number): 'next' | 'stop';
  oversized(line: OversizedLine): void;
  /** Another file stands in the place of the one that was read (truncated, rewritten, swapped): where to begin in it. */
  replaced(file: OpenFile, size: number): number;
}

export interface TailLimits {
  /** Longer lines are not read, only their beginning and end. */
  readonly maxLineBytes: number;
  /** At most this much is read in one call. */
  readonly maxReadBytes: number;
}

export type TailState = 'end' | 'more' | 'stopped' | 'missing';

/**
 * Follows one file by bytes: whole lines only, split on `\n` bytes alone (U+2028 may stand raw inside a line), decoded when
 * complete. Nothing is read twice, except after the file was replaced.
 */
export class LineTail {
  readonly #fs: FileSystem;
  readonly #scratch: Buffer;
  readonly #limits: TailLimits;
  readonly #partial: PartialLine;
  #path: string;
  #offset: number;
  #mark: number;
  /** undefined until the file was seen. */
  #inode: number | undefined;

  /** `scratch` may be shared by all tails: it holds nothing between two calls. */
  constructor(
    fs: FileSystem,
    path: string,
    options: { readonly limits: TailLimits; readonly scratch: Buffer; readonly from: TailPosition | undefined },
  ) {
    this.#fs = fs;
    this.#path = path;
    this.#scratch = options.scratch;
    this.#limits = options.limits;
    this.#partial = new PartialLine(options.limits.maxLineBytes);
    this.#offset = options.from?.offset ?? 0;
    this.#mark = options.from?.mark ?? 0;
    this.#inode = options.from === undefined || options.from.inode === NO_FILE ? undefined : options.from.inode;
  }

  position(): TailPosition {
    return { offset: this.#offset, inode: this.#inode ?? NO_FILE, mark: this.#mark };
  }

  /** Goes on with the same file under its new name. */
  renamed(path: string): void {
    this.#path = path;
  }

  /** Gives every whole line that is there to `reader`. Throws the system's error if the file cannot be read. */
  read(reader: TailReader): TailState {
    const file = this.#fs.open(this.#path);
    if (file === undefined) return 'missing';
    try {
      const stat = file.stat();
      if (stat.kind !== 'file') return 'missing';
      if (this.#isReplaced(file, stat)) this.#restart(reader.replaced(file, stat.size));
      this.#inode = stat.inode;
      return this.#readLines(file, reader);
    } finally {
      file.close();
    }
  }

  #isReplaced(file: OpenFile, stat: FileStat): boolean {
    if (this.#inode === undefined) return false;
    if (stat.inode !== this.#inode || stat.size < this.#offset + this.#partial.bytes) return true;
    return markBefore(file, this.#offset) !== this.#mark;
  }

  #restart(offset: number): void {
    this.#partial.clear();
    this.#offset = offset;
  }

  #readLines(file: OpenFile, reader: TailReader): TailState {
    let left = this.#limits.maxReadBytes;
    let state: TailState = 'more';
    while (left > 0) {
      const want = this.#scratch.subarray(0, Math.min(this.#scratch.length, left));
      const count = file.read(want, this.#offset + this.#partial.bytes);
      if (this.#split(want.subarray(0, count), reader) === 'stop') {
        state = 'stopped';
        break;
      }
      left -= count;
      if (count < want.length) {
        state = 'end';
        break;
      }
    }
    this.#mark = markBefore(file, this.#offset);
    return state;
  }

  #split(chunk: Buffer, reader: TailReader): 'next' | 'stop' {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const offset = this.#offset;
      const bytes = this.#partial.bytes + end - from;
      const line = this.#partial.finish(chunk.subarray(from, end));
      if (line.oversized) reader.oversized({ offset, bytes: line.bytes, head: line.head, end: line.end });
      else if (reader.line(line.text, offset) === 'stop') return 'stop';
      this.#offset = offset + bytes + 1;
      from = end + 1;
    }
    this.#partial.add(chunk.subarray(from));
    return 'next';
  }
}

/** CRC-32 of up to 64 bytes before `offset`; 0 at the beginning of a file. */
export function markBefore(file: OpenFile, offset: number): number {
  const length = Math.min(MARK_BYTES, offset);
  if (length === 0) return 0;
  const bytes = Buffer.allocUnsafe(length);
  const count = file.read(bytes, offset - length);
  return crc32(bytes.subarray(0, count));
}
