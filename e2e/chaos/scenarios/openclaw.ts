import { pause } from '../../openclaw/harness/wait.ts';
import { between, seededRandom } from '../harness/random.ts';
import type { Play, Scenario } from '../harness/scenario.ts';
import { settle } from '../harness/settle.ts';
import { isRight } from '../harness/verdict.ts';
import { Watch } from '../harness/watch.ts';
import { OpenClawWorld } from '../openclaw/world.ts';
import { frozen } from './parts.ts';

const AFTER_MS = 6_000;
/** From the start of a daemon to its end, ms. */
const LIFE_MS = [2_000, 9_000] as const;

interface OpenClawFault extends Omit<Scenario, 'run'> {
  /** Resolves when every part works again. */
  strike(world: OpenClawWorld, play: Play): Promise<void>;
}

function onOpenClaw(fault: OpenClawFault): Scenario {
  return {
    ...fault,
    async run(play) {
      const world = await OpenClawWorld.open(play.site);
      try {
        world.work();
        await world.untilAtWork();
        await fault.strike(world, play);
        const look = () => world.look();
        const watch = new Watch(look);
        play.say('over; waiting until all is right');
        await pause(AFTER_MS);
        await world.rest();
        const outcome = await settle({
          turns: await world.truth(),
          look,
          watch,
          watched: (turn) => world.watched(turn),
          say: play.say,
        });
        if (!isRight(outcome)) play.say(world.daemon.tail(60));
        return outcome;
      } finally {
        await world.dispose();
      }
    },
  };
}

export const ON_OPENCLAW: readonly Scenario[] = [
  onOpenClaw({
    name: 'openclaw-daemon-kill',
    fault: ({ openClawKills }) =>
      `on the real OpenClaw: the daemon is killed (kill -9) ${openClawKills} times at random moments, and started at once each time`,
    meanwhile: 'Boxes stand still for the second or two of a start, then go on.',
    async strike(world, { scale, seed }) {
      const random = seededRandom(seed);
      for (let n = 0; n < scale.openClawKills; n += 1) {
        // Not a wait for something: the moment of the fault.
        await pause(between(random, ...LIFE_MS));
        await world.daemon.kill();
        await world.daemon.start();
      }
    },
  }),
  onOpenClaw({
    name: 'gateway-killed',
    fault: () => 'the real OpenClaw is killed (kill -9) in the middle of turns, and started again',
    meanwhile:
      'Boxes say that the turn is not observed. What OpenClaw takes up again goes on in the same box; what it does not is interrupted.',
    strike: (world) => world.killGateway(),
  }),
  onOpenClaw({
    name: 'gateway-stopped',
    fault: ({ freezeMs }) => `SIGSTOP of the real OpenClaw for ${Math.round(freezeMs / 1_000)} s`,
    meanwhile: 'Nothing happens, so boxes stand still.',
    strike: (world, { scale }) => frozen(world.gateway.pid, scale.freezeMs),
  }),
];
