import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventSocket, ReplayDaemon } from '../mattermost/index.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { type Stack, sharedStack } from './harness/stack.ts';
import { list } from './harness/writer.ts';

const RECORDING = join(import.meta.dirname, '../../testdata/recordings/gateway/mm-channel-tools.jsonl');

let stack: Stack;
let daemon: ReplayDaemon | undefined;

beforeAll(async () => {
  stack = await sharedStack();
});
afterAll(() => daemon?.dispose());

it('a recorded turn goes from the daemon over the batch endpoint to a member’s WebSocket and into the list', async () => {
  const { workspace, url, secret } = stack;
  const team = await workspace.team();
  const member = await workspace.user([team]);
  const bot = await workspace.bot([team]);
  const channel = await workspace.channel(team, 'P', [member.id, bot.id]);
  const socket = await EventSocket.open(url, member.token);
  daemon = await ReplayDaemon.start({ url, secret, bot, channelIds: [channel.id], args: [RECORDING, '--speed', '4'] });

  const seen = () => `${socket.rawText.slice(-2_000)}\n${daemon?.tail()}`;
  const final = await waitFor('the turn to be done at the socket', () => lastStatus(socket), {
    deadlineMs: 60_000,
    seen,
  });
  expect(final).toBe('done');
  const { sessions } = await list(member.rest);
  expect(sessions.map(({ status, channel_id, tool_calls }) => ({ status, channel_id, tool_calls }))).toEqual([
    { status: 'done', channel_id: channel.id, tool_calls: expect.any(Number) },
  ]);
  socket.close();
});

/** The status of the only turn after all updates so far, once it has ended. */
function lastStatus(socket: EventSocket): string | undefined {
  const changes = socket
    .updates()
    .flatMap(({ sessions, patches }) => [
      ...sessions.map(({ status }) => status),
      ...patches.flatMap(([, , , { set }]) => set?.status ?? []),
    ]);
  const last = changes.at(-1);
  return last === 'active' ? undefined : last;
}
