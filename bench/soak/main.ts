/**
 * `make soak MINUTES=30`: replayed load at 100 sessions on a real Mattermost; memory must be flat, handles must not leak, logs must
 * not grow while nothing happens. Prints a table, writes it into docs/reliability.md when it ran for the full 30 minutes or more,
 * ends with 1 if something was missed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machine } from '../measure.ts';
import { withSection } from '../page.ts';
import { table } from '../results.ts';
import { type SoakPlan, soak } from './soak.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'reliability.md');
/** Shorter ones are tries: warming up would be judged as growth. */
const FULL_MINUTES = 30;
const SEED = 20261129;

function planOf(minutes: number): SoakPlan {
  const loadMs = minutes * 60_000;
  return { sessions: 100, loadMs, idleMs: Math.min(180_000, loadMs / 5), seed: SEED };
}

async function main(given: readonly string[]): Promise<number> {
  const minutes = Number(given[0] ?? FULL_MINUTES);
  if (!(minutes > 0)) {
    process.stderr.write(`soak: MINUTES must be a number above 0, not ${given[0]}\n`);
    return 2;
  }
  const started = new Date().toISOString();
  const before = machine();
  const say = (line: string) => process.stderr.write(`  ${new Date().toISOString().slice(11, 19)} ${line}\n`);
  const results = await soak(planOf(minutes), say);
  process.stdout.write(`${table(results)}\n`);
  if (minutes >= FULL_MINUTES) {
    const section = {
      machine: `${before}, at the end ${machine().split(', ').at(-1)}`,
      date: started.slice(0, 10),
      results,
    };
    writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), 'soak', section));
  }
  return results.some(({ passed }) => passed === false) ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
