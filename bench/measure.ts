import { cpus, totalmem } from 'node:os';

export interface Comparison {
  readonly bytes: number;
  /** Median seconds of the process's CPU time, all threads: what a busy machine changes least. */
  readonly baselineS: number;
  readonly subjectS: number;
  /** Speed of the subject as a share of the baseline's, round by round; median. 1 = as fast. */
  readonly ratio: number;
  /** The same by the clock on the wall. */
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
  const rounds: { baseline: Time; subject: Time }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({ baseline: await timeOf(pair.baseline), subject: await timeOf(pair.subject) });
  }
  return {
    bytes: pair.bytes,
    baselineS: median(rounds.map(({ baseline }) => baseline.cpuS)),
    subjectS: median(rounds.map(({ subject }) => subject.cpuS)),
    ratio: median(rounds.map(({ baseline, subject }) => baseline.cpuS / subject.cpuS)),
    wallRatio: median(rounds.map(({ baseline, subject }) => baseline.wallS / subject.wallS)),
  };
}

async function timeOf(work: Pair['subject']): Promise<Time> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wallS = (performance.now() - start) / 1_000;
  const used = process.cpuUsage(cpu);
  return { cpuS: (used.user + used.system) / 1e6, wallS };
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest rank. NaN for no values. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${cpus().length} x ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}`;
}
