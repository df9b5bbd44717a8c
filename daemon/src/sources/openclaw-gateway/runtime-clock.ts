/** Below this, receive time minus payload time is transport, not a wrong clock (T11). */
const MIN_DIFFERENCE_MS = 1_000;

/**
 * The runtime's clock as one connection shows it. Runtime times are moved to the daemon's clock by the smallest difference
 * between receive time and payload `ts` seen so far: transport only ever adds to it (T11).
 */
export class RuntimeClock {
  #difference: number | undefined;

  /** A payload that was made at `ts` (runtime's clock) was received at `at` (daemon's clock). */
  observe(at: number, ts: number): void {
    const difference = at - ts;
    if (this.#difference === undefined || difference < this.#difference) this.#difference = difference;
  }

  /** Another connection may lead to another machine. */
  reset(): void {
    this.#difference = undefined;
  }

  /** Runtime's clock -> daemon's clock. */
  readonly shift = (ms: number): number => {
    const difference = this.#difference ?? 0;
    return Math.abs(difference) > MIN_DIFFERENCE_MS ? Math.max(0, ms + difference) : ms;
  };
}
