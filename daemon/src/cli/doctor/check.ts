export type CheckStatus = 'pass' | 'warn' | 'fail' | 'skip';

/** One link of the chain from the agent to the page, as it was found. */
export interface Check {
  /** Stable, for `--json`. */
  readonly id: string;
  readonly title: string;
  readonly status: CheckStatus;
  /** What was found, one sentence. */
  readonly found: string;
  /** What to do about it, one sentence; with `warn` and `fail`. */
  readonly cure?: string;
  /** How long the link took to answer, where it is asked over a connection. */
  readonly latency_ms?: number;
}

/** What a check answers; who runs it adds id and title. */
export type Finding = Omit<Check, 'id' | 'title'>;

export function pass(found: string, latencyMs?: number): Finding {
  return { status: 'pass', found, ...latency(latencyMs) };
}

export function warn(found: string, cure: string, latencyMs?: number): Finding {
  return { status: 'warn', found, cure, ...latency(latencyMs) };
}

export function fail(found: string, cure: string, latencyMs?: number): Finding {
  return { status: 'fail', found, cure, ...latency(latencyMs) };
}

export function skip(found: string): Finding {
  return { status: 'skip', found };
}

function latency(ms: number | undefined): { latency_ms?: number } {
  return ms === undefined ? {} : { latency_ms: Math.round(ms * 10) / 10 };
}
