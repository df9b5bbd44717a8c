import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inspectState } from './inspect.ts';
import { openState } from './store.ts';
import { FakeClock } from './testing/fake-clock.ts';

let parent: string;
let dir: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'livestatus-inspect-'));
  dir = join(parent, 'deep', 'state');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const open = () => openState({ dir, retentionMs: 86_400_000, clock: new FakeClock(0), log: pino({ level: 'silent' }) });

it('a directory that is yet to be made is new', () => {
  expect(inspectState(dir)).toEqual({ kind: 'new' });
});

it('a running daemon has it in use', () => {
  const store = open();
  expect(inspectState(dir)).toEqual({ kind: 'in_use' });
  store.close();
});

it('a database at rest is ok, and looking at it does not keep the daemon from opening it', () => {
  open().close();
  expect(inspectState(dir)).toEqual({ kind: 'ok', ended: 0, bytes: expect.any(Number), exposed: false });
  const store = open();
  expect(store.health().state).toBe('ok');
  expect(store.save({ families: [{ id: 'a', json: '1' }] })).toBe(true);
  store.close();
});

it.each([
  ['corrupt', (path: string) => writeFileSync(path, 'no database '.repeat(999))],
  ['newer', (path: string) => edit(path, 'PRAGMA user_version=99')],
  ['foreign', (path: string) => edit(path, 'PRAGMA application_id=7')],
] as const)('a database that is %s is unusable', (reason, change) => {
  open().close();
  change(join(dir, 'state.db'));
  expect(inspectState(dir)).toEqual({ kind: 'unusable', reason });
});

it('a path below a file cannot be written', () => {
  writeFileSync(join(parent, 'deep'), '');
  expect(inspectState(dir)).toEqual({ kind: 'unwritable', code: 'ENOTDIR' });
});

function edit(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}
