import type { SimulatedRun } from './simulated-run.ts';

const TICK_MS = 5;

/** When each call was told to the gateway's clients, ms on `performance.now`'s clock; by the step's id. */
export type EmitTimes = Map<string, number>;

/** Tells the frames of one call after another, as a run makes them; yields how many it has just told. */
function* calls(run: SimulatedRun, emitted: EmitTimes): Generator<number, never> {
  for (;;) {
    run.think();
    yield 1;
    run.think();
    yield 1;
    run.say();
    yield 1;
    const at = performance.now();
    const callId = run.startCall();
    emitted.set(callId, at);
    yield 2;
    run.endCall(callId);
    yield 2;
  }
}

export interface LoadResult {
  readonly events: number;
  readonly seconds: number;
}

export interface LoadPlan {
  /** Events of all runs together. */
  readonly perSecond: number;
  readonly seconds: number;
}

/**
 * All runs in turn, `perSecond` events a second in total, for `seconds`. A late tick is made up for, so the rate holds as long as
 * this process keeps up; the result tells how long it really took.
 */
export async function load(
  runs: readonly SimulatedRun[],
  options: LoadPlan & { readonly emitted: EmitTimes },
): Promise<LoadResult> {
  const tellers = runs.map((run) => calls(run, options.emitted));
  const total = options.perSecond * options.seconds;
  const start = performance.now();
  let told = 0;
  let turn = 0;
  while (told < total) {
    const due = Math.min(total, ((performance.now() - start) / 1_000) * options.perSecond);
    for (; told < due; turn += 1) told += tellers[turn % tellers.length]?.next().value ?? 0;
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  return { events: told, seconds: (performance.now() - start) / 1_000 };
}

/** Gives each run `count` calls, as fast as the other side takes them. */
export async function fill(runs: readonly SimulatedRun[], count: number, caughtUp: () => Promise<void>): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    for (const run of runs) run.call();
    await caughtUp();
  }
}
