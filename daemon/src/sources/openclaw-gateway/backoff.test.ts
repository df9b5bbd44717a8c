import { describe, expect, it } from 'vitest';
import { backoffMs, LOOPBACK_CAP_MS, REMOTE_CAP_MS, retryDelayMs } from './backoff.ts';
import type { GatewayProblem } from './problems.ts';

describe('the wait before the next connect', () => {
  it.each([
    ['first, least', 1, LOOPBACK_CAP_MS, 0, 250],
    ['first, most', 1, LOOPBACK_CAP_MS, 0.999999, 500],
    ['doubles', 3, LOOPBACK_CAP_MS, 0.999999, 2_000],
    ['is capped on this machine', 50, LOOPBACK_CAP_MS, 0.999999, 5_000],
    ['is capped elsewhere', 50, REMOTE_CAP_MS, 0.999999, 30_000],
    ['keeps half of the cap without luck', 50, REMOTE_CAP_MS, 0, 15_000],
  ])('%s', (_name, failures, cap, random, expected) => {
    expect(backoffMs(failures, cap, random)).toBe(expected);
  });
});

describe('when to try again', () => {
  it.each<[string, GatewayProblem, number | undefined]>([
    ['a person has to act', { code: 'auth_token_mismatch' }, undefined],
    ['a person has to act, whatever the gateway says', { code: 'pairing_required', retryAfterMs: 10 }, undefined],
    ['a loss', { code: 'connection_lost' }, 375],
    ['the gateway names a time', { code: 'gateway_starting', retryAfterMs: 1_700 }, 1_700],
    ['the gateway names no time at all', { code: 'gateway_starting', retryAfterMs: 0 }, 100],
    ['the gateway names a day', { code: 'gateway_starting', retryAfterMs: 86_400_000 }, 60_000],
    ['not a gateway', { code: 'not_a_gateway' }, 30_000],
  ])('%s', (_name, problem, expected) => {
    expect(retryDelayMs(problem, { failures: 1, loopback: true, random: 0.5 })).toBe(expected);
  });
});
