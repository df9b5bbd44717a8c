import { setTimeout as sleep } from 'node:timers/promises';
import { endAndCheck } from './live/final-states.ts';
import { isolatedCalls, type Latency, measuredLoad } from './live/latency.ts';
import { fill, type LoadPlan, load } from './live/load.ts';
import { bareNodeRss, type Memory } from './live/memory.ts';
import { Rig } from './live/rig.ts';
import type { SimulatedRun } from './live/simulated-run.ts';

export interface LoadFigures extends Latency {
  readonly sessions: number;
  readonly eventsPerSecond: number;
  readonly cpuMsPer1000Events: number;
  /** Resident memory of the daemon at the end of the load, all sessions active. */
  readonly rssBytes: number;
  /** What was lost or came out wrong; empty = nothing. */
  readonly wrong: readonly string[];
}

export interface LiveFigures {
  readonly isolated: Latency;
  readonly loads: readonly LoadFigures[];
  /** Memory of the daemon with the sessions of the last load, each with its steps, before that load. */
  readonly filled: Memory;
  /** The same when they had just begun: active, with a step or two each. */
  readonly active: Memory;
  /** The same before there was one. */
  readonly idle: Memory;
  readonly bareNodeRss: number;
}

export interface LivePlan extends LoadPlan {
  readonly isolatedSamples: number;
  /** How many sessions each load has, the largest last; it has a daemon of its own. */
  readonly sessions: readonly number[];
  /** Steps of each session before the last load. */
  readonly stepsBefore: number;
  /** For the daemon's Node, `--cpu-prof` say. */
  readonly nodeOptions?: string;
}

export const FULL_PLAN: LivePlan = {
  isolatedSamples: 50,
  sessions: [1, 10, 100, 1_000],
  perSecond: 2_000,
  seconds: 10,
  stepsBefore: 50,
};

const WARM_UP_S = 5;
/** "Isolated" is an event with none in the second before it. */
const ISOLATED_PAUSE_MS = 1_100;
/** After which the daemon has done what it puts off (its state file). */
const REST_MS = 3_000;

/** (b), (c), (d): the real daemon, from a gateway's WebSocket to the dashboard's event stream. */
export async function live(plan: LivePlan, say: (line: string) => void): Promise<LiveFigures> {
  const small = await withRig(plan, async (rig) => {
    const [run] = await rig.begin(1);
    if (run === undefined) throw new Error('no run');
    say('warming up');
    await load([run], { perSecond: plan.perSecond, seconds: WARM_UP_S, emitted: rig.emitted });
    await rig.heardAll();
    say(`${plan.isolatedSamples} isolated events`);
    const quiet = { samples: plan.isolatedSamples, pauseMs: ISOLATED_PAUSE_MS, listener: rig.stream };
    const isolated = await isolatedCalls(rig, run, quiet);
    const loads: LoadFigures[] = [];
    for (const count of plan.sessions.slice(0, -1)) {
      say(`${count} sessions, ${plan.perSecond} events/s`);
      loads.push(await loaded(rig, await rig.begin(count), plan));
    }
    return { isolated, loads };
  });
  return withRig(plan, async (rig) => {
    const count = plan.sessions.at(-1) ?? 0;
    say(`${count} sessions with ${plan.stepsBefore} steps each`);
    const idle = rig.daemon.memory();
    const runs = await rig.begin(count);
    await sleep(REST_MS);
    const active = rig.daemon.memory();
    await fill(runs, plan.stepsBefore, () => rig.caughtUp(runs));
    await sleep(REST_MS);
    const filled = rig.daemon.memory();
    say(`${count} sessions, ${plan.perSecond} events/s`);
    const last = await loaded(rig, runs, plan);
    const memory = { bareNodeRss: await bareNodeRss(), idle, active, filled };
    return { isolated: small.isolated, loads: [...small.loads, last], ...memory };
  });
}

async function withRig<T>(plan: LivePlan, work: (rig: Rig) => Promise<T>): Promise<T> {
  const rig = await Rig.start(plan.nodeOptions === undefined ? {} : { nodeOptions: plan.nodeOptions });
  try {
    return await work(rig);
  } finally {
    await rig.stop();
  }
}

async function loaded(rig: Rig, runs: readonly SimulatedRun[], plan: LivePlan): Promise<LoadFigures> {
  const { events, seconds, daemonCpuS, daemonRssBytes, ...latency } = await measuredLoad(rig, runs, {
    ...plan,
    listener: rig.stream,
  });
  return {
    sessions: runs.length,
    eventsPerSecond: events / seconds,
    cpuMsPer1000Events: (daemonCpuS * 1e6) / events,
    rssBytes: daemonRssBytes,
    ...latency,
    wrong: await endAndCheck(rig, runs),
  };
}
