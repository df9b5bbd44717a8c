import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NotHereError } from '../harness/outcome.ts';

const run = promisify(execFile);
const SIZE = '16m';
const CHUNKS_BYTES = [65_536, 4_096, 512, 1];

/** A file system of its own, so small that it can be filled. Needs the right to mount. */
export class SmallDisk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async mount(): Promise<SmallDisk> {
    const path = await mkdtemp(join(tmpdir(), 'livestatus-disk-'));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', path]);
    } catch (error) {
      await rm(path, { recursive: true });
      throw new NotHereError('a small disk cannot be mounted: run this as root', { cause: error });
    }
    return new SmallDisk(path);
  }

  /** To its last byte. */
  async fill(): Promise<void> {
    const file = await open(this.#ballast, 'w');
    try {
      for (const size of CHUNKS_BYTES) {
        const chunk = Buffer.alloc(size);
        while (
          await file.write(chunk).then(
            ({ bytesWritten }) => bytesWritten > 0,
            () => false,
          )
        );
      }
    } finally {
      await file.close();
    }
  }

  /** As somebody who has tidied up. */
  async free(): Promise<void> {
    await rm(this.#ballast, { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', [this.path]);
    await rm(this.path, { recursive: true });
  }

  get #ballast(): string {
    return join(this.path, 'ballast');
  }
}
