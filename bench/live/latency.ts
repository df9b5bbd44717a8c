import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../measure.ts';
import { type LoadPlan, load } from './load.ts';
import type { Rig } from './rig.ts';
import type { SimulatedRun } from './simulated-run.ts';

/** From the gateway's `emit` to the arrival of the message that carries the step, ms. */
export interface Latency {
  readonly samples: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Of delays in ms. */
export function latencyFrom(all: readonly number[]): Latency {
  return {
    samples: all.length,
    p50Ms: percentile(all, 50),
    p99Ms: percentile(all, 99),
    maxMs: percentile(all, 100),
  };
}

/** Who notes when it heard of a call: the stream of the daemon, or a browser of Mattermost. */
export interface Listener {
  readonly heard: ReadonlyMap<string, number>;
  /** Changes that did not fit what it knew: after one it may hear of nothing more. */
  readonly misfits: number;
}

const ISOLATED_CALL_MS = 100;

/** Calls one after the other, each alone: with nothing in the pause before it. */
export async function isolatedCalls(
  rig: Rig,
  run: SimulatedRun,
  { samples, pauseMs, listener }: { readonly samples: number; readonly pauseMs: number; readonly listener: Listener },
): Promise<Latency> {
  rig.emitted.clear();
  for (let n = 0; n < samples; n += 1) {
    await sleep(pauseMs);
    const at = performance.now();
    const callId = run.startCall();
    rig.emitted.set(callId, at);
    await sleep(ISOLATED_CALL_MS);
    run.endCall(callId);
  }
  await rig.heardAll(listener.heard);
  return latencyFrom(rig.delaysMs(listener.heard));
}

export interface MeasuredLoad extends Latency {
  readonly events: number;
  readonly seconds: number;
  /** Processor time of the daemon, from the first event until the listener knows all. */
  readonly daemonCpuS: number;
  /** Resident memory of the daemon at the end, all sessions active. */
  readonly daemonRssBytes: number;
}

/** A load from its first event until the listener knows of all calls. */
export async function measuredLoad(
  rig: Rig,
  runs: readonly SimulatedRun[],
  plan: LoadPlan & { readonly listener: Listener },
): Promise<MeasuredLoad> {
  rig.emitted.clear();
  const before = rig.daemon.cpuS();
  const { events, seconds } = await load(runs, { ...plan, emitted: rig.emitted });
  await rig.heardAll(plan.listener.heard).catch((error: unknown) => {
    const missing = rig.delaysMs(plan.listener.heard).filter(Number.isNaN).length;
    const told = `${missing} of ${rig.emitted.size} calls are missing, ${plan.listener.misfits} changes did not fit`;
    throw new Error(`${told}; the daemon says: ${rig.daemon.log.slice(-2_000)}`, { cause: error });
  });
  return {
    ...latencyFrom(rig.delaysMs(plan.listener.heard)),
    events,
    seconds,
    daemonCpuS: rig.daemon.cpuS() - before,
    daemonRssBytes: rig.daemon.rssBytes(),
  };
}
