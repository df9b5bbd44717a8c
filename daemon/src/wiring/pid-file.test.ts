import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePidFile } from './pid-file.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'livestatus-pid-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the PID file', () => {
  it('holds the number while the daemon runs and is gone afterwards, over one that was left behind', () => {
    const path = join(dir, 'daemon.pid');
    writeFileSync(path, '999999999\n');
    const remove = writePidFile(path, 4711);
    expect(readFileSync(path, 'utf8')).toBe('4711\n');
    remove();
    expect(existsSync(path)).toBe(false);
    remove();
  });

  it("leaves another process's number alone", () => {
    const path = join(dir, 'daemon.pid');
    const remove = writePidFile(path, 4711);
    writeFileSync(path, '4712\n');
    remove();
    expect(readFileSync(path, 'utf8')).toBe('4712\n');
  });

  it('says which file cannot be written', () => {
    const path = join(dir, 'missing', 'daemon.pid');
    expect(() => writePidFile(path, 1)).toThrow(
      expect.objectContaining({ code: 'path_not_writable', message: `cannot write the PID_FILE ${path} (ENOENT)` }),
    );
  });
});
