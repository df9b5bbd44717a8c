import { pause } from '../../openclaw/harness/wait.ts';
import type { Outcome, Scale } from '../harness/outcome.ts';
import type { Play, Scenario } from '../harness/scenario.ts';
import { settle } from '../harness/settle.ts';
import { isRight } from '../harness/verdict.ts';
import { Watch } from '../harness/watch.ts';
import { ReplayedWorld } from './world.ts';

/** Runs go on for so long before the fault and after it, ms. */
const BEFORE_MS = 8_000;
const AFTER_MS = 8_000;

export interface ReplayedFault extends Omit<Scenario, 'run'> {
  /** About how long `strike` takes, ms. */
  readonly lastsMs: (scale: Scale) => number;
  /** Settings that the fault needs; what it made is taken away by `clear`. */
  readonly furnish?: () => Promise<{
    readonly settings: Readonly<Record<string, string>>;
    readonly clear: () => Promise<void>;
  }>;
  /** Resolves when every part works again. */
  strike(world: ReplayedWorld, play: Play): Promise<void>;
}

/** The fault strikes while recorded agents work; then everything must come right by itself. */
export function replayed(fault: ReplayedFault): Scenario {
  return { ...fault, run: (play) => run(fault, play) };
}

async function run(fault: ReplayedFault, play: Play): Promise<Outcome> {
  const { site, seed, scale } = play;
  const furniture = await fault.furnish?.();
  try {
    const world = await ReplayedWorld.open({ site, seed, ...(furniture && { settings: furniture.settings }) });
    try {
      await world.prepare(Math.min(fault.lastsMs(scale), 120_000) + BEFORE_MS + AFTER_MS);
      return await struck(world, fault, play);
    } finally {
      await world.dispose();
    }
  } finally {
    await furniture?.clear();
  }
}

async function struck(world: ReplayedWorld, fault: ReplayedFault, play: Play): Promise<Outcome> {
  world.work();
  await pause(BEFORE_MS);
  await fault.strike(world, play);
  const look = () => world.look();
  const watch = new Watch(look);
  play.say('over; waiting until all is right');
  await pause(AFTER_MS);
  await world.rest();
  const { turns } = world.player;
  const { say } = play;
  const outcome = await settle({ turns, look, watch, say, watched: (turn) => world.watched(turn) });
  if (!isRight(outcome)) play.say(world.daemon.tail(60));
  return outcome;
}
