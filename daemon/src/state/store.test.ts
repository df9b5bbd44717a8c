import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Session } from '@livestatus/contract';
import pino, { type Logger } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../errors.ts';
import { openState, type StateOptions, type StateStore } from './store.ts';
import { FakeClock } from './testing/fake-clock.ts';

const DAY = 86_400_000;

let dir: string;
let clock: FakeClock;
let logged: Record<string, unknown>[];
let log: Logger;
const opened: StateStore[] = [];

beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'livestatus-state-')), 'state');
  clock = new FakeClock(Date.UTC(2026, 10, 23, 18, 29, 0));
  logged = [];
  log = pino({ level: 'debug' }, { write: (line: string) => logged.push(JSON.parse(line)) });
});

afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(join(dir, '..'), { recursive: true, force: true });
});

function open(over: Partial<StateOptions> = {}): StateStore {
  const store = openState({ dir, retentionMs: 7 * DAY, clock, log, ...over });
  opened.push(store);
  return store;
}

function session(id: string, endedMs: number): Session {
  return {
    id,
    daemon_id: 'd',
    session_key: 'agent:main:main',
    agent: { id: 'main', name: 'Main', runtime: 'openclaw' },
    post: 'none',
    status: 'done',
    started_ms: endedMs - 1000,
    last_event_ms: endedMs,
    ended_ms: endedMs,
    as_of_ms: endedMs,
    steps: [],
    steps_dropped: 0,
    tool_calls: 0,
    seq: endedMs,
  };
}

