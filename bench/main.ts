/**
 * `make bench BENCH="[names] [--write]"`: speed and memory against the budgets of the design, section 11. Prints a table, writes
 * .build/bench.json, with `--write` docs/benchmarks.md too, ends with 1 if a budget was missed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transcriptMoments, transcriptRecordings, withOutputs } from './corpus.ts';
import { decodeGateway } from './decode-gateway.ts';
import { decodeJsonl } from './decode-jsonl.ts';
import { decodeTranscripts } from './decode-transcripts.ts';
import type { Latency } from './live/latency.ts';
import type { Memory } from './live/memory.ts';
import { FULL_PLAN, type LiveFigures, live } from './live.ts';
import type { Cost, TurnCosts } from './mattermost/turn-cost.ts';
import { FULL_MATTERMOST_PLAN, FULL_TURN, type MattermostFigures, mattermost, mattermostTurn } from './mattermost.ts';
import { type Comparison, machine } from './measure.ts';
import { writePage } from './page.ts';
import { atLeast, atMost, nothingWrong, type Result, table, told } from './results.ts';
import { tailJsonl } from './tail-jsonl.ts';

const CORPUS_BYTES = 50_000_000;
/** What tools of an agent at work print (a file, the output of tests); those of the recordings say a line or two. */
const OUTPUT_CHARS = 20_000;
const MIN_RATIO = 0.7;
const WRITE = '--write';
/** Absolute times depend on the machine: the budget is told, and judged with this much slack. */
const SLACK = 4;

const BENCHES: Readonly<Record<string, () => Promise<readonly Result[]>>> = {
  'decode-gateway': async () => ratios('gateway', await decodeGateway(CORPUS_BYTES)),
  'decode-jsonl': async () => [
    ...ratios('JSONL', await decodeTranscripts(CORPUS_BYTES)),
    ...reported('JSONL, transcript lines alone', await decodeJsonl(transcriptMoments(CORPUS_BYTES))),
    ...reported('JSONL, lines with long outputs', await decodeJsonl(transcriptMoments(CORPUS_BYTES, longOutputs()))),
  ],
  'tail-jsonl': async () =>
    reported('JSONL, long outputs in real files', await tailJsonl(transcriptMoments(CORPUS_BYTES, longOutputs()))),
  live: async () => liveResults(await live(FULL_PLAN, progress)),
  'mattermost-turn': async () => turnResults(await mattermostTurn(FULL_TURN)),
  mattermost: async () => mattermostResults(await mattermost(FULL_MATTERMOST_PLAN, progress)),
};

function longOutputs(): ReturnType<typeof withOutputs> {
  return withOutputs(transcriptRecordings(), OUTPUT_CHARS);
}

function ratios(name: string, figures: Comparison): readonly Result[] {
  return [atLeast(`${name}: decode + reduce / JSON.parse`, figures.ratio, MIN_RATIO), ...reported(name, figures)];
}

function reported(name: string, { bytes, baselineS, subjectS, ...ratios }: Comparison): readonly Result[] {
  const speed = (seconds: number) => `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`;
  const parts = [ratios.ratio, ratios.cpuRatio, ratios.wallRatio].map((ratio) => ratio.toFixed(2));
  return [
    told(`${name}: speed`, `${speed(subjectS)} (JSON.parse ${speed(baselineS)})`),
    told(`${name}: ratio by thread, all threads, wall`, parts.join(', ')),
  ];
}

function liveResults({ isolated, loads, ...memory }: LiveFigures): readonly Result[] {
  const last = loads.at(-1);
  const ten = loads.find((load) => load.sessions === 10);
  const perEvent = (last?.cpuMsPer1000Events ?? Number.NaN) / (ten?.cpuMsPer1000Events ?? Number.NaN);
  return [
    ...latency('isolated event to SSE', isolated, { p50Ms: 10, p99Ms: 50 }),
    ...loads.flatMap((load) => {
      const name = `${load.sessions} sessions, ${load.eventsPerSecond.toFixed(0)} events/s`;
      return [
        ...latency(`${name} to SSE`, load, { p99Ms: 1_000 }),
        told(`${name}: CPU per 1,000 events`, `${load.cpuMsPer1000Events.toFixed(0)} ms`),
        nothingWrong(`${name}: final states`, load.wrong),
      ];
    }),
    atMost(`CPU per event, ${last?.sessions} sessions / 10 sessions`, perEvent, 1.5, ''),
    atMost(`RSS, ${last?.sessions} active sessions of 50 steps`, memory.filled.rss / 1e6, 150, 'MB'),
    atMost('RSS, the same at the end of the load', (last?.rssBytes ?? Number.NaN) / 1e6, 150, 'MB'),
    told('RSS of a Node that does nothing', megabytes(memory.bareNodeRss)),
    told('RSS of the daemon without a session', partsOf(memory.idle)),
    told(`RSS, ${last?.sessions} sessions that have just begun`, partsOf(memory.active)),
    told('RSS, the same with 50 steps', partsOf(memory.filled)),
  ];
}

