/**
 * `make bench [names]`: speed and memory against the budgets of the design, section 11. Prints a table, writes
 * .build/bench.json, ends with 1 if a budget was missed. docs/benchmarks.md tells what each figure means.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transcriptMoments, transcriptRecordings, withOutputs } from './corpus.ts';
import { decodeGateway } from './decode-gateway.ts';
import { decodeJsonl } from './decode-jsonl.ts';
import { decodeTranscripts } from './decode-transcripts.ts';
import { FULL_PLAN, type Latency, type LiveFigures, live } from './live.ts';
import { type Comparison, machine } from './measure.ts';
import { atLeast, atMost, nothingWrong, type Result, table, told } from './results.ts';
import { tailJsonl } from './tail-jsonl.ts';

const CORPUS_BYTES = 50_000_000;
/** What tools of an agent at work print (a file, the output of tests); those of the recordings say a line or two. */
const OUTPUT_CHARS = 20_000;
const MIN_RATIO = 0.7;
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

function liveResults({ isolated, loads, rssFilledBytes }: LiveFigures): readonly Result[] {
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
    atMost(`RSS, ${last?.sessions} active sessions of 50 steps`, rssFilledBytes / 1e6, 150, 'MB'),
    atMost('RSS, the same at the end of the load', (last?.rssBytes ?? Number.NaN) / 1e6, 150, 'MB'),
  ];
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

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) {
    process.stderr.write(`bench: unknown: ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.\n`);
    return 2;
  }
  const started = new Date();
  process.stdout.write(`${machine()}\n${started.toISOString().slice(0, 10)}\n\n`);
  const results: Result[] = [];
  for (const [name, run] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    progress(name);
    results.push(...(await run()));
  }
  process.stdout.write(`${table(results)}\n`);
  keep({ machine: machine(), started: started.toISOString(), results });
  return results.some(({ passed }) => passed === false) ? 1 : 0;
}

function keep(report: unknown): void {
  const folder = join(import.meta.dirname, '..', '.build');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
}

process.exitCode = await main(process.argv.slice(2));
