/**
 * `make chaos CHAOS="[names] [--write] [--quick]"`: faults on real parts while agents work. After each there must be no second box,
 * no lost final state, no box that stays active. `--write` puts the table into docs/reliability.md; `--quick` is for whoever works
 * on this: few kills, short outages, nothing is written. Ends with 1 if anything was not right.
 */
import { loadavg } from 'node:os';
import { FULL, NotHereError, type Outcome, QUICK, type Scale } from './harness/outcome.ts';
import type { Scenario } from './harness/scenario.ts';
import { Site } from './harness/site.ts';
import { isRight } from './harness/verdict.ts';
import { type Row, writePage } from './report.ts';
import { ON_OPENCLAW } from './scenarios/openclaw.ts';
import { REPLAYED } from './scenarios/replayed.ts';

const SCENARIOS: readonly Scenario[] = [...REPLAYED, ...ON_OPENCLAW];
const SEED = 20261129;
const OPTIONS = ['--write', '--quick'];

interface Result {
  readonly scenario: Scenario;
  /** Undefined: it did not come to an end. */
  readonly outcome: Outcome | undefined;
  /** Why not. */
  readonly problem?: string;
  /** This machine does not allow it. */
  readonly isNotHere?: boolean;
  readonly load: number;
}

/** The site for the next scenario: opened when it is needed, and anew after one that wears it out or fails. */
class Sites {
  #site: Site | undefined;

  async current(): Promise<Site> {
    this.#site ??= await Site.open();
    return this.#site;
  }

  async leave(): Promise<void> {
    const site = this.#site;
    this.#site = undefined;
    await site?.dispose();
  }
}

async function tryOne(scenario: Scenario, sites: Sites, seed: number, scale: Scale): Promise<Result> {
  const [load = Number.NaN] = loadavg();
  say(`${scenario.name}: ${scenario.fault(scale)}`);
  try {
    const outcome = await scenario.run({ site: await sites.current(), seed, scale, say: (line) => say(`  ${line}`) });
    say(`  ${cellsOf(outcome).join(' | ')}`);
    for (const text of [...outcome.duplicates, ...outcome.lost, ...outcome.stuck]) say(`  NOT RIGHT: ${text}`);
    if (scenario.wearsOut === true || !isRight(outcome)) await sites.leave();
    return { scenario, outcome, load };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const isNotHere = error instanceof NotHereError;
    say(`  ${isNotHere ? 'not tried' : 'FAILED'}: ${problem}`);
    if (!isNotHere) await sites.leave();
    return { scenario, outcome: undefined, problem, isNotHere, load };
  }
}

function cellsOf({ rightAfterMs, turns, incomplete, duplicates, lost, stuck }: Outcome): readonly string[] {
  const counts = [duplicates, lost, stuck].map((list) => list.length);
  const all = incomplete === 0 ? String(turns) : `${turns} (${incomplete} with fewer tool calls)`;
  return [`${(rightAfterMs / 1_000).toFixed(1)} s`, all, counts.join(' / ')];
}

function rowOf({ scenario, outcome, problem = '', load }: Result, seed: number, scale: Scale): Row {
  const run = `${new Date().toISOString().slice(0, 10)}, seed ${seed}, load ${load.toFixed(1)}`;
  const figures = outcome === undefined ? ['-', '-', `not tried: ${problem}`] : cellsOf(outcome);
  return { name: scenario.name, cells: [scenario.fault(scale), scenario.meanwhile, ...figures, run] };
}

function say(line: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}

async function main(given: readonly string[]): Promise<number> {
  const names = given.filter((name) => !OPTIONS.includes(name));
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  const isQuick = given.includes('--quick');
  const mayWrite = given.includes('--write');
  if (unknown.length > 0 || (isQuick && mayWrite)) {
    const known = SCENARIOS.map(({ name }) => name).join(', ');
    process.stderr.write(
      `chaos: ${unknown.join(', ') || '--quick writes nothing'}. There are: ${known}, --write, --quick.\n`,
    );
    return 2;
  }
  const scale = isQuick ? QUICK : FULL;
  const results: Result[] = [];
  const sites = new Sites();
  try {
    for (const scenario of SCENARIOS) {
      if (names.length > 0 && !names.includes(scenario.name)) continue;
      const result = await tryOne(scenario, sites, SEED, scale);
      results.push(result);
      if (mayWrite && (result.outcome !== undefined || result.isNotHere)) writePage([rowOf(result, SEED, scale)]);
    }
  } finally {
    await sites.leave();
  }
  return results.every(({ outcome, isNotHere }) => isNotHere || (outcome !== undefined && isRight(outcome))) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
