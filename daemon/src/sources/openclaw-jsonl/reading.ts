import { basename, dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { optional } from '../openclaw-gateway/fields.ts';
import type { Counters } from './counters.ts';
import type { CursorRun } from './cursor.ts';
import type { FileSystem, OpenFile } from './file-system.ts';
import { isDirectory } from './layout.ts';
import { decodeLine, type RunLine, type TranscriptLine } from './line.ts';
import { locateSince } from './locate.ts';
import { decodeOversized } from './oversized.ts';
import type { Run } from './run.ts';
import { LineTail, NO_FILE, type OversizedLine, type TailLimits, type TailPosition, type TailState } from './tail.ts';

/** Line ids kept to recognise, in a replaced file, the lines that were read before. */
const KEPT_IDS = 256;
/** How much older than its run a message may be by the runtime's own measuring. */
const OLD_MESSAGE_MS = 1_000;
const MAX_ERROR_LINE_BYTES = 64 * 1024;

export interface ReadingPorts {
  readonly fs: FileSystem;
  readonly counters: Counters;
  readonly log: Logger;
  readonly limits: TailLimits;
  /** Shared by all readings. */
  readonly scratch: Buffer;
}

/** Reads the lines of one run from its transcript, and only those: history of any kind is left out (T8). */
export class Reading {
  readonly run: Run;
  readonly #file: string;
  readonly #ports: ReadingPorts;
  readonly #tail: LineTail;
  readonly #ids = new Set<string>();
  #headerMs: number | undefined;
  #seenMs: number | undefined;
  /** Set once the file was replaced: older lines in it were read before. */
  #guardMs: number | undefined;

  /** `from`: undefined = the file is not there yet. */
  constructor(run: Run, file: string, ports: ReadingPorts, from: TailPosition | undefined, resumed?: CursorRun) {
    this.run = run;
    this.#file = file;
    this.#ports = ports;
    this.#headerMs = resumed?.headerMs;
    this.#seenMs = resumed?.seenMs;
    this.#tail = new LineTail(ports.fs, file, { limits: ports.limits, scratch: ports.scratch, from });
  }

  /** Gives the run its new lines; with `untilMs`, only those that are older (a newer run has begun). */
  read(accepts: (line: RunLine) => boolean, untilMs = Number.POSITIVE_INFINITY): TailState {
    const state = this.#readTail(accepts, untilMs);
    return state === 'missing' ? this.#readRenamed(accepts, untilMs) : state;
  }

  position(): TailPosition {
    return this.#tail.position();
  }

  cursor(): CursorRun {
    return { ...this.run.cursor(), ...optional('seenMs', this.#seenMs), ...optional('headerMs', this.#headerMs) };
  }

  /** After a restart: reads the error message again that the cursor does not keep. */
  recallError(): void {
    const offset = this.run.forgottenErrorAt;
    const file = offset === undefined ? undefined : this.#ports.fs.open(this.#file);
    if (offset === undefined || file === undefined) return;
    try {
      const bytes = Buffer.allocUnsafe(MAX_ERROR_LINE_BYTES);
      const [text = ''] = bytes.toString('utf8', 0, file.read(bytes, offset)).split('\n', 1);
      const line = decodeLine(text);
      if (line?.kind === 'assistant' && line.error !== undefined) this.run.recallError(line.error);
    } finally {
      file.close();
    }
  }

  #readTail(accepts: (line: RunLine) => boolean, untilMs: number): TailState {
    const { counters } = this.#ports;
    return this.#tail.read({
      line: (text, offset) => {
        const line = decodeLine(text);
        if (line !== undefined && 'ms' in line && line.kind !== 'header' && line.ms >= untilMs) return 'stop';
        counters.linesRead += 1;
        if (line !== undefined) this.#take(line, offset, accepts);
        else if (text.trim() !== '') counters.linesMalformed += 1;
        return 'next';
      },
      oversized: (line) => this.#oversized(line, accepts),
      replaced: (file, size) => this.#replaced(file, size),
    });
  }

  /** /new, /reset and deletion rename the file: its last lines stand under the new name. */
  #readRenamed(accepts: (line: RunLine) => boolean, untilMs: number): TailState {
    const { inode } = this.#tail.position();
    if (inode === NO_FILE) return 'missing';
    const directory = dirname(this.#file);
    if (!isDirectory(this.#ports.fs, directory)) return 'missing';
    const prefix = `${basename(this.#file)}.`;
    for (const name of this.#ports.fs.list(directory)) {
      const path = join(directory, name);
      if (!name.startsWith(prefix) || name.endsWith('.lock') || this.#ports.fs.stat(path)?.inode !== inode) continue;
      this.#tail.renamed(path);
      const state = this.#readTail(accepts, untilMs);
      this.#tail.renamed(this.#file);
      return state;
    }
    return 'missing';
  }

  #take(line: TranscriptLine, offset: number, accepts: (line: RunLine) => boolean): void {
    if (line.kind === 'other') return;
    if (line.kind === 'header') {
      this.#headerMs = line.ms;
      return;
    }
    if (this.#isHistory(line)) return;
    this.#remember(line);
    if (accepts(line)) this.run.accept(line, offset);
  }

  #isHistory(line: RunLine): boolean {
    if (this.#headerMs !== undefined && line.ms < this.#headerMs) return true;
    if (this.#guardMs !== undefined && (line.ms < this.#guardMs || this.#ids.has(line.id))) return true;
    return isRepairedCopy(line, this.run.identity.createdMs);
  }

  #remember(line: RunLine): void {
    this.#seenMs = Math.max(this.#seenMs ?? line.ms, line.ms);
    this.#ids.add(line.id);
    if (this.#ids.size <= KEPT_IDS) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      return;
    }
  }

  #oversized(line: OversizedLine, accepts: (line: RunLine) => boolean): void {
    this.#ports.counters.linesOversized += 1;
    this.#ports.log.warn(
      { file: this.#file, bytes: line.bytes, offset: line.offset },
      'transcript line too long to be read',
    );
    this.#take(decodeOversized(line), line.offset, accepts);
  }

  /** Truncated, rewritten or swapped: goes on after what was read, without reading the history again. */
  #replaced(file: OpenFile, size: number): number {
    this.#ports.counters.filesReplaced += 1;
    this.#guardMs = this.#seenMs ?? this.run.identity.createdMs;
    const offset = locateSince(file, size, this.#guardMs);
    this.#ports.log.info({ file: this.#file, size, offset }, 'transcript was replaced');
    return offset;
  }
}

/** A repaired file repeats what was said before the run under new ids and times; the message keeps its own time. */
function isRepairedCopy(line: RunLine, createdMs: number): boolean {
  if (line.kind !== 'assistant' && line.kind !== 'toolResult') return false;
  return line.ms >= createdMs && line.messageMs < createdMs - OLD_MESSAGE_MS;
}
