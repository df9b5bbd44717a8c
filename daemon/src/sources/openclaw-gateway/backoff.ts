export const LOOPBACK_CAP_MS = 5_000;
export const REMOTE_CAP_MS = 30_000;
const FIRST_MS = 500;

/**
 * How long to wait before the next connect, in ms: doubling from 0.5 s up to `capMs`, of which the lower half is fixed and
 * the upper half random, so that many daemons do not return to a restarted gateway in step.
 *
 * @param failures how many attempts in a row have failed, from 1
 * @param random a number in [0, 1)
 */
export function backoffMs(failures: number, capMs: number, random: number): number {
  const ceiling = Math.min(capMs, FIRST_MS * 2 ** Math.min(Math.max(failures, 1) - 1, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
