// Prints what saving costs on this machine: `node daemon/src/state/testing/measure.ts [DIR]` (a directory on the disk to measure).
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { openState } from '../store.ts';
import { FakeClock } from './fake-clock.ts';

const FAMILY_BYTES = 10_000;
const dir = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'livestatus-measure-'));
const store = openState({
  dir,
  retentionMs: 86_400_000,
  clock: new FakeClock(Date.now()),
  log: pino({ level: 'silent' }),
});

function families(count: number, round: number) {
  const json = JSON.stringify({ round, text: 'z'.repeat(FAMILY_BYTES) });
  return Array.from({ length: count }, (_, n) => ({ id: `family-${n}`, json }));
}

function measure(count: number, rounds: number): void {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const batch = families(count, round);
    const start = performance.now();
    store.save({ families: batch });
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (quantile: number) => (times[Math.floor(quantile * (times.length - 1))] ?? 0).toFixed(2);
  process.stdout.write(
    `${count} families of ${FAMILY_BYTES} B: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms (${rounds} saves)\n`,
  );
}

measure(1, 500);
measure(10, 200);
measure(100, 50);
measure(1000, 20);
const start = performance.now();
const loaded = store.load();
process.stdout.write(`load of ${loaded.families.length} families: ${(performance.now() - start).toFixed(1)} ms\n`);
process.stdout.write(
  `file ${statSync(join(dir, 'state.db')).size} B, wal ${statSync(join(dir, 'state.db-wal')).size} B\n`,
);
store.close();
rmSync(dir, { recursive: true });
