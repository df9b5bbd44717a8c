import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openState } from './store.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { FAMILIES } from './testing/writer.ts';

const WRITER = fileURLToPath(new URL('./testing/writer.ts', import.meta.url));
const ROUNDS = 8;

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'livestatus-kill-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** mulberry32: the same moments in every run, as far as a process can be killed at the same moment. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills the writer `delayUs` after it has stored `saves` batches; resolves to the last number it printed. */
async function writeAndKill(saves: number, delayUs: number): Promise<number> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WRITER, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = 0;
  let seen = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = Number(line);
    seen++;
    if (seen !== saves) return;
    const until = performance.now() + delayUs / 1000;
    while (performance.now() < until);
    child.kill('SIGKILL');
  });
  await once(child, 'close');
  return last;
}

it('kill -9 at any moment loses nothing that was stored, tears no batch apart and leaves no lock behind', async () => {
  const random = seeded(20261123);
  let stored = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await writeAndKill(1 + Math.floor(random() * 60), Math.floor(random() * 3000));
    const store = openState({
      dir,
      retentionMs: 86_400_000,
      clock: new FakeClock(Date.now()),
      log: pino({ level: 'silent' }),
    });
    expect(store.health()).toMatchObject({ state: 'ok', detail: { dir } });
    expect(store.health().detail).not.toHaveProperty('set_aside');
    const { families, cursors, runs } = store.load();
    const count = Number(cursors[0]?.json);
    expect(count).toBeGreaterThanOrEqual(acknowledged);
    expect(count).toBeGreaterThan(stored);
    expect(runs[0]?.turn).toBe(String(count));
    expect(families).toHaveLength(FAMILIES);
    for (const family of families) expect(JSON.parse(family.json).count).toBe(count);
    stored = count;
    store.close();
  }
}, 60_000);