describe('the state store', () => {
  it('gives back after a restart what was saved', () => {
    const first = open();
    expect(
      first.save({
        families: [
          { id: 'a', json: '{"n":1}' },
          { id: 'b', json: '{"n":2}' },
        ],
        cursors: [{ source: 'openclaw-jsonl', path: 'main/x.jsonl', json: '{"offset":12}' }],
        runs: [{ runId: 'r1', turn: 'run:r1', seenMs: clock.now() }],
        ended: [session('s1', clock.now())],
        deliveries: [
          { id: 'open', json: '{"n":1}', isOpen: true, seenMs: clock.now() },
          { id: 'told', json: '{"n":2}', isOpen: false, seenMs: clock.now() },
        ],
      }),
    ).toBe(true);
    expect(first.reserveSeq(77)).toBe(true);
    first.close();

    const second = open();
    expect(second.load()).toEqual({
      families: [
        { id: 'a', json: '{"n":1}' },
        { id: 'b', json: '{"n":2}' },
      ],
      cursors: [{ source: 'openclaw-jsonl', path: 'main/x.jsonl', json: '{"offset":12}' }],
      runs: [{ runId: 'r1', turn: 'run:r1', seenMs: clock.now() }],
      deliveries: [{ id: 'open', json: '{"n":1}', isOpen: true, seenMs: clock.now() }],
      seqCeiling: 77,
    });
    expect(second.delivery('told')).toMatchObject({ json: '{"n":2}', isOpen: false });
    expect(second.delivery('other')).toBeUndefined();
    expect(second.recent(10)).toEqual([session('s1', clock.now())]);
    expect(second.ended('s1')?.id).toBe('s1');
    expect(second.ended('s2')).toBeUndefined();
  });

  it('keeps the id of the daemon', () => {
    const first = open();
    first.close();
    expect(first.daemonId).toMatch(/^[0-9a-f-]{36}$/);
    expect(open().daemonId).toBe(first.daemonId);
  });

  it('replaces and removes by key', () => {
    const store = open();
    store.save({
      families: [{ id: 'a', json: '1' }],
      cursors: [{ source: 's', path: 'p', json: '1' }],
      ended: [session('x', 5)],
    });
    store.save({ families: [{ id: 'a', json: '2' }], ended: [session('x', 6)] });
    expect(store.load().families).toEqual([{ id: 'a', json: '2' }]);
    expect(store.recent(5).map((entry) => entry.ended_ms)).toEqual([6]);
    store.save({ removedFamilies: ['a'], removedCursors: [{ source: 's', path: 'p' }], removedEnded: ['x'] });
    expect(store.load()).toEqual({ families: [], cursors: [], runs: [], deliveries: [], seqCeiling: 0 });
    expect(store.recent(5)).toEqual([]);
  });

  it('lists ended sessions newest first, a page at a time', () => {
    const store = open();
    const now = clock.now();
    store.save({ ended: [1, 2, 3, 4, 5].map((n) => session(`s${n}`, now + n)) });
    expect(store.recent(2).map((entry) => entry.id)).toEqual(['s5', 's4']);
    expect(store.recent(2, now + 4).map((entry) => entry.id)).toEqual(['s3', 's2']);
  });

  it('forgets what ended longer ago than is kept, and runs not heard of for as long', () => {
    const store = open();
    const now = clock.now();
    store.save({ ended: [session('old', now)], runs: [{ runId: 'old', turn: 't', seenMs: now }] });
    clock.advance(7 * DAY + 1);
    store.save({ ended: [session('new', clock.now())], runs: [{ runId: 'new', turn: 't', seenMs: clock.now() }] });
    expect(store.recent(5).map((entry) => entry.id)).toEqual(['new']);
    expect(store.load().runs.map((run) => run.runId)).toEqual(['new']);
  });

  it('lets nobody else read its files', () => {
    open().save({ families: [{ id: 'a', json: '1' }] });
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o077, name).toBe(0);
  });

  it('closes a directory that others may read', () => {
    mkdirSync(dir, { recursive: true });
    chmodSync(dir, 0o755);
    open();
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  it('may be closed twice, and stores nothing afterwards', () => {
    const store = open();
    store.close();
    store.close();
    expect(store.save({ families: [{ id: 'a', json: '1' }] })).toBe(false);
    expect(clock.timers).toBe(0);
  });

  it('refuses a second daemon on the same directory with a coded error', () => {
    open();
    expect(() => open()).toThrowError(expect.objectContaining({ name: 'Failure', code: 'state_locked', exitCode: 4 }));
    try {
      open();
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
      expect((error as Failure).message).toContain(dir);
    }
  });

  it('lets the next daemon in once the first has closed', () => {
    open().close();
    expect(open().health().state).toBe('ok');
  });
});

describe('a database that cannot be used', () => {
  function damage(change: (path: string) => void): void {
    const store = open();
    store.save({ families: [{ id: 'a', json: '1' }], ended: [session('s', clock.now())] });
    store.close();
    change(join(dir, 'state.db'));
  }

  const edit = (sql: string) => (path: string) => {
    const db = new DatabaseSync(path);
    db.exec(sql);
    db.close();
  };

  it.each([
    [
      'that is no SQLite file',
      'corrupt',
      (path: string) => writeFileSync(path, 'not a database, only text, long enough. '.repeat(99)),
    ],
    [
      'whose pages are damaged',
      'corrupt',
      (path: string) => {
        const bytes = readFileSync(path);
        bytes.fill(0xa5, 4096);
        writeFileSync(path, bytes);
      },
    ],
    ['of a newer version', 'newer', edit('PRAGMA user_version=99')],
    ['of another program', 'foreign', edit('PRAGMA application_id=1')],
  ])('%s is set aside whole, said so, and a fresh one begun', (_, reason, change) => {
    damage(change);
    const before = readFileSync(join(dir, 'state.db'));
    logged = [];
    const store = open();
    const aside = join(dir, `state.db.${reason}-20261123T182900Z`);
    expect(readFileSync(aside).equals(before)).toBe(true);
    expect(store.load().families).toEqual([]);
    expect(store.save({ families: [{ id: 'b', json: '1' }] })).toBe(true);
    expect(logged).toContainEqual(expect.objectContaining({ level: 50, code: `state_${reason}`, set_aside: aside }));
    expect(store.health()).toMatchObject({ state: 'ok', detail: { set_aside: aside, set_aside_reason: reason } });
  });

  it('of a newer version hands on its daemon id, so that the daemon stays the owner of its sessions', () => {
    const first = open();
    first.close();
    edit('PRAGMA user_version=99')(join(dir, 'state.db'));
    expect(open().daemonId).toBe(first.daemonId);
  });

  it('is never written over by an older one that was set aside at the same second', () => {
    for (let n = 0; n < 2; n++) {
      damage((path) => writeFileSync(path, `garbage ${n} `.repeat(500)));
      open().close();
    }
    expect(readdirSync(dir).filter((name) => name.includes('corrupt'))).toHaveLength(2);
  });

  it('with an unreadable row gives the others', () => {
    damage(edit(`INSERT INTO ended VALUES ('bad', 1, '{'), ('odd', 2, '[]')`));
    expect(
      open()
        .recent(10)
        .map((entry) => entry.id),
    ).toEqual(['s']);
  });
});

describe('a disk that takes nothing', () => {
  /** A database of at most `pages` pages: SQLite then answers SQLITE_FULL, as on a full disk. */
  function smallDisk(): { connect: (path: string) => DatabaseSync; setPages(pages: number): void } {
    let db: DatabaseSync | undefined;
    let pages = 1_000_000;
    const apply = () => db?.exec(`PRAGMA max_page_count=${pages}`);
    return {
      connect: (path) => {
        db = new DatabaseSync(path);
        return db;
      },
      setPages: (count) => {
        pages = count;
        apply();
      },
    };
  }

  const big = (id: string) => ({ id, json: JSON.stringify('x'.repeat(100_000)) });

  it('leaves the daemon working from memory, degraded, and is caught up with when there is room', () => {
    const disk = smallDisk();
    const store = open({ connect: disk.connect });
    const changes: string[] = [];
    store.onHealth(() => changes.push(store.health().code ?? store.health().state));
    store.save({ families: [{ id: 'small', json: '1' }] });
    disk.setPages(1);

    expect(store.save({ families: [big('a')], ended: [session('s', clock.now())], removedFamilies: ['small'] })).toBe(
      false,
    );
    expect(store.health()).toMatchObject({ state: 'degraded', code: 'state_disk_full' });
    expect(store.health().reason).toContain('full');
    expect(store.recent(5).map((entry) => entry.id)).toEqual(['s']);
    expect(store.ended('s')?.id).toBe('s');
    expect(store.save({ families: [big('b')] })).toBe(false);
    clock.advance(60_000);
    expect(store.health().code).toBe('state_disk_full');

    disk.setPages(1_000_000);
    clock.advance(5000);
    expect(store.health().state).toBe('ok');
    expect(changes).toEqual(['state_disk_full', 'ok']);
    expect(store.load().families.map((family) => family.id)).toEqual(['a', 'b']);
    expect(logged.filter((line) => line.msg === 'state is kept in memory only')).toHaveLength(1);
    // Only the one that looks whether the file is still there.
    expect(clock.timers).toBe(1);
  });

  it('writes all of a batch or nothing', () => {
    const disk = smallDisk();
    const store = open({ connect: disk.connect });
    disk.setPages(20);
    store.save({ families: [{ id: 'first', json: '1' }, big('a'), big('b')] });
    store.close();
    expect(open().load().families).toEqual([]);
  });

  it('is not tried for every event', () => {
    const disk = smallDisk();
    const store = open({ connect: disk.connect });
    disk.setPages(1);
    store.save({ families: [big('a')] });
    disk.setPages(1_000_000);
    expect(store.save({ families: [big('b')] })).toBe(false);
    clock.advance(5000);
    expect(store.save({ families: [big('c')] })).toBe(true);
    expect(store.load().families).toHaveLength(3);
  });

  it('bounds what is remembered meanwhile', () => {
    const disk = smallDisk();
    const store = open({ connect: disk.connect });
    disk.setPages(1);
    store.save({ families: [big('a')] });
    for (let n = 0; n < 3000; n++) store.save({ ended: [session(`s${n}`, n)] });
    expect(store.recent(5000)).toHaveLength(2000);
    expect(store.recent(1)[0]?.id).toBe('s2999');
  });
});

describe('a directory that cannot be written', () => {
  it('leaves the daemon working from memory, and is used as soon as it can be', () => {
    mkdirSync(join(dir, '..'), { recursive: true });
    // A file where the directory should be: refused for root too, unlike a missing write permission.
    writeFileSync(dir, '');
    const store = open();
    expect(store.health()).toMatchObject({ state: 'degraded', code: 'state_unwritable' });
    expect(store.daemonId).not.toBe('');
    expect(store.load().families).toEqual([]);
    expect(store.save({ families: [{ id: 'a', json: '1' }], ended: [session('s', 9)] })).toBe(false);
    expect(store.recent(1)).toHaveLength(1);

    rmSync(dir);
    clock.advance(5000);
    expect(store.health().state).toBe('ok');
    expect(existsSync(join(dir, 'state.db'))).toBe(true);
    expect(store.load().families).toEqual([{ id: 'a', json: '1' }]);
  });

  it('does not bring back turns of an earlier life once it can be read', () => {
    const first = open();
    first.save({ families: [{ id: 'stale', json: '1' }], ended: [session('s', clock.now())] });
    first.close();
    let refuse = true;
    const store = open({
      connect: (path) => {
        if (refuse) throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
        return new DatabaseSync(path);
      },
    });
    expect(store.health().code).toBe('state_failed');
    refuse = false;
    clock.advance(5000);
    expect(store.health().state).toBe('ok');
    expect(store.load().families).toEqual([]);
    expect(store.recent(5).map((entry) => entry.id)).toEqual(['s']);
  });
});
