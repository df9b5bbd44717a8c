import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openState, type StateStore } from './store.ts';
import { FakeClock } from './testing/fake-clock.ts';

let dir: string;
let clock: FakeClock;
let store: StateStore;
let told: string[];
const opened: StateStore[] = [];

beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'livestatus-gone-')), 'state');
  clock = new FakeClock(1_795_383_000_000);
  told = [];
  store = open();
  store.onHealth(() => told.push(store.health().code ?? store.health().state));
  store.save({ families: [family('a')], runs: [{ runId: 'r', turn: 't', seenMs: clock.now() }] });
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
  rmSync(dirname(dir), { recursive: true, force: true });
});

function open(): StateStore {
  const one = openState({ dir, retentionMs: 86_400_000, clock, log: pino({ level: 'silent' }) });
  opened.push(one);
  return one;
}

const family = (id: string) => ({ id, json: JSON.stringify({ id }) });
const file = () => join(dir, 'state.db');

/** What the next life of the daemon finds. */
function found(): { daemonId: string; families: string[]; runs: string[] } {
  store.close();
  const next = open();
  const { families, runs } = next.load();
  return { daemonId: next.daemonId, families: families.map(({ id }) => id), runs: runs.map(({ runId }) => runId) };
}

describe('a state directory that is removed while the daemon runs', () => {
  it.each([
    ['the whole directory', () => rmSync(dir, { recursive: true })],
    ['the database alone', () => rmSync(file())],
    ['the database and its log', () => ['', '-wal'].map((end) => rmSync(file() + end))],
  ])('is made again with everything that was in it: %s', (_, remove) => {
    remove();
    expect(store.save({ families: [family('b')] })).toBe(true);
    expect(told).toEqual(['state_gone', 'ok']);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    store.save({ families: [family('c')] });
    const { daemonId } = store;
    expect(found()).toEqual({ daemonId, families: ['a', 'b', 'c'], runs: ['r'] });
  });

  it('is noticed when nothing is written', () => {
    rmSync(dir, { recursive: true });
    clock.advance(5_000);
    expect(told).toEqual(['state_gone', 'ok']);
    expect(found().families).toEqual(['a']);
  });

  it('and cannot be made again degrades the state until it can; nothing is lost', () => {
    rmSync(dir, { recursive: true });
    writeFileSync(dir, 'in the way');
    expect(store.save({ families: [family('b')] })).toBe(false);
    clock.advance(60_000);
    expect(told).toEqual(['state_gone']);
    expect(store.health()).toMatchObject({ state: 'degraded', code: 'state_gone', detail: { dir } });
    rmSync(dir);
    clock.advance(5_000);
    expect(told).toEqual(['state_gone', 'ok']);
    expect(found().families).toEqual(['a', 'b']);
  });

  it('and replaced by another is never overwritten', () => {
    rmSync(dir, { recursive: true });
    mkdirSync(dir);
    writeFileSync(file(), 'somebody else’s');
    clock.advance(60_000);
    expect(store.health()).toMatchObject({ state: 'degraded', code: 'state_gone' });
    expect(readFileSync(file(), 'utf8')).toBe('somebody else’s');
    rmSync(file());
    clock.advance(5_000);
    expect(told).toEqual(['state_gone', 'ok']);
    expect(found().families).toEqual(['a']);
  });
});
