import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Session, SessionList } from '@livestatus/contract';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Bot, type Channel, type Person, ReplayDaemon } from '../mattermost/index.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { activeSession, ended, next, toolStep } from './harness/sessions.ts';
import { type OwnStack, startStack } from './harness/stack.ts';
import { list, read, Writer } from './harness/writer.ts';

/** Tools, a sub-agent with a question, a plan: about 15 s of work at twice the speed. */
const RECORDINGS = ['mm-channel-tools', '11-yield-question', '04-plan'].map((name) =>
  join(import.meta.dirname, `../../testdata/recordings/gateway/${name}.jsonl`),
);
/** A killed plugin is started anew at the server's next look, within 30 s; a heartbeat comes every 20 s. */
const AGREEMENT_MS = 75_000;
/** Starting a turn, the incident, agreement, the boxes, each with its own deadline. */
const INCIDENT_TEST_MS = 240_000;

let stack: OwnStack;
let team: string;
let member: Person;
let bot: Bot;
let channel: Channel;
let daemon: ReplayDaemon | undefined;

beforeAll(async () => {
  stack = await startStack();
  const { workspace } = stack;
  team = await workspace.team();
  member = await workspace.user([team]);
  bot = await workspace.bot([team]);
});
afterEach(async () => {
  await daemon?.dispose();
  daemon = undefined;
});
afterAll(() => stack?.dispose());

async function newChannel(): Promise<void> {
  channel = await stack.workspace.channel(team, 'P', [member.id, bot.id]);
}

const INCIDENTS: readonly [string, () => Promise<void>][] = [
  [
    'the plugin disabled and enabled',
    async () => {
      await stack.plugin.disable();
      await stack.plugin.enable();
    },
  ],
  [
    'the server restarted',
    async () => {
      await stack.server.restart();
      await stack.plugin.waitUntilItAnswers();
    },
  ],
  [
    'the server killed with kill -9 and started',
    async () => {
      await stack.server.kill();
      await stack.server.start();
      await stack.plugin.waitUntilItAnswers();
    },
  ],
  [
    'the plugin’s process killed with kill -9',
    async () => {
      await stack.plugin.kill();
      await stack.plugin.waitUntilItAnswers();
    },
  ],
];

it.each(INCIDENTS)(
  'D7: %s in the middle of turns: daemon and plugin agree again, one box a turn',
  async (_what, happen) => {
    await newChannel();
    daemon = await replay();
    await waitFor('turns at work, with a box', async () => ((await boxes()).length > 0 ? true : undefined), {
      deadlineMs: 30_000,
      seen: async () => JSON.stringify(briefs(await atPlugin())) + daemon?.tail(),
    });
    expect((await list(member.rest, '?status=active')).sessions.length).toBeGreaterThan(0);

    await happen();

    const truth = await waitFor('daemon and plugin to agree on what became of every turn', agreement, {
      deadlineMs: AGREEMENT_MS,
      seen: async () => `daemon ${JSON.stringify(briefs(await atDaemon()))}
      plugin ${JSON.stringify(briefs(await atPlugin()))} ${daemon?.tail()}`,
    });
    expect(truth.length).toBeGreaterThanOrEqual(RECORDINGS.length);
    expect(daemon.log()).not.toContain('session was refused');
    await waitFor('every box to say how its turn ended', allFolded, {
      deadlineMs: 20_000,
      seen: async () => JSON.stringify((await boxes()).map(({ message }) => message)),
    });
  },
  INCIDENT_TEST_MS,
);

function replay(): Promise<ReplayDaemon> {
  const { url, secret } = stack;
  return ReplayDaemon.start({ url, secret, bot, channelIds: [channel.id], args: [...RECORDINGS, '--speed', '2'] });
}

async function boxes() {
  return (await stack.workspace.posts(channel.id)).filter(({ type }) => type === 'custom_livestatus');
}

/** Those that are shown in Mattermost. `replay --into` gives them other ids and channels there. */
async function atDaemon(): Promise<Session[]> {
  const answer = await fetch(`${daemon?.dashboardUrl}/api/v1/sessions`);
  const { sessions } = (await answer.json()) as SessionList;
  return sessions.filter(({ channel_id, user_id }) => (channel_id ?? user_id) !== undefined);
}

async function atPlugin(): Promise<Session[]> {
  return (await list(member.rest, `?channel_id=${channel.id}`)).sessions;
}

/** What people see of a turn; privacy is `full` in a private channel, so the words are the same too. */
function brief({ status, error, tool_calls, steps, usage }: Session) {
  return { status, error, tool_calls, usage, steps: steps.map((step) => [step.id, step.status, step.label]) };
}

/** All turns of the daemon, once they are over and the plugin has them just so. */
async function agreement(): Promise<readonly unknown[] | undefined> {
  const [daemonHas, pluginHas] = [await atDaemon(), await atPlugin()];
  const isOver = daemonHas.length > 0 && daemonHas.every(({ status }) => status !== 'active');
  return isOver && isDeepStrictEqual(briefs(daemonHas), briefs(pluginHas)) ? daemonHas : undefined;
}

/** In an order that does not depend on the ids. */
function briefs(sessions: readonly Session[]): unknown[] {
  const firstStep = ({ steps }: Session): string => steps[0]?.id ?? '';
  return [...sessions].sort((a, b) => (firstStep(a) < firstStep(b) ? -1 : 1)).map(brief);
}

/** One box for each turn that has one, none active, and no turn with two. */
async function allFolded(): Promise<true | undefined> {
  const all = await boxes();
  const wanted = (await atPlugin()).flatMap(({ post_id }) => post_id ?? []);
  expect(new Set(wanted).size).toBe(wanted.length);
  expect(all.length).toBeLessThanOrEqual(wanted.length);
  const isFolded = all.every(({ message }) => /^\*\*(Done|Failed|Interrupted|Stopped)/.test(message));
  return isFolded && all.length === wanted.length ? true : undefined;
}

it('D5: what ended while the plugin was away is told afterwards, and nothing stays active', async () => {
  await newChannel();
  const writer = new Writer(stack, bot);
  const running = activeSession({
    channel_id: channel.id,
    daemon_id: writer.daemonId,
    activity: 'tool',
    steps: [toolStep('Running')],
  });
  const forgotten = activeSession({ channel_id: channel.id, daemon_id: writer.daemonId });
  await writer.batch({ changes: [running, forgotten] });
  await stack.plugin.disable();
  expect((await writer.request({ changes: [ended(running)] })).status).toBeGreaterThanOrEqual(400);
  await stack.plugin.enable();

  // Kept over the restart, without steps that may have ended meanwhile.
  expect(await read(member.rest, running.id)).toMatchObject({ status: 'active' });
  const final = next(ended(running), { seq: running.seq + 100 });
  expect((await writer.send(final)).status).toBe('ok');
  await writer.heartbeat([], true);
  expect(await read(member.rest, running.id)).toMatchObject({ status: 'done', seq: final.seq });
  expect(await read(member.rest, forgotten.id)).toMatchObject({ status: 'interrupted', error: { code: 'lost' } });
  expect((await list(member.rest, '?status=active')).sessions).toEqual([]);
});

it('neither the secret nor a bot’s token is in the server’s log after all that', () => {
  expect(stack.server.log().length).toBeGreaterThan(1_000);
  expect(stack.server.log()).not.toContain(stack.secret);
  expect(stack.server.log()).not.toContain(bot.token);
});
