import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionList } from '@livestatus/contract';
import { systemClock } from '../../daemon/src/clock.ts';
import { startFakeGateway } from '../../daemon/src/testing/fake-gateway/fake-gateway.ts';
import { seededRandom } from '../../e2e/chaos/harness/random.ts';
import { type Person, PLUGIN_API, PLUGIN_ID } from '../../e2e/mattermost/index.ts';
import { DaemonProcess } from '../live/daemon-process.ts';
import { until } from '../live/until.ts';
import { BrowserSocket } from '../mattermost/browser-socket.ts';
import { Stage } from '../mattermost/stage.ts';
import { type Result, told } from '../results.ts';
import { type Sample, sampleOf, verdicts } from './samples.ts';
import { Seats } from './seats.ts';

export interface SoakPlan {
  readonly sessions: number;
  readonly loadMs: number;
  readonly idleMs: number;
  readonly seed: number;
}

const CHANNELS = 20;
const READERS = 3;
const SAMPLE_EVERY_MS = 5_000;
const SAY_EVERY_MS = 60_000;
const SETTLE_TIMEOUT_MS = 120_000;
/** What is put off after the last end: details, a second look at a box (P3), the state file. */
const AFTERMATH_MS = 60_000;

/** Real daemon, real Mattermost with the plugin, and replayed runs for hours: what grows that should not. */
export async function soak(plan: SoakPlan, say: (line: string) => void): Promise<readonly Result[]> {
  const stage = await Stage.open({ channels: CHANNELS, threadsPerChannel: 0, readers: READERS });
  const gateway = await startFakeGateway({ clock: systemClock });
  try {
    const daemon = await DaemonProcess.start({
      gatewayUrl: gateway.url,
      gatewayToken: gateway.token,
      settings: { ...stage.settings, LOG_LEVEL: 'info' },
    });
    try {
      const seats = new Seats({
        gateway,
        seats: plan.sessions,
        random: seededRandom(plan.seed),
        ask: (turn) => stage.newPlace(turn),
      });
      return await watched({ plan, say, stage, daemon, seats });
    } finally {
      await daemon.stop();
    }
  } finally {
    await gateway.stop();
    await stage.dispose();
  }
}

interface Soaking {
  readonly plan: SoakPlan;
  readonly say: (line: string) => void;
  readonly stage: Stage;
  readonly daemon: DaemonProcess;
  readonly seats: Seats;
}

async function watched({ plan, say, stage, daemon, seats }: Soaking): Promise<readonly Result[]> {
  const { server, plugin } = stage.stack;
  const [reader] = stage.readers as [Person];
  const sockets = await Promise.all(
    stage.readers.map(({ token }) => BrowserSocket.open(stage.stack.url, token, 'counting')),
  );
  const [pluginPid] = await plugin.pids();
  if (pluginPid === undefined) throw new Error('the plugin has no process');
  const series: { readonly daemon: Sample; readonly plugin: Sample }[] = [];
  const look = () => ({ daemon: sampleOf(daemon.pid), plugin: sampleOf(pluginPid) });
  const sampler = setInterval(() => series.push(look()), SAMPLE_EVERY_MS);
  const teller = setInterval(() => say(lineOf(seats, look())), SAY_EVERY_MS);
  try {
    await seats.work(plan.loadMs);
  } finally {
    clearInterval(sampler);
    clearInterval(teller);
  }
  say(`${seats.turns} turns, ${seats.calls} calls; now nothing happens for ${Math.round(plan.idleMs / 1_000)} s`);
  const stuck = await settled(reader);
  await sleep(AFTERMATH_MS);
  const before = { daemonBytes: daemon.loggedBytes, server: server.logged };
  await sleep(plan.idleMs);
  const daemonGrowth = daemon.loggedBytes - before.daemonBytes;
  const pluginLines = linesOfPlugin(server.logSince(before.server));
  const idle = look();
  for (const socket of sockets) socket.close();
  return [
    ...verdicts(
      'daemon',
      series.map((sample) => sample.daemon),
      idle.daemon,
    ),
    ...verdicts(
      'plugin',
      series.map((sample) => sample.plugin),
      idle.plugin,
    ),
    none('daemon: bytes logged while nothing happened', daemonGrowth, daemon.log),
    none('plugin: lines logged while nothing happened', pluginLines.length, pluginLines[0]),
    none('sessions still active after the last end', stuck),
    told(
      'what was played',
      `${plan.sessions} at once, ${seats.turns} turns, ${seats.calls} tool calls, seed ${plan.seed}`,
    ),
    told('how long', `${minutes(plan.loadMs)} of load, ${minutes(AFTERMATH_MS + plan.idleMs)} of nothing`),
    told('daemon: log of the whole load', `${(before.daemonBytes / 1e3).toFixed(1)} kB at LOG_LEVEL info`),
  ];
}

/** Waits until nothing is active any more; how many still are when that takes too long. */
async function settled({ rest }: Person): Promise<number> {
  let active = 0;
  await until('nothing is active', SETTLE_TIMEOUT_MS, async () => {
    const list = await rest.ok<SessionList>('GET', `${PLUGIN_API}/sessions?status=active`);
    active = list.sessions.length;
    return active === 0;
  }).catch(() => undefined);
  return active;
}

function linesOfPlugin(log: string): readonly string[] {
  return log.split('\n').filter((line) => line.includes(`"plugin_id":"${PLUGIN_ID}"`));
}

function none(name: string, count: number, first = ''): Result {
  const figure = count === 0 || first === '' ? String(count) : `${count}, e.g. ${first.slice(-300)}`;
  return { name, figure, budget: '0', passed: count === 0 };
}

function minutes(ms: number): string {
  return `${(ms / 60_000).toFixed(ms % 60_000 === 0 ? 0 : 1)} min`;
}

function lineOf({ turns, calls }: Seats, { daemon, plugin }: { daemon: Sample; plugin: Sample }): string {
  const of = ({ rssBytes, handles }: Sample) => `${(rssBytes / 1e6).toFixed(0)} MB, ${handles} handles`;
  return `${turns} turns, ${calls} calls; daemon ${of(daemon)}; plugin ${of(plugin)}`;
}
