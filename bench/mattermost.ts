import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Session } from '@livestatus/contract';
import { PLUGIN_API } from '../e2e/mattermost/index.ts';
import { problemsOf } from './live/final-states.ts';
import { isolatedCalls, type Latency, measuredLoad } from './live/latency.ts';
import type { LoadPlan } from './live/load.ts';
import { Rig } from './live/rig.ts';
import type { SimulatedRun } from './live/simulated-run.ts';
import { until } from './live/until.ts';
import { BrowserSocket } from './mattermost/browser-socket.ts';
import { inParallel } from './mattermost/in-parallel.ts';
import { Stage, type StagePlan } from './mattermost/stage.ts';
import { type TurnCosts, type TurnPlan, turnCosts } from './mattermost/turn-cost.ts';

export interface MattermostFigures {
  /** From the gateway's `emit` to the browser's WebSocket. */
  readonly isolated: Latency;
  readonly load: Latency & {
    readonly sessions: number;
    readonly eventsPerSecond: number;
    /** Plugin events a second and socket. */
    readonly updatesPerSecond: number;
    readonly bytesPerSecond: number;
    readonly daemonRssBytes: number;
    readonly daemonCpuShare: number;
    /** What was lost or came out wrong; empty = nothing. */
    readonly wrong: readonly string[];
  };
}

export interface MattermostPlan extends LoadPlan {
  readonly isolatedSamples: number;
  readonly channels: number;
  readonly sessionsPerChannel: number;
  readonly sockets: number;
}

export const FULL_MATTERMOST_PLAN: MattermostPlan = {
  isolatedSamples: 40,
  channels: 100,
  sessionsPerChannel: 10,
  sockets: 20,
  perSecond: 2_000,
  seconds: 60,
};

const ISOLATED_PAUSE_MS = 1_300;
const SHOWN_TIMEOUT_MS = 120_000;
const SETTLE_TIMEOUT_MS = 60_000;

/** The whole way on a real server: gateway, the real daemon, the plugin, a browser's WebSocket. */
export async function mattermost(plan: MattermostPlan, say: (line: string) => void): Promise<MattermostFigures> {
  say(
    `Mattermost with ${plan.channels} channels, ${plan.channels * plan.sessionsPerChannel} threads, ${plan.sockets} people`,
  );
  const { channels, sessionsPerChannel, sockets } = plan;
  return onStage({ channels, threadsPerChannel: sessionsPerChannel, readers: sockets }, async (stage, rig) => {
    say(`${plan.isolatedSamples} isolated events`);
    const alone = await isolated(stage, rig, plan.isolatedSamples);
    say(`${stage.places.length} sessions, ${plan.perSecond} events/s, ${sockets} sockets, ${plan.seconds} s`);
    return { isolated: alone, load: await loaded(stage, rig, plan) };
  });
}

export const FULL_TURN: TurnPlan = { calls: 50, seconds: 60 };

/** What one turn costs the same server, beside its two baselines. */
export function mattermostTurn(plan: TurnPlan): Promise<TurnCosts> {
  return onStage({ channels: 1, threadsPerChannel: 1, readers: 1 }, (stage, rig) => turnCosts(stage, rig, plan));
}

async function onStage<T>(plan: StagePlan, work: (stage: Stage, rig: Rig) => Promise<T>): Promise<T> {
  const stage = await Stage.open(plan);
  try {
    const rig = await Rig.start({ settings: stage.settings });
    try {
      return await work(stage, rig);
    } finally {
      await rig.stop();
    }
  } finally {
    await stage.dispose();
  }
}

async function isolated(stage: Stage, rig: Rig, samples: number): Promise<Latency> {
  const [person] = stage.readers;
  if (person === undefined) throw new Error('a stage needs a reader');
  const place = await stage.quietPlace(person);
  // Before the session begins: a page that comes later asks for what it has missed.
  const socket = await BrowserSocket.open(stage.stack.url, person.token, 'reading');
  const [run] = await rig.begin([place]);
  if (run === undefined) throw new Error('no run');
  try {
    // Its box is posted first: that is work of its own.
    run.call();
    await sleep(ISOLATED_PAUSE_MS * 3);
    const latency = await isolatedCalls(rig, run, { samples, pauseMs: ISOLATED_PAUSE_MS, listener: socket });
    run.end();
    // Nothing of it may still be on its way when something else is measured.
    await until('the turn is over', SETTLE_TIMEOUT_MS, () =>
      [...socket.sessions.values()].every(({ status }) => status === 'done'),
    );
    return latency;
  } finally {
    socket.close();
  }
}

