/** Thrown when a condition did not come true in time; the message says what was seen instead. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  readonly code = 'deadline';
}

export interface WaitOptions {
  /** How long the condition may take, in ms on this process's monotonic clock. */
  readonly deadlineMs: number;
  /** Pause between two looks, in ms. Default 100. */
  readonly everyMs?: number;
  /** What to print when the deadline passes: the state that was seen last. */
  readonly seen?: () => string | Promise<string>;
}

/** One pause between two looks at a condition. Never a wait for something to "probably" have happened. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Looks until `probe` answers something else than undefined and returns that.
 * A probe that throws is a failed look, not a failure; its last error is part of the `DeadlineError`.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  options: WaitOptions,
): Promise<T> {
  const end = performance.now() + options.deadlineMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
      lastError = undefined;
    } catch (error) {
      if (error instanceof GiveUpError) throw error;
      lastError = error;
    }
    if (performance.now() >= end) break;
    await pause(options.everyMs ?? 100);
  }
  const seen = options.seen === undefined ? '' : `\nSeen instead: ${await options.seen()}`;
  const because = lastError === undefined ? '' : `\nLast error: ${String(lastError)}`;
  throw new DeadlineError(`${what}: not within ${options.deadlineMs} ms${because}${seen}`);
}

/** A probe throws this when waiting longer makes no sense (the process has exited, say). */
export class GiveUpError extends Error {
  override readonly name = 'GiveUpError';
}
