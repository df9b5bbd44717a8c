import type { OpenFile } from './file-system.ts';

const BLOCK_BYTES = 64 * 1024;
/** Enough for the beginning of a record up to its time; a message's content comes after it. */
const HEAD_BYTES = 512;
const NEWLINE = 0x0a;
const TIME = /"timestamp":"([^"]{10,40})"/;

/**
 * Where the lines of the time since `sinceMs` begin: the offset after the last line that is older, looking backwards from
 * `size`. Reads only the end of the file, however long its history is. Lines whose time does not stand at their
 * beginning (cut, foreign or custom records) do not count as older.
 */
export function locateSince(file: OpenFile, size: number, sinceMs: number): number {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  let found = size;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const count = file.read(block.subarray(0, end - start), start);
    for (
      let at = block.lastIndexOf(NEWLINE, count - 1);
      at >= 0;
      at = at === 0 ? -1 : block.lastIndexOf(NEWLINE, at - 1)
    ) {
      const lineStart = start + at + 1;
      if (isOlder(file, lineStart, sinceMs)) return found;
      found = lineStart;
    }
    end = start;
  }
  return isOlder(file, 0, sinceMs) ? found : 0;
}

function isOlder(file: OpenFile, lineStart: number, sinceMs: number): boolean {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  const count = file.read(head, lineStart);
  const ms = lineTime(head.toString('latin1', 0, count));
  return ms !== undefined && ms < sinceMs;
}

/** The time (ms) at the beginning of a record; undefined when it does not stand there. */
export function lineTime(head: string): number | undefined {
  const newline = head.indexOf('\n');
  const time = TIME.exec(newline < 0 ? head : head.slice(0, newline))?.[1];
  const ms = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(ms) ? undefined : ms;
}
