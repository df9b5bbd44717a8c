import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeFileSystem } from './file-system.ts';
import { locateSince } from './locate.ts';
import { header, iso, user } from './testing/lines.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'livestatus-locate-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** The lines that a run since `sinceMs` would be given. */
function linesSince(content: string, sinceMs: number): string {
  const path = join(root, 'x.jsonl');
  writeFileSync(path, content);
  const file = nodeFileSystem.open(path);
  if (file === undefined) throw new Error('not there');
  try {
    const offset = locateSince(file, file.stat().size, sinceMs);
    return Buffer.from(content).subarray(offset).toString();
  } finally {
    file.close();
  }
}

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

it.each([
  { file: 'is empty', lines: [], since: 5, rest: [] },
  { file: 'holds only older lines', lines: [header(1), user(2, 'a')], since: 5, rest: [] },
  { file: 'holds only newer lines', lines: [header(6), user(7, 'a')], since: 5, rest: [header(6), user(7, 'a')] },
])('when the file $file', ({ lines, since, rest }) => {
  expect(linesSince(text(lines), since).length).toBe(text(rest).length);
});

it('a line of the very millisecond belongs to the run', () => {
  const lines = [user(4, 'a'), user(5, 'b')];
  expect(linesSince(text(lines), 5)).toBe(text(lines.slice(1)));
});

it('a partial line at the end belongs to the run', () => {
  const lines = [user(4, 'a'), user(5, 'b')];
  expect(linesSince(`${text(lines)}{"type":"mess`, 5)).toBe(`${text(lines.slice(1))}{"type":"mess`);
});

it('a record whose time stands elsewhere does not end the search', () => {
  const custom = JSON.stringify({ type: 'custom', data: { timestamp: 1, more: 'x'.repeat(600) }, timestamp: iso(6) });
  const lines = [user(4, 'a'), user(5, 'b'), custom, user(7, 'c')];
  expect(linesSince(text(lines), 5)).toBe(text(lines.slice(1)));
});

it('finds the place whatever the sizes of lines are', () => {
  const sizes = fc.array(fc.oneof(fc.nat(300), fc.integer({ min: 60_000, max: 70_000 }), fc.constant(65_536)), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(sizes, fc.nat(12), (lengths, since) => {
      const lines = lengths.map((length, ms) => user(1000 + ms, 'x'.repeat(length)));
      expect(linesSince(text(lines), 1000 + since)).toBe(text(lines.slice(since)));
    }),
    { numRuns: 60 },
  );
});
