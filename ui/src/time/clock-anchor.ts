/**
 * Pairs a moment on the daemon's clock with the moment this browser received it on its own monotonic clock, so that
 * times can tick here without ever subtracting one machine's clock from another's (design §4).
 */
export interface ClockAnchor {
  /** Daemon's clock, ms since the epoch. */
  readonly asOfMs: number;
  /** `performance.now()` at receipt, ms. */
  readonly receivedAtMs: number;
}

/** An anchor whose time never goes on: for what was last seen at `asOfMs` and is not seen now. */
export function stoppedAnchor(asOfMs: number): ClockAnchor {
  return { asOfMs, receivedAtMs: Number.POSITIVE_INFINITY };
}

/** A frame may be late, never early; a difference above this is no delay but a clock that was set. */
const CLOCK_WAS_SET_MS = 2000;

/** The daemon's clock at the browser's monotonic time `monotonicMs`. Never before what the daemon itself said. */
export function daemonNow(anchor: ClockAnchor, monotonicMs: number): number {
  return anchor.asOfMs + Math.max(0, monotonicMs - anchor.receivedAtMs);
}

/**
 * The better of two anchors of one daemon: the one that was delayed least, so that shown times never run backwards
 * because one frame came late. The same reference is returned when the new one adds nothing.
 */
export function betterAnchor(kept: ClockAnchor | undefined, received: ClockAnchor): ClockAnchor {
  if (kept === undefined) return received;
  const gain = received.asOfMs - daemonNow(kept, received.receivedAtMs);
  const isLate = gain <= 0 && gain > -CLOCK_WAS_SET_MS;
  return isLate ? kept : received;
}
