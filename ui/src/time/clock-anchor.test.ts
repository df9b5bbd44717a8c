import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betterAnchor, type ClockAnchor, daemonNow } from './clock-anchor.ts';

const anchor = (asOfMs: number, receivedAtMs: number): ClockAnchor => ({ asOfMs, receivedAtMs });

describe("the daemon's clock, as this browser knows it", () => {
  it('goes on with the monotonic clock from what the daemon said', () => {
    expect(daemonNow(anchor(5_000_000, 100), 350)).toBe(5_000_250);
  });

  it('is never before what the daemon said', () => {
    expect(daemonNow(anchor(5_000_000, 100), 40)).toBe(5_000_000);
  });

  it('is corrected by a frame that was delayed less', () => {
    expect(betterAnchor(anchor(1000, 50), anchor(2000, 1020))).toEqual(anchor(2000, 1020));
  });

  it('does not run backwards because a frame was delayed more', () => {
    const kept = anchor(1000, 50);
    expect(betterAnchor(kept, anchor(2000, 1900))).toBe(kept);
  });

  it('follows when the clock of the daemon was set back', () => {
    expect(betterAnchor(anchor(10_000_000, 0), anchor(5_000_000, 100))).toEqual(anchor(5_000_000, 100));
  });

  it('never runs backwards whatever the delays are, as long as they stay under two seconds', () => {
    const frames = fc.array(fc.record({ sentMs: fc.nat(60_000), delayMs: fc.nat(1999) }), { minLength: 2 });
    fc.assert(
      fc.property(frames, (sent) => {
        const arrivals = sent
          .map(({ sentMs, delayMs }) => anchor(sentMs, sentMs + delayMs))
          .sort((a, b) => a.receivedAtMs - b.receivedAtMs);
        let kept: ClockAnchor | undefined;
        let shown = Number.NEGATIVE_INFINITY;
        for (const arrival of arrivals) {
          kept = betterAnchor(kept, arrival);
          const now = daemonNow(kept, arrival.receivedAtMs);
          expect(now).toBeGreaterThanOrEqual(shown);
          shown = now;
        }
      }),
    );
  });
});
