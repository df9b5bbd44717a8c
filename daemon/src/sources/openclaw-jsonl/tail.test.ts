import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFileSystem } from './file-system.ts';
import { LineTail, type OversizedLine, type TailLimits, type TailPosition, type TailState } from './tail.ts';

let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'livestatus-tail-'));
  file = join(root, 'x.jsonl');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A tail that collects what it reads. */
class Reader {
  readonly lines: string[] = [];
  readonly offsets: number[] = [];
  readonly oversized: OversizedLine[] = [];
  replaced = 0;
  /** Stops before this line. */
  stopAt: string | undefined;
  readonly tail: LineTail;

  constructor(options: { from?: TailPosition; limits?: Partial<TailLimits>; scratchBytes?: number } = {}) {
    this.tail = new LineTail(nodeFileSystem, file, {
      limits: { maxLineBytes: 1 << 20, maxReadBytes: 1 << 20, ...options.limits },
      scratch: Buffer.alloc(options.scratchBytes ?? 4096),
      from: options.from,
    });
  }

  read(): TailState {
    return this.tail.read({
      line: (text, offset) => {
        if (text === this.stopAt) return 'stop';
        this.lines.push(text);
        this.offsets.push(offset);
        return 'next';
      },
      oversized: (line) => this.oversized.push(line),
      replaced: () => {
        this.replaced += 1;
        return 0;
      },
    });
  }
}

describe('a tail', () => {
  it('gives whole lines only, and where they start', () => {
    const reader = new Reader();
    writeFileSync(file, 'one\ntw');
    expect(reader.read()).toBe('end');
    expect(reader.lines).toEqual(['one']);
    appendFileSync(file, 'o\n\nthree\n');
    reader.read();
    expect(reader.lines).toEqual(['one', 'two', '', 'three']);
    expect(reader.offsets).toEqual([0, 4, 8, 9]);
  });

  it('splits on the newline byte alone: U+2028, U+2029, U+0085 and a lone carriage return are text', () => {
    const reader = new Reader();
    const text = 'a\u2028b\u2029c\u0085d\re';
    writeFileSync(file, `${text}\n`);
    reader.read();
    expect(reader.lines).toEqual([text]);
  });

  it('waits for a file that is not there yet', () => {
    const reader = new Reader();
    expect(reader.read()).toBe('missing');
    writeFileSync(file, 'one\n');
    expect(reader.read()).toBe('end');
    expect(reader.lines).toEqual(['one']);
    expect(reader.replaced).toBe(0);
  });

  it('reads a bounded amount at a time', () => {
    const reader = new Reader({ limits: { maxReadBytes: 10 }, scratchBytes: 8 });
    writeFileSync(file, 'one\ntwo\nthree\n');
    expect(reader.read()).toBe('more');
    expect(reader.lines).toEqual(['one', 'two']);
    expect(reader.read()).toBe('end');
    expect(reader.lines).toEqual(['one', 'two', 'three']);
  });

  it('stops before a line that is not its own, and begins with it next time', () => {
    const reader = new Reader();
    writeFileSync(file, 'one\ntwo\nthree\n');
    reader.stopAt = 'two';
    expect(reader.read()).toBe('stopped');
    expect(reader.tail.position().offset).toBe(4);
    reader.stopAt = undefined;
    reader.read();
    expect(reader.lines).toEqual(['one', 'two', 'three']);
  });

  it('goes on from a saved position, offset 0 included', () => {
    writeFileSync(file, 'one\ntwo\n');
    const first = new Reader();
    first.read();
    appendFileSync(file, 'three\n');
    const second = new Reader({ from: first.tail.position() });
    second.read();
    expect(second.lines).toEqual(['three']);
    const empty = new Reader({ from: { offset: 0, inode: first.tail.position().inode, mark: 0 } });
    empty.read();
    expect(empty.lines).toEqual(['one', 'two', 'three']);
  });

  it.each([
    { what: 'shrinks', change: () => truncateSync(file, 2) },
    { what: 'is swapped for another', change: () => swap('one\ntwo\nthree\n') },
    { what: 'is rewritten longer in place', change: () => writeFileSync(file, 'uno\ndue\ntre\n') },
  ])('notices when the file $what', ({ change }) => {
    const reader = new Reader();
    writeFileSync(file, 'one\ntwo\n');
    reader.read();
    change();
    reader.read();
    expect(reader.replaced).toBe(1);
  });

  it('gives the same lines however the bytes arrive', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 }).map((line) => line.replaceAll('\n', ''));
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 30 }),
        fc.array(fc.nat(400), { maxLength: 12 }),
        fc.integer({ min: 1, max: 64 }),
        (lines, cuts, scratchBytes) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          rmSync(file, { force: true });
          let reader = new Reader({ scratchBytes });
          let from = 0;
          const seen: string[] = [];
          for (const [index, cut] of [
            ...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b),
            bytes.length,
          ].entries()) {
            appendFileSync(file, bytes.subarray(from, cut));
            from = cut;
            reader.read();
            // Every other time the daemon is killed and goes on from what it had kept.
            if (index % 2 === 0) {
              seen.push(...reader.lines);
              reader = new Reader({ scratchBytes, from: reader.tail.position() });
            }
          }
          expect([...seen, ...reader.lines]).toEqual(lines.map((line) => Buffer.from(line).toString()));
          expect(reader.replaced).toBe(0);
        },
      ),
    );
  });
});

describe('a line that is too long', () => {
  it.each([
    { scratchBytes: 16, at: 'the limit plus one', length: 101 },
    { scratchBytes: 4096, at: 'much more', length: 50_000 },
    { scratchBytes: 64_000, at: 'more, in a single read', length: 50_000 },
  ])('$at: only its ends are kept, and reading goes on after it', ({ scratchBytes, length }) => {
    const reader = new Reader({ limits: { maxLineBytes: 100 }, scratchBytes });
    writeFileSync(file, `before\n${'h'.repeat(50)}${'m'.repeat(length - 100)}${'e'.repeat(50)}\nafter\n`);
    while (reader.read() === 'more');
    expect(reader.lines).toEqual(['before', 'after']);
    expect(reader.oversized).toMatchObject([{ offset: 7, bytes: length }]);
    expect(reader.oversized[0]?.head.startsWith('h'.repeat(16))).toBe(true);
    expect(reader.oversized[0]?.end.endsWith('e'.repeat(50))).toBe(true);
  });

  it('of 100 MB does not cost memory', () => {
    const megabyte = Buffer.alloc(1 << 20, 'x');
    const descriptor = openSync(file, 'w');
    for (let i = 0; i < 100; i += 1) writeSync(descriptor, megabyte);
    writeSync(descriptor, '\nafter\n');
    closeSync(descriptor);
    const reader = new Reader({ limits: { maxLineBytes: 16 << 20, maxReadBytes: 8 << 20 }, scratchBytes: 256 << 10 });
    const before = process.memoryUsage();
    let most = 0;
    while (reader.read() === 'more') {
      const { external, arrayBuffers } = process.memoryUsage();
      most = Math.max(most, external + arrayBuffers - before.external - before.arrayBuffers);
    }
    expect(reader.lines).toEqual(['after']);
    expect(reader.oversized[0]?.bytes).toBe(100 << 20);
    expect(most).toBeLessThan(40 << 20);
  });
});

function swap(content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}
