import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;

/** Waits for a condition; rejects, naming it, when it does not come true in time. */
export async function until(what: string, timeoutMs: number, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await sleep(POLL_MS);
  }
}
