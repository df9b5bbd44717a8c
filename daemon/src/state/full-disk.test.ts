import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { openState } from './store.ts';
import { FakeClock } from './testing/fake-clock.ts';

const mounted: string[] = [];

/** A file system of 2 MB of its own; undefined where this process may not mount one. */
function mountSmallDisk(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'livestatus-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
  mounted.push(path);
  return path;
}

afterEach(() => {
  for (const path of mounted.splice(0)) {
    execFileSync('umount', [path]);
    rmSync(path, { recursive: true });
  }
});

/** Fills the disk to its last byte. */
function fill(path: string): void {
  const descriptor = openSync(path, 'w');
  try {
    for (const size of [65_536, 512, 1]) for (;;) if (!wrote(descriptor, size)) break;
  } finally {
    closeSync(descriptor);
  }
}

function wrote(descriptor: number, size: number): boolean {
  try {
    return writeSync(descriptor, Buffer.alloc(size)) > 0;
  } catch {
    return false;
  }
}

const options = (disk: string, clock: FakeClock) => ({
  dir: join(disk, 'state'),
  retentionMs: 86_400_000,
  clock,
  log: pino({ level: 'silent' }),
});
const family = (id: string) => ({ id, json: JSON.stringify('y'.repeat(20_000)) });

// Needs the right to mount; the same behaviour is tested without it in store.test.ts, with a limit of SQLite's own.
describe.skipIf(process.getuid?.() !== 0)('a disk that is really full', () => {
  it('degrades the daemon, loses nothing it has, and recovers', ({ skip }) => {
    const disk = mountSmallDisk() ?? skip('may not mount a tmpfs here');
    const clock = new FakeClock(0);
    const store = openState(options(disk, clock));
    store.save({ families: [family('before')] });
    fill(join(disk, 'filler'));
    expect(store.save({ families: [family('a'), family('b')] })).toBe(false);
    expect(store.health().code).toBe('state_disk_full');
    rmSync(join(disk, 'filler'));
    clock.advance(5000);
    expect(store.health().state).toBe('ok');
    store.close();
    const next = openState(options(disk, clock));
    expect(next.load().families.map(({ id }) => id)).toEqual(['a', 'b', 'before']);
    next.close();
  });

  it('still gives a starting daemon the turns it had in flight', ({ skip }) => {
    const disk = mountSmallDisk() ?? skip('may not mount a tmpfs here');
    const clock = new FakeClock(0);
    const first = openState(options(disk, clock));
    first.save({ families: [family('a')] });
    first.close();
    fill(join(disk, 'filler'));
    const second = openState(options(disk, clock));
    expect(second.daemonId).toBe(first.daemonId);
    expect(second.load().families.map(({ id }) => id)).toEqual(['a']);
    expect(second.save({ families: [family('b')] })).toBe(false);
    expect(second.health().code).toBe('state_disk_full');
    second.close();
  });

  it('lets a new daemon start from memory when there is no room for a database at all', ({ skip }) => {
    const disk = mountSmallDisk() ?? skip('may not mount a tmpfs here');
    fill(join(disk, 'filler'));
    const clock = new FakeClock(0);
    const store = openState(options(disk, clock));
    expect(store.health().code).toBe('state_disk_full');
    store.save({ families: [family('a')] });
    rmSync(join(disk, 'filler'));
    clock.advance(5000);
    expect(store.health().state).toBe('ok');
    expect(store.load().families).toHaveLength(1);
    store.close();
  });
});
