import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Daemon } from '../openclaw/harness/daemon.ts';
import { pause, waitFor } from '../openclaw/harness/wait.ts';
import {
  allEnded,
  boxes,
  type Chain,
  connected,
  essence,
  mattermostSettings,
  standsRight,
  startChain,
} from './harness/chain.ts';
import { type Stack, sharedStack } from './harness/stack.ts';
import type { Place } from './harness/told-again.ts';
import { list } from './harness/writer.ts';

/** A turn with a sub-agent that yields, and a question while it works: 28 s. (Several at once would get posts of other ids.) */
const RECORDING = 'gateway/11-yield-question';
const TURNS = 2;
const KILLS = 10;
const FIRST_KILL_MS = 2_000;
const LAST_KILL_MS = 26_000;

let stack: Stack;
let place: Place;
let chain: Chain | undefined;

beforeEach(async () => {
  stack = await sharedStack();
  const team = await stack.workspace.team();
  const person = await stack.workspace.user([team]);
  const bot = await stack.workspace.bot([team]);
  place = { workspace: stack.workspace, team, person, bot, channels: new Map() };
});
afterEach(async () => {
  await chain?.dispose();
  chain = undefined;
});

/** Ascending moments (ms), one somewhere in each part, by a small generator of our own: the same on every machine. */
function momentsOf(seed: number): readonly number[] {
  let state = seed * 2_654_435_761;
  const part = (LAST_KILL_MS - FIRST_KILL_MS) / KILLS;
  return Array.from({ length: KILLS }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return FIRST_KILL_MS + part * (index + state / 2 ** 32);
  });
}

describe.each([
  { way: 'the plugin', hasPlugin: true },
  { way: 'plain posts', hasPlugin: false },
])('the daemon and a real Mattermost, by $way', ({ hasPlugin }) => {
  it(`kill -9 at ${KILLS} seeded random moments: one box a turn, final states exact, nothing active`, async () => {
    chain = await startChain({
      place,
      recording: RECORDING,
      url: stack.url,
      secret: hasPlugin ? stack.secret : undefined,
    });
    const started = performance.now();
    for (const moment of momentsOf(20261129)) {
      // Not a wait for something: the moment of the fault.
      await pause(Math.max(0, moment - (performance.now() - started)));
      await chain.daemon.kill();
      await chain.daemon.start();
    }
    const sessions = await allEnded(chain, TURNS - 1);
    await standsRight(chain, place, sessions, TURNS - 1);
    const byId = new Map(sessions.map((session) => [session.id, essence(session)]));
    for (const { id, session } of await boxes(place)) {
      expect(session && JSON.parse(essence(session)).slice(1, 3), id).toEqual(
        JSON.parse(byId.get(id) ?? '[]').slice(1, 3),
      );
    }
    if (!hasPlugin) return;
    const listed = await waitFor(
      'the plugin to have every end',
      async () => {
        const { sessions: seen } = await list(place.person.rest);
        return seen.length === sessions.length && seen.every(({ status }) => status !== 'active') ? seen : undefined;
      },
      { deadlineMs: 60_000, seen: async () => (await list(place.person.rest)).sessions.map(essence).join('\n') },
    );
    expect(listed.map(essence).sort()).toEqual(sessions.map(essence).sort());
  }, 240_000);
});

describe('two daemons', () => {
  it('that watch one OpenClaw make one box a turn, and the final state is exact', async () => {
    const options = { place, recording: RECORDING, url: stack.url, secret: stack.secret };
    chain = await startChain(options);
    await connected(chain);
    const other = await Daemon.start({
      openClawStateDir: chain.daemon.rootDir,
      settings: {
        OPENCLAW_GATEWAY_URL: chain.gateway.url,
        OPENCLAW_GATEWAY_TOKEN: chain.gateway.token,
        ...mattermostSettings(options),
      },
    });
    try {
      const sessions = await allEnded(chain, TURNS);
      await standsRight(chain, place, sessions, TURNS);
      const { sessions: listed } = await list(place.person.rest);
      expect(listed.map(essence).sort()).toEqual(sessions.map(essence).sort());
      expect(new Set(listed.map(({ daemon_id }) => daemon_id)).size).toBeLessThanOrEqual(2);
    } finally {
      await other.dispose();
    }
  }, 180_000);
});
