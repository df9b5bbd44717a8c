import { number, optional, text } from '../openclaw-gateway/fields.ts';
import { type FileSystem, readWhole } from './file-system.ts';

/** A lock is about 80 bytes. */
const MAX_LOCK_BYTES = 64 * 1024;
/** A lock whose content still cannot be read after this is taken as it is: it was made by another version. */
const WRITING_MS = 1_000;

/** `<transcript>.lock`: held from the beginning of a run to its end, retries and compaction included. */
export interface LockInfo {
  /** As written in the lock: part of the turn's name. */
  readonly createdAt: string;
  readonly createdMs: number;
  readonly pid?: number;
  /** When the process started, in clock ticks since boot (field 22 of /proc/<pid>/stat). */
  readonly starttime?: number;
}

export type LockState =
  | { readonly kind: 'absent' }
  /** Created, but not written yet: OpenClaw opens it first and fills it then. */
  | { readonly kind: 'writing' }
  | { readonly kind: 'held'; readonly lock: LockInfo };

/** Throws the system's error if the lock is there and cannot be read. */
export function readLock(fs: FileSystem, path: string, nowMs: number): LockState {
  const content = readWhole(fs, path, MAX_LOCK_BYTES);
  const lock = parseLock(content?.toString('utf8') ?? '');
  if (lock !== undefined) return { kind: 'held', lock };
  // After the reading: a lock that went meanwhile is gone, not strange.
  const stat = fs.stat(path);
  if (stat === undefined) return { kind: 'absent' };
  if (nowMs - stat.mtimeMs < WRITING_MS) return { kind: 'writing' };
  const createdMs = Math.floor(stat.mtimeMs);
  return { kind: 'held', lock: { createdAt: new Date(createdMs).toISOString(), createdMs } };
}

function parseLock(content: string): LockInfo | undefined {
  const fields = parseObject(content);
  const createdAt = text(fields, 'createdAt');
  const createdMs = Date.parse(createdAt ?? '');
  if (createdAt === undefined || Number.isNaN(createdMs)) return undefined;
  return {
    createdAt,
    createdMs,
    ...optional('pid', number(fields, 'pid')),
    ...optional('starttime', number(fields, 'starttime')),
  };
}

function parseObject(content: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
