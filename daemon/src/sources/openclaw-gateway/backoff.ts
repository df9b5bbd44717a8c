import { GATEWAY_PROBLEMS, type GatewayProblem } from './problems.ts';

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

export const MIN_RETRY_MS = 100;
/** Problems that time alone rarely solves are looked at this often. */
const SLOW_RETRY_MS = 30_000;
/** A gateway that wants to be left alone for longer is asked all the same: it may have been restarted. */
const MAX_RETRY_AFTER_MS = 60_000;

export interface RetryCircumstances {
  /** How many tries in a row have failed, from 1. */
  readonly failures: number;
  readonly loopback: boolean;
  /** A number in [0, 1). */
  readonly random: number;
}

/** When to try again after a problem, in ms; undefined = never: a person has to act first. */
export function retryDelayMs(problem: GatewayProblem, circumstances: RetryCircumstances): number | undefined {
  const { failures, loopback, random } = circumstances;
  const { retry } = GATEWAY_PROBLEMS[problem.code];
  if (retry === 'never') return undefined;
  if (problem.retryAfterMs !== undefined) {
    return Math.min(Math.max(problem.retryAfterMs, MIN_RETRY_MS), MAX_RETRY_AFTER_MS);
  }
  if (retry === 'slow') return SLOW_RETRY_MS;
  return backoffMs(failures, loopback ? LOOPBACK_CAP_MS : REMOTE_CAP_MS, random);
}
