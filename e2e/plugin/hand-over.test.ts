import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../openclaw/harness/wait.ts';
import { allEnded, boxes, type Chain, essence, standsRight, startChain } from './harness/chain.ts';
import { type OwnStack, startStack } from './harness/stack.ts';
import type { Place } from './harness/told-again.ts';
import { list } from './harness/writer.ts';

let stack: OwnStack;
let chain: Chain | undefined;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await chain?.dispose();
  await stack.dispose();
});

async function link({ daemon }: Chain, name: string): Promise<string | undefined> {
  return (await daemon.dashboard.health()).sinks.find((sink) => sink.name === name)?.state;
}

it('P3: the plugin is disabled in the middle of turns and enabled again: REST goes on in the same posts, then hands back', async () => {
  const team = await stack.workspace.team();
  const person = await stack.workspace.user([team]);
  const bot = await stack.workspace.bot([team]);
  const place: Place = { workspace: stack.workspace, team, person, bot, channels: new Map() };
  const recording = 'gateway/11-yield-question';
  chain = await startChain({ place, recording, url: stack.url, secret: stack.secret });
  const running = chain;
  const { daemon } = running;
  const seen = async (): Promise<string> => `${JSON.stringify(await boxes(place))}\n${daemon.tail(15)}`;
  const before = await waitFor(
    'a box of the plugin',
    async () => (await boxes(place)).find(({ status }) => status === 'active'),
    { deadlineMs: 30_000, seen },
  );

  await stack.plugin.disable();
  await waitFor('REST to write', async () => ((await link(running, 'mattermost-rest')) === 'ok' ? true : undefined), {
    deadlineMs: 60_000,
    seen,
  });
  await waitFor(
    'the same post to say something newer',
    async () => {
      const now = (await boxes(place)).find(({ post }) => post.id === before.post.id);
      return now !== undefined && now.post.message !== before.post.message ? true : undefined;
    },
    { deadlineMs: 60_000, seen },
  );

  await stack.plugin.enable();
  await waitFor(
    'the plugin to write again',
    async () => {
      const isBack = (await link(running, 'mattermost-plugin')) === 'ok';
      return isBack && (await link(running, 'mattermost-rest')) === undefined ? true : undefined;
    },
    { deadlineMs: 90_000, seen },
  );
  const sessions = await allEnded(running, 2);
  await standsRight(running, place, sessions, 2);
  const { sessions: listed } = await list(person.rest);
  expect(listed.filter(({ status }) => status === 'active')).toEqual([]);
  for (const session of listed) expect(sessions.map(essence)).toContain(essence(session));
}, 300_000);
