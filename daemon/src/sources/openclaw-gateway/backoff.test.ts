import { describe, expect, it } from 'vitest';
import { backoffMs, LOOPBACK_CAP_MS, REMOTE_CAP_MS } from './backoff.ts';

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
