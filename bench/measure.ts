import { cpus, totalmem } from 'node:os';

export interface Comparison {
  readonly bytes: number;
  /** Median seconds. */
  readonly baselineS: number;
  readonly subjectS: number;
  /** Speed of the subject as a share of the baseline's, run by run; median. 1 = as fast. */
  readonly ratio: number;
}

const ROUNDS = 5;

/** Runs both in turn, A B A B ..., so that a drift of the machine's speed touches both; medians. */
export function compare(pair: { readonly bytes: number; readonly baseline: () => unknown; readonly subject: () => unknown }): Comparison {
  pair.baseline();
  pair.subject();
  const baseline: number[] = [];
  const subject: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    baseline.push(secondsOf(pair.baseline));
    subject.push(secondsOf(pair.subject));
  }
  const ratios = baseline.map((seconds, i) => seconds / (subject[i] ?? Number.NaN));
  return { bytes: pair.bytes, baselineS: median(baseline), subjectS: median(subject), ratio: median(ratios) };
}

function secondsOf(work: () => unknown): number {
  globalThis.gc?.();
  const start = performance.now();
  work();
  return (performance.now() - start) / 1_000;
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
