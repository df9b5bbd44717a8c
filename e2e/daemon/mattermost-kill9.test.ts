import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '@livestatus/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../daemon/src/clock.ts';
import { type FakeGateway, startFakeGateway } from '../../daemon/src/testing/fake-gateway/fake-gateway.ts';
import { readRecording } from '../../daemon/src/testing/fake-gateway/recording.ts';
import { findPosts } from '../../daemon/src/testing/fake-gateway/retell.ts';
import { FakeMattermost, SECRET, TOKEN } from '../../daemon/src/testing/sinks/fake-mattermost.ts';
import { Daemon } from '../openclaw/harness/daemon.ts';
import { pause, waitFor } from '../openclaw/harness/wait.ts';
import { RECORDINGS } from './cli.ts';

/** A turn with a sub-agent that yields, and a question while it works: 28 s. (Several at once would get posts of other ids.) */
const PLAYED = 'gateway/11-yield-question';
const KILLS = 6;
const FIRST_KILL_MS = 1_500;
const LAST_KILL_MS = 26_000;

let mattermost: FakeMattermost;
let gateway: FakeGateway;
let daemon: Daemon | undefined;
let openClawStateDir: string;

beforeEach(async () => {
  mattermost = await FakeMattermost.start();
  const text = readFileSync(join(RECORDINGS, `${PLAYED}.jsonl`), 'utf8');
  // The requests were posted by people.
  for (const id of findPosts(text)) mattermost.addRequest(id);
  openClawStateDir = mkdtempSync(join(tmpdir(), 'livestatus-no-openclaw-'));
  gateway = await startFakeGateway({
    recordings: [readRecording(text)],
    clock: systemClock,
    outages: false,
    speed: 1,
  });
});
afterEach(async () => {
  await daemon?.dispose();
  await gateway.stop();
  await mattermost.stop();
  rmSync(openClawStateDir, { recursive: true, force: true });
});

/** Ascending moments (ms), one somewhere in each part, by a small generator of our own: the same on every machine. */
function moments(seed: number): readonly number[] {
  let state = seed * 2_654_435_761;
  const part = (LAST_KILL_MS - FIRST_KILL_MS) / KILLS;
  return Array.from({ length: KILLS }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return FIRST_KILL_MS + part * (index + state / 2 ** 32);
  });
}

async function ended(running: Daemon): Promise<readonly Session[]> {
  const sessions = await running.dashboard.sessions();
  const isOver = gateway.done && sessions.length > 0 && sessions.every(({ status }) => status !== 'active');
  return isOver ? sessions : [];
}

const boxes = (): readonly { id: string; status: string }[] =>
  [...mattermost.posts.values()].flatMap(({ props }) =>
    typeof props.livestatus === 'string' ? [JSON.parse(props.livestatus) as { id: string; status: string }] : [],
  );

const line = ({ id, status }: { readonly id: string; readonly status: string }): string => `${id} ${status}`;

describe.each([
  { way: 'the plugin', settings: { PLUGIN_SECRET: SECRET } },
  { way: 'plain posts', settings: {} },
])('kill -9 of the daemon while agents work, by $way', ({ settings }) => {
  it('one box a turn, every last state told, nothing active', async () => {
    const running = await Daemon.start({
      openClawStateDir,
      settings: {
        OPENCLAW_GATEWAY_URL: gateway.url,
        OPENCLAW_GATEWAY_TOKEN: gateway.token,
        MM_BASE_URL: mattermost.url,
        MM_BOT_TOKEN: TOKEN,
        THROTTLE_MS: '50',
        POST_DELAY_MS: '0',
        ...settings,
      },
    });
    daemon = running;
    const started = performance.now();
    for (const moment of moments(20261129)) {
      // Not a wait for something: the moment of the fault.
      await pause(Math.max(0, moment - (performance.now() - started)));
      await running.kill();
      await running.start();
    }
    const isByPlugin = 'PLUGIN_SECRET' in settings;
    const shown = (): readonly { id: string; status: string }[] =>
      isByPlugin ? [...mattermost.plugin.sessions.values()].map(({ session }) => session) : boxes();
    await waitFor(
      'everything that is shown to have its last state',
      async () => {
        const told = (await ended(running)).map(line);
        return told.length > 0 && shown().length > 0 && shown().every((one) => told.includes(line(one)))
          ? true
          : undefined;
      },
      {
        deadlineMs: 90_000,
        seen: async () =>
          `told ${(await running.dashboard.sessions()).map(line).join('; ')}\nshown ${shown().map(line).join('; ')}\n${running.tail(10)}`,
      },
    );
    const ids = shown().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    // A turn whose whole life fell into a restart was seen by nobody.
    expect(ids.length).toBeGreaterThanOrEqual(1);
  }, 180_000);
});
