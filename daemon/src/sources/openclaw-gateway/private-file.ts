import type * as nodeFs from 'node:fs';
import { constants } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from 'pino';

/** The part of `node:fs` used here; tests pass one that fails. */
export type PrivateFs = Pick<
  typeof nodeFs,
  | 'chmodSync'
  | 'closeSync'
  | 'fsyncSync'
  | 'lstatSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readFileSync'
  | 'renameSync'
  | 'statSync'
  | 'unlinkSync'
  | 'writeFileSync'
>;

/** The secret cannot be kept safely. `reason` is fit for a person and holds no secret. */
export class DeviceStoreError extends Error {
  override readonly name = 'DeviceStoreError';
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

const OTHERS = 0o077;
/** Windows has no such modes; there the user's profile directory protects the file. */
const HAS_MODES = process.platform !== 'win32';

/** Makes `dir` (0700), or narrows an existing one that others may enter. Refuses one that belongs to somebody else. */
export function makePrivateDirectory(fs: PrivateFs, dir: string, log: Logger): void {
  attempt(`cannot make the directory ${dir}`, () => fs.mkdirSync(dir, { recursive: true, mode: 0o700 }));
  const stat = attempt(`cannot look at ${dir}`, () => fs.statSync(dir));
  if (!stat.isDirectory()) throw new DeviceStoreError(`${dir} is not a directory`);
  refuseForeign(dir, stat.uid);
  if (!HAS_MODES || (stat.mode & OTHERS) === 0) return;
  attempt(`others can read ${dir} and its mode cannot be changed`, () => fs.chmodSync(dir, 0o700));
  log.warn({ path: dir }, 'state directory was open to other users; narrowed to 0700');
}

/** The file's text, or undefined if there is none. A mode wider than 0600 is narrowed, a link or foreign owner refused. */
export function readPrivateFile(fs: PrivateFs, path: string, log: Logger): string | undefined {
  const stat = attempt(`cannot look at ${path}`, () => fs.lstatSync(path, { throwIfNoEntry: false }));
  if (stat === undefined) return undefined;
  if (!stat.isFile()) throw new DeviceStoreError(`${path} is not a plain file`);
  refuseForeign(path, stat.uid);
  if (HAS_MODES && (stat.mode & OTHERS) !== 0) {
    attempt(`others can read ${path} and its mode cannot be changed`, () => fs.chmodSync(path, 0o600));
    log.warn({ path }, 'device identity was readable by other users; narrowed to 0600 (delete it to pair anew)');
  }
  return attempt(`cannot read ${path}`, () => fs.readFileSync(path, 'utf8'));
}

/** Writes a neighbour with mode 0600 and renames it into place: a crash leaves the old file or the new one. */
export function writePrivateFile(fs: PrivateFs, path: string, text: string): void {
  const staging = `${path}.new`;
  attempt(`cannot write ${path}`, () => {
    fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    removeIfThere(fs, staging);
    const fd = fs.openSync(staging, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      fs.writeFileSync(fd, text);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(staging, path);
  });
}

/** Moves a file out of the way and returns its new path. */
export function setAside(fs: PrivateFs, path: string, now: number): string {
  const copy = `${path}.unreadable-${now}`;
  attempt(`cannot set ${path} aside`, () => fs.renameSync(path, copy));
  return copy;
}

/** Whatever it is: a file, a link, a directory. */
export function isThere(fs: PrivateFs, path: string): boolean {
  return attempt(`cannot look at ${path}`, () => fs.lstatSync(path, { throwIfNoEntry: false })) !== undefined;
}

function removeIfThere(fs: PrivateFs, path: string): void {
  if (isThere(fs, path)) fs.unlinkSync(path);
}

function refuseForeign(path: string, uid: number): void {
  const own = process.getuid?.();
  // Root is exempt: in a container a mounted volume often belongs to a user of the host.
  if (own !== undefined && own !== 0 && uid !== own) throw new DeviceStoreError(`${path} belongs to another user`);
}

function attempt<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new DeviceStoreError(`${what}: ${code}`, { cause });
  }
}
