import { flag, isObject, type Json, number, object, optional, text } from '../openclaw-gateway/fields.ts';
import type { Cursor, CursorLast, CursorPort, CursorRun } from './cursor.ts';
import { splitTranscriptPath } from './layout.ts';
import { stopKind } from './outcome.ts';

/** Where cursors are kept as text, by transcript. */
export interface CursorTexts {
  paths(): readonly string[];
  get(path: string): string | undefined;
  set(path: string, json: string): void;
  delete(path: string): void;
}

/** Cursors as JSON. What cannot be read back is left out: its run is then found again by its lock. */
export function cursorPort(texts: CursorTexts): CursorPort {
  return {
    load: () => texts.paths().flatMap((path) => decodeCursor(path, texts.get(path)) ?? []),
    set: ({ path, ...rest }) => texts.set(path, JSON.stringify(rest)),
    delete: (path) => texts.delete(path),
  };
}

function decodeCursor(path: string, json: string | undefined): Cursor | undefined {
  const stored = parse(json);
  const run = decodeRun(object(stored, 'run'));
  const [offset, inode, mark] = [number(stored, 'offset'), number(stored, 'inode'), number(stored, 'mark')];
  if (splitTranscriptPath(path) === undefined) return undefined;
  if (run === undefined || offset === undefined || inode === undefined || mark === undefined) return undefined;
  return { path, offset, inode, mark, run };
}

function decodeRun(run: Json | undefined): CursorRun | undefined {
  const [key, createdAt] = [text(run, 'key'), text(run, 'createdAt')];
  if (key === undefined || createdAt === undefined || Number.isNaN(Date.parse(createdAt))) return undefined;
  return {
    key,
    createdAt,
    messages: flag(run, 'messages'),
    asked: flag(run, 'asked'),
    ...optional('seenMs', number(run, 'seenMs')),
    ...optional('headerMs', number(run, 'headerMs')),
    ...optional('model', text(run, 'model')),
    ...optional('last', decodeLast(object(run, 'last'))),
  };
}

function decodeLast(last: Json | undefined): CursorLast | undefined {
  const [offset, ms] = [number(last, 'offset'), number(last, 'ms')];
  if (last === undefined || offset === undefined || ms === undefined) return undefined;
  return { stop: stopKind(last.stop), offset, ms, silent: flag(last, 'silent'), yielded: flag(last, 'yielded') };
}

function parse(json: string | undefined): Json | undefined {
  try {
    const value: unknown = JSON.parse(json ?? '');
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
