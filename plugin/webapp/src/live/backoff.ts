const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/**
 * How long to wait before try number `attempt` (1 = after the first failure): doubling, at most 30 s, with jitter so that
 * a thousand pages do not come back at the same moment, never less than the server asked for. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: number, askedMs = 0): number {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 10));
  return Math.max(askedMs, fullMs * (0.5 + random / 2));
}
