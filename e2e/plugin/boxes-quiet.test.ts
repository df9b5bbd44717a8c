import type { Session, Step } from '@livestatus/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bot, Channel, Person, Workspace } from '../mattermost/index.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { waitForState } from './harness/boxes.ts';
import { Listener } from './harness/listener.ts';
import { activeSession, ended, next, toolStep } from './harness/sessions.ts';
import { type OwnStack, startStack } from './harness/stack.ts';
import { Writer } from './harness/writer.ts';

/** A box notifies nobody and makes the server fetch nothing. Each with a counter-test: what does notify, what is fetched. */

let stack: OwnStack;
let workspace: Workspace;
let pushes: Listener;
let website: Listener;
let ann: Person;
let bot: Bot;
let writer: Writer;

beforeAll(async () => {
  pushes = await Listener.start({ type: 'application/json', body: '{"status":"OK"}' });
  const page = '<html><head><meta property="og:title" content="A page"></head></html>';
  website = await Listener.start({ type: 'text/html', body: page });
  stack = await startStack({
    settings: {
      MM_EMAILSETTINGS_SENDPUSHNOTIFICATIONS: 'true',
      MM_EMAILSETTINGS_PUSHNOTIFICATIONSERVER: pushes.url,
      MM_EMAILSETTINGS_PUSHNOTIFICATIONCONTENTS: 'full',
      MM_SERVICESETTINGS_ENABLELINKPREVIEWS: 'true',
      MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS: '127.0.0.1',
    },
  });
  workspace = stack.workspace;
  const team = await workspace.team();
  ann = await workspace.user([team]);
  bot = await workspace.bot([team]);
  writer = new Writer(stack, bot);
  await ann.rest.ok('PUT', '/api/v4/users/sessions/device', { device_id: 'android_rn:her-phone' });
  await ann.rest.ok('PUT', `/api/v4/users/${ann.id}/status`, { user_id: ann.id, status: 'offline' });
  hostileChannel = await workspace.channel(team, 'O', [ann.id, bot.id]);
});
afterAll(async () => {
  await stack?.dispose();
  await pushes?.stop();
  await website?.stop();
});

let hostileChannel: Channel;

/** The posts for which her phone was rung. */
const rungFor = (): string[] =>
  pushes.requests
    .map(({ body }) => JSON.parse(body) as { type?: string; post_id?: string })
    .flatMap(({ type, post_id: id }) => (type === 'message' && id !== undefined ? [id] : []));

function pushFor(postId: string): Promise<true> {
  return waitFor('a push', () => (rungFor().includes(postId) ? true : undefined), {
    deadlineMs: 20_000,
    seen: () => JSON.stringify(pushes.requests),
  });
}

async function mentions(): Promise<number> {
  const path = `/api/v4/channels/${hostileChannel.id}/members/${ann.id}`;
  return (await workspace.admin.rest.ok<{ mention_count: number }>('GET', path)).mention_count;
}

it('P6: one turn in a direct message gives one push, that of the answer', async () => {
  const direct = await workspace.directChannel(ann.id, bot.id);
  await workspace.post(ann, direct.id, 'Please count the files.');
  const session = activeSession({
    daemon_id: writer.daemonId,
    channel_id: direct.id,
    user_id: ann.id,
    post: 'wanted',
    steps: [toolStep('Running `ls`')],
  });
  expect(await writer.send(session)).toMatchObject({ status: 'ok' });
  const { post: box } = await waitForState(workspace, session);
  const answer = await workspace.post(bot, direct.id, 'There are 12 files.');
  await writer.send(ended(session));
  await waitForState(workspace, ended(session));
  await pushFor(answer.id);
  // The server rings in the order of the posts: the box's turn has long come.
  const last = await workspace.post(bot, direct.id, 'Anything else?');
  await pushFor(last.id);
  expect(rungFor()).toEqual([answer.id, last.id]);
  expect(rungFor()).not.toContain(box.id);
});

/** Everything that Mattermost does something about, in every text of a turn. */
function hostile(): Session {
  const link = `${website.url}/fetched`;
  const text = `@${ann.username} @channel @here @all ${link} ![x](${link}) [y](${link}) <${link}>`;
  const texts = [
    text,
    `\`${text}`,
    `\`\`\`\n${text}\n\`\`\``,
    `a \`b\` ${text} \`\`c`,
    `\\\` ${text}`,
    `\n\n${text}\n> ${text}`,
    `| ${text} |\n|---|\n| ${text} |`,
    `\u202e${text}\u2066`,
    `<b>${text}</b>`,
    `${'x'.repeat(30)}\u0000${text}`,
  ].map((line) => [...line].slice(0, 120).join(''));
  const steps: Step[] = texts.flatMap((label) => [
    toolStep(label, { name: label, status: 'error', detail: text.slice(0, 80), ended_ms: Date.now() }),
    toolStep(label, { kind: 'agent' }),
    toolStep(label, { kind: 'text', status: 'done', ended_ms: Date.now() }),
  ]);
  return activeSession({
    daemon_id: writer.daemonId,
    channel_id: hostileChannel.id,
    agent: { id: 'main', name: text.slice(0, 120), runtime: 'openclaw' },
    title: text.slice(0, 200),
    plan: [{ text: text.slice(0, 200), status: 'active' }],
    post: 'wanted',
    steps,
  });
}

it('hostile content in a box notifies nobody, and the server fetches no address', async () => {
  const rungBefore = rungFor().length;
  const mentionsBefore = await mentions(); // that she was added to the channel is one
  const session = hostile();
  expect(await writer.send(session)).toMatchObject({ status: 'ok' });
  const { post } = await waitForState(workspace, session);
  const failed = next(ended(session, 'error'), {
    error: { code: 'x', message: `@channel @${ann.username} ${website.url}/fetched` },
  });
  expect(await writer.send(failed)).toMatchObject({ status: 'ok' });
  const { post: after } = await waitForState(workspace, failed);
  expect(await mentions()).toBe(mentionsBefore);
  for (const message of [post.message, after.message]) {
    expect(message).toContain('@channel');
    for (const line of message.split('\n')) expect(line.split('`').length - 1).toBeLessThanOrEqual(2);
    expect(message.replace(/`[^`]*`/g, '')).not.toMatch(/[@/<\\|]/);
  }
  // The counter-test: the same author, the same texts, not in a box.
  const loud = await workspace.post(bot, hostileChannel.id, `@${ann.username} ${website.url}/control`);
  await pushFor(loud.id);
  const seen = { deadlineMs: 20_000, seen: () => JSON.stringify(website.requests) };
  const isFetched = () => (website.requests.some(({ path }) => path === '/control') ? true : undefined);
  await waitFor('the server to fetch the link of an ordinary post', isFetched, seen);
  expect(website.requests.filter(({ path }) => path !== '/control')).toEqual([]);
  expect(rungFor().slice(rungBefore)).toEqual([loud.id]);
  expect(await mentions()).toBe(mentionsBefore + 1);
});
