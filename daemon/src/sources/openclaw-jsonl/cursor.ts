import type { StopKind } from './outcome.ts';

/**
 * Where the reading of one transcript stands while a run is open on it. Kept over restarts; holds numbers and ids only, no
 * text of the conversation. No cursor: nothing is in flight on that transcript, and the lock says where the next run begins.
 */
export interface Cursor {
  /** The transcript, relative to `agents/`. */
  readonly path: string;
  /** Start of the first byte not read as a whole line. */
  readonly offset: number;
  readonly inode: number;
  /** CRC-32 of the bytes just before `offset`: tells whether this is still the file that was read. */
  readonly mark: number;
  readonly run: CursorRun;
}

export interface CursorRun {
  readonly key: string;
  /** `createdAt` of the lock, as written there. */
  readonly createdAt: string;
  /** Newest time (ms) of a line that was read. */
  readonly seenMs?: number;
  /** Time (ms) of the newest session header that was read: lines older than it are copied history. */
  readonly headerMs?: number;
  /** Whether any message line of the run was read (T7). */
  readonly messages: boolean;
  /** The run's request was read; later messages of people steer it (T3). */
  readonly asked: boolean;
  /** The model that answered last. */
  readonly model?: string;
  readonly last?: CursorLast;
}

/** The last assistant line: it decides how the run ended (T9). */
export interface CursorLast {
  readonly stop: StopKind;
  /** Offset of the line, to read its error message again. */
  readonly offset: number;
  readonly ms: number;
  readonly silent: boolean;
  readonly yielded: boolean;
}

/**
 * Keeps the cursors. `set` and `delete` are called synchronously after the events that they cover, in the same turn of the
 * event loop: who stores the state of the turns stores the cursors with it, in one transaction between two turns of the loop.
 */
export interface CursorPort {
  /** Called once, at start. */
  load(): readonly Cursor[];
  set(cursor: Cursor): void;
  delete(path: string): void;
}
