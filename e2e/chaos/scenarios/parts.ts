import type { DaemonHealth } from '@livestatus/contract';
import { pause } from '../../openclaw/harness/wait.ts';
import { freeze } from '../harness/freeze.ts';
import { between, seededRandom } from '../harness/random.ts';
import type { ReplayedWorld } from '../replay/world.ts';

/** From the start of a daemon to its end, ms: while it starts, while it catches up, while it works. */
const LIFE_MS = [200, 6_000] as const;

/** kill -9 again and again, each time at a moment of its own; it is started anew at once. */
export async function killDaemonAgainAndAgain(world: ReplayedWorld, kills: number, seed: number): Promise<void> {
  const random = seededRandom(seed);
  let starting: Promise<unknown> = Promise.resolve();
  for (let n = 0; n < kills; n += 1) {
    // Not a wait for something: the moment of the fault.
    await pause(between(random, ...LIFE_MS));
    await world.killDaemon();
    // It may not have come up before it was killed.
    await starting.catch(() => undefined);
    starting = world.startDaemon();
    starting.catch(() => undefined);
  }
  await starting;
}

/** SIGSTOP for so long, then SIGCONT. */
export async function frozen(pid: number | undefined, ms: number): Promise<void> {
  if (pid === undefined) throw new Error('there is no process to stop');
  const thaw = await freeze(pid);
  try {
    await pause(ms);
  } finally {
    thaw();
  }
}

/** What the rest of an outage lasts after something was waited for in it. */
export async function restOf(ms: number, since: number): Promise<void> {
  await pause(Math.max(0, ms - (performance.now() - since)));
}

/** A code of any source or sink. */
export function says(code: string): (health: DaemonHealth) => boolean {
  return ({ sources, sinks }) => [...sources, ...sinks].some((link) => link.code === code);
}

export function isOk(name: string): (health: DaemonHealth) => boolean {
  return ({ sinks }) => sinks.some((sink) => sink.name === name && sink.state === 'ok');
}
