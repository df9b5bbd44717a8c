// A process to be killed: counts up in every table at once and prints each number once it is stored.
// `node writer.ts DIR`
import { writeSync } from 'node:fs';
import pino from 'pino';
import type { Clock } from '../../sources/source.ts';
import { openState } from '../store.ts';

export const FAMILIES = 20;

const dir = process.argv[2] ?? '';
const clock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

if (dir !== '') {
  const store = openState({ dir, retentionMs: 86_400_000, clock, log: pino({ level: 'silent' }) });
  let count = Number(store.load().cursors[0]?.json ?? 0);
  for (;;) {
    count++;
    const json = JSON.stringify({ count, padding: 'x'.repeat(2000) });
    store.save({
      families: Array.from({ length: FAMILIES }, (_, n) => ({ id: `f${n}`, json })),
      cursors: [{ source: 's', path: 'p', json: String(count) }],
      runs: [{ runId: 'r', turn: String(count), seenMs: Date.now() }],
    });
    writeSync(1, `${count}\n`);
  }
}
