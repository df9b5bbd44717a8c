/** What an error of SQLite or the file system means for the state store. Closed set; part of health and metrics. */
export type StorageTrouble = 'locked' | 'disk_full' | 'unwritable' | 'corrupt' | 'gone' | 'failed';

/** Primary result codes: https://www.sqlite.org/rescode.html (the extended code's low byte). */
const SQLITE_CODES: ReadonlyMap<number, StorageTrouble> = new Map([
  [5, 'locked'], // BUSY
  [6, 'locked'], // LOCKED
  [3, 'unwritable'], // PERM
  [8, 'unwritable'], // READONLY
  [14, 'unwritable'], // CANTOPEN
  [11, 'corrupt'], // CORRUPT
  [26, 'corrupt'], // NOTADB
  [13, 'disk_full'], // FULL
]);

const SYSTEM_CODES: ReadonlyMap<string, StorageTrouble> = new Map([
  ['ENOSPC', 'disk_full'],
  ['EDQUOT', 'disk_full'],
  ['EACCES', 'unwritable'],
  ['EPERM', 'unwritable'],
  ['EROFS', 'unwritable'],
  ['ENOTDIR', 'unwritable'],
  ['ENOENT', 'unwritable'],
  ['EEXIST', 'unwritable'],
]);

export function classify(error: unknown): StorageTrouble {
  if (!(error instanceof Error)) return 'failed';
  if ('errcode' in error && typeof error.errcode === 'number')
    return SQLITE_CODES.get(error.errcode & 0xff) ?? 'failed';
  if ('code' in error && typeof error.code === 'string') return SYSTEM_CODES.get(error.code) ?? 'failed';
  return 'failed';
}
