import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { advance, subscribed } from '../daemon/fixture.ts';
import { Daemon } from '../openclaw/harness/daemon.ts';
import { pause, waitFor } from '../openclaw/harness/wait.ts';
import {
  allEnded,
  boxesOf,
  type Chain,
  essence,
  mattermostSettings,
  type SeenBox,
  startChain,
} from './harness/chain.ts';
import { type Stack, sharedStack } from './harness/stack.ts';
import type { Place } from './harness/told-again.ts';
import { list } from './harness/writer.ts';

/** Tools in a thread, a sub-agent with a yield, and a direct message with a provider error. */
const RECORDINGS = ['gateway/mm-channel-tools', 'gateway/11-yield-question', 'gateway/mm-dm-error'];
const TURNS = 4;
const FACTS = 500;
const KILLS = 10;

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

/** Every box of the test's bot, wherever it may stand. */
async function boxes(): Promise<readonly SeenBox[]> {
  const channels = [...place.channels.values()].map(({ id }) => id);
  const direct = await place.workspace.directChannel(place.bot.id, place.person.id);
  const posts = await Promise.all([...channels, direct.id].map((id) => botPosts(id)));
  return boxesOf(posts.flat());
}

async function botPosts(channelId: string) {
  const answer = await place.bot.rest.ok<{
    posts: Record<string, Awaited<ReturnType<typeof place.workspace.posts>>[0]>;
  }>('GET', `/api/v4/channels/${channelId}/posts?per_page=200`);
  return Object.values(answer.posts).filter(({ user_id }) => user_id === place.bot.id);
}

/** Waits until what stands in Mattermost is what the daemon knows: one box a turn, each with its last state. */
async function standsRight(told: readonly { id: string; status: string }[], started: number): Promise<void> {
  const expected = [...told].map(({ id, status }) => `${id} ${status}`).sort();
  let seen: string[] = [];
  await waitFor(
    'one box a turn, with its last state',
    async () => {
      seen = (await boxes()).map(({ id, status }) => `${id} ${status}`).sort();
      return seen.length === started && seen.every((line) => expected.includes(line)) ? true : undefined;
    },
    {
      deadlineMs: 60_000,
      seen: () => `expected ${expected.join('; ')}\nseen ${seen.join('; ')}\n${chain?.daemon.tail(15)}`,
    },
  );
  expect(new Set(seen).size).toBe(seen.length);
}

/** `KILLS` moments, ascending, by a small generator of our own: the same on every machine. */
function momentsOf(seed: number): readonly number[] {
  let state = seed * 2_654_435_761;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 20 + (state % FACTS);
  };
  const moments = new Set<number>();
  while (moments.size < KILLS) moments.add(next());
  return [...moments].sort((a, b) => a - b);
}

const CHUNK = 10;
const CHUNK_MS = 60;

/** Tells `count` facts at a pace at which the server sees the turns at work: what is over at once gets no box (P1). */
async function tell(told: Chain, count: number): Promise<void> {
  for (let left = count; left > 0 && !told.gateway.done; left -= CHUNK) {
    await advance(told, Math.min(CHUNK, left));
    await pause(CHUNK_MS);
  }
}

/** What was told has arrived at the daemon: frames that are still in the socket when it dies are told to nobody. */
async function arrived({ daemon }: Chain): Promise<void> {
  let before = '';
  await waitFor(
    'the daemon to have seen what was told',
    async () => {
      const now = (await daemon.dashboard.sessions()).map(essence).join();
      const isSame = now === before;
      before = now;
      return isSame ? true : undefined;
    },
    { deadlineMs: 20_000, everyMs: 5 },
  );
}

async function connected({ daemon }: Chain): Promise<void> {
  await waitFor(
    'the source to be ok',
    async () => ((await daemon.dashboard.health()).sources[0]?.state === 'ok' ? true : undefined),
    { deadlineMs: 30_000, seen: () => daemon.tail() },
  );
}

describe.each([
  { way: 'the plugin', hasPlugin: true },
  { way: 'plain posts', hasPlugin: false },
])('the daemon and a real Mattermost, by $way', ({ hasPlugin }) => {
  it(`kill -9 at ${KILLS} seeded random moments: one box a turn, final states exact, nothing active`, async () => {
    chain = await startChain({
      place,
      recordings: RECORDINGS,
      url: stack.url,
      secret: hasPlugin ? stack.secret : undefined,
    });
    await connected(chain);
    let told = 0;
    for (const moment of momentsOf(20261129)) {
      await tell(chain, moment - told);
      told = moment;
      await arrived(chain);
      await chain.daemon.kill();
      await chain.daemon.start();
      await connected(chain);
    }
    await tell(chain, Number.POSITIVE_INFINITY);
    const sessions = await allEnded(chain, TURNS);
    await standsRight(sessions, sessions.length);
    const byId = new Map(sessions.map((session) => [session.id, essence(session)]));
    for (const { id, session } of await boxes()) {
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
    const options = { place, recordings: RECORDINGS, url: stack.url, secret: stack.secret };
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
      await subscribed({ gateway: chain.gateway, daemon: other });
      await tell(chain, Number.POSITIVE_INFINITY);
      const sessions = await allEnded(chain, TURNS);
      await standsRight(sessions, sessions.length);
      const { sessions: listed } = await list(place.person.rest);
      expect(listed.map(essence).sort()).toEqual(sessions.map(essence).sort());
      expect(new Set(listed.map(({ daemon_id }) => daemon_id)).size).toBeLessThanOrEqual(2);
    } finally {
      await other.dispose();
    }
  }, 180_000);
});