function partsOf({ rss, program, cHeap, anonymous }: Memory): string {
  const parts = `program ${megabytes(program)}, V8 and others ${megabytes(anonymous)}, C heap ${megabytes(cHeap)}`;
  return `${megabytes(rss)}: ${parts}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function mattermostResults({ isolated, load }: MattermostFigures): readonly Result[] {
  const name = `${load.sessions} sessions, ${load.eventsPerSecond.toFixed(0)} events/s`;
  return [
    ...latency('isolated event to a browser of Mattermost', isolated, { p50Ms: 10, p99Ms: 50 }),
    ...latency(`${name} to a browser of Mattermost`, load, { p99Ms: 1_000 }),
    nothingWrong(`${name}: nothing lost, no socket closed, final states`, load.wrong),
    told(
      `${name}: a socket gets`,
      `${load.updatesPerSecond.toFixed(0)} events/s, ${(load.bytesPerSecond / 1e3).toFixed(0)} kB/s`,
    ),
    told(
      `${name}: daemon`,
      `${(load.daemonCpuShare * 100).toFixed(0)} % of a core, ${megabytes(load.daemonRssBytes)} RSS`,
    ),
  ];
}

function turnResults({ ours, fullSnapshots, editedPost }: TurnCosts): readonly Result[] {
  return [
    atLeast('WebSocket bytes of a turn: whole session on every update / ours', fullSnapshots.bytes / ours.bytes, 10),
    atLeast('database rows of a turn: post edited every 1.2 s / ours', editedPost.rows / ours.rows, 10),
    told('the turn: ours', costOf(ours)),
    told('the turn: whole session on every update', costOf(fullSnapshots)),
    told('the turn: post edited every 1.2 s', costOf(editedPost)),
  ];
}

function costOf({ updates, bytes, rows, tables }: Cost): string {
  const all = tables.map(([table, count]) => `${table} ${count}`);
  return `${updates} updates, ${(bytes / 1e3).toFixed(0)} kB, ${rows} rows (${all.join(', ')})`;
}

function latency(
  name: string,
  { samples, p50Ms, p99Ms, maxMs }: Latency,
  budget: { readonly p50Ms?: number; readonly p99Ms: number },
): readonly Result[] {
  const figure = `p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, max ${maxMs.toFixed(0)} ms of ${samples}`;
  const passed = p99Ms <= budget.p99Ms * SLACK && p50Ms <= (budget.p50Ms ?? Number.POSITIVE_INFINITY) * SLACK;
  const p50 = budget.p50Ms === undefined ? '' : `p50 ${budget.p50Ms}, `;
  return [{ name, figure, budget: `${p50}p99 ${budget.p99Ms} ms (x ${SLACK})`, passed }];
}

function progress(line: string): void {
  process.stderr.write(`  ${line}\n`);
}

async function main(given: readonly string[]): Promise<number> {
  const names = given.filter((name) => name !== WRITE);
  const unknown = names.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) {
    process.stderr.write(
      `bench: unknown: ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}, ${WRITE}.\n`,
    );
    return 2;
  }
  const started = new Date().toISOString();
  process.stdout.write(`${machine()}\n${started.slice(0, 10)}\n\n`);
  const results: Result[] = [];
  for (const [name, run] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    progress(name);
    const where = machine();
    const ofBench = await run();
    results.push(...ofBench);
    if (given.includes(WRITE)) writePage(name, { machine: where, date: started.slice(0, 10), results: ofBench });
  }
  process.stdout.write(`${table(results)}\n`);
  keep({ machine: machine(), started, results });
  return results.some(({ passed }) => passed === false) ? 1 : 0;
}

function keep(report: unknown): void {
  const folder = join(import.meta.dirname, '..', '.build');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
}

process.exitCode = await main(process.argv.slice(2));
