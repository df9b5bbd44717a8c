import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transcriptMoments, transcriptRecordings, withOutputs } from './corpus.ts';
import { decodeGateway } from './decode-gateway.ts';
import { decodeJsonl } from './decode-jsonl.ts';
import { FULL_PLAN, type Latency, live } from './live.ts';
import { type Comparison, machine } from './measure.ts';

/**
 * `make bench [name...]`: every figure with its budget. Ratios of one run are gates; absolute figures depend on the machine
 * and are gated with the slack that is named beside them.
 */
interface Row {
  readonly what: string;
  readonly figure: string;
  readonly budget: string;
  /** Undefined: told, not judged. */
  readonly ok?: boolean;
}

const CORPUS_BYTES = 50_000_000;
/** What a tool of an agent at work prints: a file read, a test run. The recordings' tools say a line or two. */
const OUTPUT_CHARS = 8_000;
const MIN_RATIO = 0.7;

function decoded(what: string, { bytes, baselineS, subjectS, ratio, wallRatio }: Comparison, gated: boolean): Row {
  const parts = `${(bytes / 1e6).toFixed(0)} MB; JSON.parse ${baselineS.toFixed(2)} s, decode + reduce ${subjectS.toFixed(2)} s of CPU`;
  return {
    what,
    figure: `${wallRatio.toFixed(2)} of JSON.parse's speed (${ratio.toFixed(2)} by CPU time of all threads; ${parts})`,
    budget: `>= ${MIN_RATIO}`,
    ...(gated && { ok: wallRatio >= MIN_RATIO }),
  };
}

function decode(): readonly Row[] {
  return [
    decoded('decode + reduce, gateway', decodeGateway(CORPUS_BYTES), true),
    decoded(
      `decode + reduce, JSONL, outputs of ${OUTPUT_CHARS} characters`,
      decodeJsonl(transcriptMoments(CORPUS_BYTES, withOutputs(transcriptRecordings(), OUTPUT_CHARS))),
      true,
    ),
    decoded('decode + reduce, JSONL, lines as recorded', decodeJsonl(transcriptMoments(CORPUS_BYTES)), false),
  ];
}

function latency(what: string, figures: Latency, limits: { readonly p50: number; readonly p99: number }): Row {
  const { p50Ms, p99Ms, samples } = figures;
  return {
    what,
    figure: `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms (${samples} events)`,
    budget: `p50 <= ${limits.p50} ms, p99 <= ${limits.p99} ms`,
    ok: p50Ms <= limits.p50 && p99Ms <= limits.p99,
  };
}

async function chain(): Promise<readonly Row[]> {
  const figures = await live(FULL_PLAN, (line) => process.stderr.write(`  ${line}\n`));
  const rows: Row[] = [latency('event to SSE, isolated', figures.isolated, { p50: 10, p99: 50 })];
  for (const load of figures.loads) {
    rows.push(
      latency(`event to SSE, ${load.sessions} sessions, ${Math.round(load.eventsPerSecond)} events/s`, load, {
        p50: 1_000,
        p99: 1_000,
      }),
    );
    rows.push({
      what: `nothing lost, final states exact, ${load.sessions} sessions`,
      figure: load.wrong.length === 0 ? 'nothing wrong' : load.wrong.slice(0, 3).join('; '),
      budget: 'nothing wrong',
      ok: load.wrong.length === 0,
    });
  }
  const few = figures.loads.find((load) => load.sessions === 10);
  const many = figures.loads.at(-1);
  const ratio = (many?.cpuMsPer1000Events ?? Number.NaN) / (few?.cpuMsPer1000Events ?? Number.NaN);
  rows.push({
    what: 'CPU per 1,000 events, 1,000 sessions to 10',
    figure: `${ratio.toFixed(2)} (${many?.cpuMsPer1000Events.toFixed(0)} ms to ${few?.cpuMsPer1000Events.toFixed(0)} ms)`,
    budget: '<= 1.5',
    ok: ratio <= 1.5,
  });
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  rows.push({
    what: '1,000 active sessions: resident memory',
    figure: mib(figures.rssActiveBytes),
    budget: '<= 150 MB',
    ok: figures.rssActiveBytes <= 150e6,
  });
  rows.push({
    what: `the same, each with ${FULL_PLAN.stepsBefore} steps`,
    figure: mib(figures.rssFilledBytes),
    budget: 'told only',
  });
  return rows;
}

const GROUPS = { decode: async () => decode(), live: chain } as const;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in GROUPS));
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no ${unknown.join(', ')}; there are ${Object.keys(GROUPS).join(', ')}\n`);
  process.exit(2);
}
process.stdout.write(`${machine()}\n\n`);
const rows: Row[] = [];
for (const [name, group] of Object.entries(GROUPS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const row of await group()) {
    rows.push(row);
    const verdict = row.ok === undefined ? '    ' : row.ok ? 'ok  ' : 'MISS';
    process.stdout.write(`${verdict} ${row.what}: ${row.figure}; budget ${row.budget}\n`);
  }
}
const folder = join(import.meta.dirname, '..', '.build');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'bench.json'), `${JSON.stringify({ machine: machine(), rows }, null, 2)}\n`);
process.exitCode = rows.some((row) => row.ok === false) ? 1 : 0;
