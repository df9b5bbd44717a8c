import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 20_000;
const LOOK_EVERY_MS = 5;

/** Looks again and again until `condition` holds. Throws with `what`, and what `state` says, after 20 s. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  state?: () => unknown,
): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      const seen = state === undefined ? '' : `: ${JSON.stringify(await state())}`;
      throw new Error(`waited in vain until ${what}${seen}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