async function loaded(stage: Stage, rig: Rig, plan: MattermostPlan): Promise<MattermostFigures['load']> {
  const sockets = await inParallel(stage.readers, stage.readers.length, ({ token }, index) =>
    BrowserSocket.open(stage.stack.url, token, index === 0 ? 'reading' : 'counting'),
  );
  const [reader] = sockets;
  if (reader === undefined) throw new Error('a stage needs a reader');
  try {
    const runs = await rig.begin(stage.places);
    const ids = runs.map((run) => rig.session(run)?.id ?? '');
    // From here on the dashboard's stream is not what is measured.
    rig.stream.close();
    // A thousand boxes posted in one moment are work of their own: the load is that of agents at work.
    await until('every session and its box are shown in Mattermost', SHOWN_TIMEOUT_MS, () =>
      ids.every((id) => reader.sessions.get(id)?.post_id !== undefined),
    );
    const before = { updates: reader.updates, bytes: reader.bytes };
    const { events, seconds, daemonCpuS, ...figures } = await measuredLoad(rig, runs, {
      ...plan,
      listener: reader,
    }).catch((error: unknown) => {
      const closed = sockets.map((socket) => socket.closed ?? '-').join(' ');
      throw new Error(`the load failed; sockets closed: ${closed}, missed: ${reader.missed}`, { cause: error });
    });
    return {
      ...figures,
      sessions: runs.length,
      eventsPerSecond: events / seconds,
      updatesPerSecond: (reader.updates - before.updates) / seconds,
      bytesPerSecond: (reader.bytes - before.bytes) / seconds,
      daemonCpuShare: daemonCpuS / seconds,
      wrong: await endAndCheck(stage, runs, ids, sockets),
    };
  } finally {
    for (const socket of sockets) socket.close();
  }
}

/** Ends all runs; what then differs between what was told, what the plugin says and what the browser has, and what was lost. */
async function endAndCheck(
  stage: Stage,
  runs: readonly SimulatedRun[],
  ids: readonly string[],
  sockets: readonly BrowserSocket[],
): Promise<readonly string[]> {
  const [reader] = sockets as [BrowserSocket];
  for (const run of runs) run.end();
  await until('all turns have ended', SETTLE_TIMEOUT_MS, () =>
    ids.every((id) => reader.sessions.get(id)?.status === 'done'),
  ).catch(() => {});
  const { rest } = stage.readers[0] as (typeof stage.readers)[0];
  const ofRuns = await inParallel(runs, 8, async (run, index) => {
    const id = ids[index] ?? '';
    const answer = await rest.request('GET', `${PLUGIN_API}/sessions/${id}`);
    const session = answer.json<Session>();
    if (answer.status !== 200 || session === undefined) return [`${run.key}: the plugin says ${answer.status}`];
    const differs = !isDeepStrictEqual(told(session), told(reader.sessions.get(id)));
    return [
      ...problemsOf(session, run).map((problem) => `${run.key}: ${problem}`),
      ...(differs ? [`${run.key}: the browser has something else than the plugin`] : []),
    ];
  });
  const ofSockets = sockets.flatMap(({ closed, missed, misfits }, index) => [
    ...(closed === undefined ? [] : [`socket ${index} was closed: ${closed}`]),
    ...(missed === 0 ? [] : [`socket ${index} missed ${missed} events`]),
    ...(misfits === 0 ? [] : [`${misfits} changes did not fit`]),
  ]);
  return [...ofSockets, ...ofRuns.flat()];
}

/** When it was looked at, and which post it became, is no part of what a turn is. */
function told(session: Session | undefined): Partial<Session> {
  const { as_of_ms: _, post_id: __, ...rest } = session ?? {};
  return rest;
}
