import { setImmediate as nextTurn } from 'node:timers/promises';

const DEADLINE_MS = 5_000;

/** Waits, turn by turn of the event loop, until `condition` holds. Throws with `what` after 5 s. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await nextTurn();
  }
}
