import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, type Stats, statSync, watch } from 'node:fs';

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other';
  readonly size: number;
  readonly inode: number;
  readonly mtimeMs: number;
}

export interface OpenFile {
  stat(): FileStat;
  /** Fills `buffer` from `position`; returns how many bytes there were, 0 at the end. */
  read(buffer: Uint8Array, position: number): number;
  close(): void;
}

/**
 * What the source needs of a file system. Synchronous on purpose: what is read, the events it gives and the cursor it moves
 * happen in one turn of the event loop, so the pipeline can store them in one transaction. Callers bound how much they read
 * at a time. Every method throws the system's own error (`code` EACCES, EMFILE, ...) except where it says otherwise.
 */
export interface FileSystem {
  /** Names in a directory, sorted. */
  list(directory: string): readonly string[];
  /** Follows links; undefined when nothing is there. */
  stat(path: string): FileStat | undefined;
  /** undefined when nothing is there. Never waits, not even for the writer of a pipe. The caller closes it. */
  open(path: string): OpenFile | undefined;
  /**
   * Tells of changes in a directory, not below it; `name` is undefined when the system does not say what changed.
   * Events may be missed or come twice. The returned function stops it.
   */
  watch(directory: string, onChange: (name: string | undefined) => void, onError: (error: Error) => void): () => void;
}

export const nodeFileSystem: FileSystem = {
  list: (directory) => readdirSync(directory).sort(),
  stat(path) {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? undefined : fileStat(stats);
  },
  open(path) {
    const descriptor = whenThere(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    return descriptor === undefined ? undefined : openFile(descriptor);
  },
  watch(directory, onChange, onError) {
    const watcher = watch(directory, { persistent: false }, (_event, name) => onChange(name ?? undefined));
    watcher.on('error', onError);
    return () => watcher.close();
  },
};

/** The system's code of an error (ENOENT, EACCES, ...), undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The whole of a small file; undefined when it is not there, no plain file, or larger than `maxBytes`. */
export function readWhole(fs: FileSystem, path: string, maxBytes: number): Buffer | undefined {
  const file = fs.open(path);
  if (file === undefined) return undefined;
  try {
    const { kind, size } = file.stat();
    if (kind !== 'file' || size > maxBytes) return undefined;
    const buffer = Buffer.allocUnsafe(size);
    let filled = 0;
    while (filled < size) {
      const count = file.read(buffer.subarray(filled), filled);
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  } finally {
    file.close();
  }
}

function openFile(descriptor: number): OpenFile {
  return {
    stat: () => fileStat(fstatSync(descriptor)),
    read: (buffer, position) => readSync(descriptor, buffer, 0, buffer.length, position),
    close: () => closeSync(descriptor),
  };
}

function fileStat(stats: Stats): FileStat {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
  return { kind, size: stats.size, inode: stats.ino, mtimeMs: stats.mtimeMs };
}

function whenThere<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
