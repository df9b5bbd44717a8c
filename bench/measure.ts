import { cpus, loadavg, totalmem } from 'node:os';

export interface Comparison {
  readonly bytes: number;
  /** Seconds a round, of the thread that does the work. */
  readonly baselineS: number;
  readonly subjectS: number;
  /** Speed of the subject as a share of the baseline's; 1 = as fast. What others do on the machine hardly changes it. */
  readonly ratio: number;
  /** The same by the CPU time of all threads (the engine collects garbage on some), and by the clock on the wall. */
  readonly cpuRatio: number;
  readonly wallRatio: number;
}

/** Two ways to work through the same bytes. */
export interface Pair {
  readonly bytes: number;
  readonly baseline: () => void | Promise<void>;
  readonly subject: () => void | Promise<void>;
}

const WARM_UP_ROUNDS = 4;
const ROUNDS = 11;

interface Time {
  readonly threadS: number;
  readonly cpuS: number;
  readonly wallS: number;
}

/**
 * Runs both in turn, A B A B ..., so that a drift of the machine's speed touches both. Garbage is collected when the engine
 * wants it and counts where it falls: a forced collection would throw away compiled code, which no daemon ever does.
 */
export async function compare(pair: Pair): Promise<Comparison> {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    await pair.baseline();
    await pair.subject();
  }
  const baseline: Time[] = [];
  const subject: Time[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    baseline.push(await timeOf(pair.baseline));
    subject.push(await timeOf(pair.subject));
  }
  const ratio = (name: keyof Time) => sum(baseline, name) / sum(subject, name);
  return {
    bytes: pair.bytes,
    baselineS: sum(baseline, 'threadS') / ROUNDS,
    subjectS: sum(subject, 'threadS') / ROUNDS,
    ratio: ratio('threadS'),
    cpuRatio: ratio('cpuS'),
    wallRatio: median(baseline.map(({ wallS }, round) => wallS / (subject[round]?.wallS ?? Number.NaN))),
  };
}

async function timeOf(work: Pair['subject']): Promise<Time> {
  const cpu = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const start = performance.now();
  await work();
  const wallS = (performance.now() - start) / 1_000;
  return { threadS: secondsOf(process.threadCpuUsage(thread)), cpuS: secondsOf(process.cpuUsage(cpu)), wallS };
}

function secondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

/** The kernel counts a thread's time in steps of some ms, so only the sum of many rounds tells. */
function sum(times: readonly Time[], name: keyof Time): number {
  return times.reduce((total, time) => total + time[name], 0);
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest rank. NaN for no values. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** The load is that of the last minute: with more than the machine has processors, figures of the wall clock say little. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const [load = Number.NaN] = loadavg();
  const system = `Node ${process.versions.node}, ${process.platform}, load ${load.toFixed(1)}`;
  return `${cpus().length} x ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${system}`;
}
