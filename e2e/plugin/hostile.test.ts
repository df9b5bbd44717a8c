import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BatchAnswer, type ErrorBody, LIMITS, type Session, type Step } from '@livestatus/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bot, type Channel, EventSocket, type Person, PLUGIN_API } from '../mattermost/index.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { activeSession, ended, next, toolStep } from './harness/sessions.ts';
import { type OwnStack, startStack } from './harness/stack.ts';
import { read, Writer } from './harness/writer.ts';

let stack: OwnStack;
let member: Person;
let bot: Bot;
let channel: Channel;
let writer: Writer;
/** A web server that nobody may ever ask: its address stands in the hostile texts. */
let bait: Server;
let baitUrl: string;
const fetched: string[] = [];

beforeAll(async () => {
  bait = createServer((request, response) => {
    fetched.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'text/html').end('<meta property="og:title" content="caught">');
  });
  await new Promise<void>((resolve) => bait.listen(0, '127.0.0.1', resolve));
  baitUrl = `http://127.0.0.1:${(bait.address() as AddressInfo).port}`;
  stack = await startStack({
    // Previews are on, and may look at this machine: only our own care keeps the server from fetching.
    settings: {
      MM_SERVICESETTINGS_ENABLELINKPREVIEWS: 'true',
      MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS: '127.0.0.1',
    },
  });
  const { workspace } = stack;
  const team = await workspace.team();
  member = await workspace.user([team], 'victim');
  bot = await workspace.bot([team]);
  channel = await workspace.channel(team, 'P', [member.id, bot.id]);
  writer = new Writer(stack, bot);
});
afterAll(async () => {
  await stack?.dispose();
  await new Promise((resolve) => bait.close(resolve));
});

const sessionOf = (part: Partial<Session> = {}): Session =>
  activeSession({ channel_id: channel.id, daemon_id: writer.daemonId, ...part });

const hostileTexts = (): readonly string[] => [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '[click](javascript:alert(1))',
  `![picture](${baitUrl}/picture.png)`,
  `${baitUrl}/plain`,
  `${'`'} @here ${'`'} @channel @all @victim`,
  '@here',
  '# heading | table |\n|---|',
  '```\nfence',
  '\u202Edrowssap\u202C \u200B\u2066',
  '{{template}} $(env) %s %n',
];

/** A session all of whose texts are hostile. */
function hostileSession(text: string): Session {
  const line = text.replaceAll('\n', ' ').slice(0, 100);
  return sessionOf({
    post: 'wanted',
    title: line,
    agent: { id: 'main', name: line, runtime: 'openclaw' },
    activity: 'tool',
    steps: [
      toolStep(line, { name: line, detail: text }),
      toolStep(line, { kind: 'text' }),
      toolStep(line, { kind: 'notice' }),
    ],
    plan: [{ text: line, status: 'active' }],
  });
}

async function boxOf(session: Session) {
  return waitFor(
    'its box',
    async () => {
      const id = (await read(member.rest, session.id))?.post_id;
      return id === undefined
        ? undefined
        : stack.workspace.admin.rest.ok<{ id: string; message: string }>('GET', `/api/v4/posts/${id}`);
    },
    { deadlineMs: 20_000, seen: () => stack.server.log().slice(-1_500) },
  );
}

it('the trap works: an ordinary post with that address makes the server fetch it, and @here is a mention', async () => {
  const victim = await mentionsOf();
  await stack.workspace.post(stack.workspace.admin, channel.id, `look at ${baitUrl}/by-a-person @here @victim`);
  await waitFor('the fetch', () => (fetched.length > 0 ? true : undefined), { deadlineMs: 10_000 });
  expect(await mentionsOf()).toBeGreaterThan(victim);
  fetched.length = 0;
});

/** How often the victim was mentioned in the channel. */
async function mentionsOf(): Promise<number> {
  const path = `/api/v4/users/me/channels/${channel.id}/unread`;
  return (await member.rest.ok<{ mention_count: number }>('GET', path)).mention_count;
}

it('hostile texts in every field: nobody is mentioned, no address is fetched, the texts come back as they are', async () => {
  const before = await mentionsOf();
  for (const text of hostileTexts()) {
    const session = hostileSession(text);
    expect(await writer.send(session), text).toMatchObject({ status: 'ok' });
    expect(await read(member.rest, session.id)).toMatchObject({ title: session.title, steps: session.steps });
    const box = await boxOf(session);
    const final = ended(next(session, { error: { code: 'agent_error', message: text } }), 'error');
    expect((await writer.send(final)).status).toBe('ok');
    await waitFor('the folded box', async () => ((await boxOf(final)).message.includes('Failed') ? true : undefined), {
      deadlineMs: 20_000,
    });
    expectOnlyCode((await boxOf(final)).message, text);
    expectOnlyCode(box.message, text);
  }
  expect(await mentionsOf()).toBe(before);
  expect(fetched).toEqual([]);
});

/** What came from the agent stands in code spans, where Mattermost looks for neither mentions nor links. */
function expectOnlyCode(message: string, text: string): void {
  const outside = message.split('\n').map((line) => line.replace(/`[^`]*`/g, '').replace('**Failed**', ''));
  for (const part of outside) {
    expect(part, `${text}: ${message}`).not.toMatch(/@|https?:|<|\[|!\[|javascript|`/);
  }
}

const REFUSED: readonly [string, () => unknown, string][] = [
  ['a title of 5,000 characters', () => sessionOf({ title: 'x'.repeat(5_000) }), 'too_long'],
  [
    '5,000 steps',
    () => sessionOf({ steps: Array.from({ length: 5_000 }, (_, at) => toolStep(`Step ${at}`)) }),
    'too_many_items',
  ],
  ['a label of 1 MB', () => sessionOf({ steps: [toolStep('x'.repeat(1_000_000))] }), 'too_long'],
  [
    'two steps of one id',
    () => sessionOf({ steps: [toolStep('a', { id: 'same' }), toolStep('b', { id: 'same' })] }),
    'invalid_field',
  ],
  ['an id with a path in it', () => sessionOf({ id: '../../ls_post_x' }), 'invalid_field'],
  ['a seq below zero', () => sessionOf({ seq: -1 }), 'invalid_field'],
  ['a channel that does not exist', () => sessionOf({ channel_id: 'a'.repeat(26) }), 'channel_forbidden'],
  ['text for a number', () => ({ ...sessionOf(), tool_calls: 'many' }), 'invalid_field'],
];

it.each(REFUSED)('%s is refused with a code, and the others of its batch are kept', async (_what, make, code) => {
  const good = sessionOf();
  const bad = make() as Session;
  const { results } = await writer.batch({ changes: [bad, good] });
  expect(results.map(({ status, code: given }) => [status, given])).toEqual([
    ['error', code],
    ['ok', undefined],
  ]);
  expect(await read(member.rest, good.id)).toMatchObject({ status: 'active' });
});

const BODIES: readonly [string, string | Uint8Array, string, number][] = [
  ['no JSON', '{', 'invalid_json', 400],
  ['an array', '[]', 'invalid_field', 422],
  ['a thousand brackets', '['.repeat(100_000), 'invalid_json', 400],
  ['more than 8 MiB', `{"daemon_id":"x","changes":["${'x'.repeat(LIMITS.batchBodyMaxBytes)}"]}`, 'body_too_large', 413],
];

it.each(BODIES)('a body of %s is refused with a code', async (_what, body, code, status) => {
  const rest = writer.rest.as({ ...writer.rest.headers, 'content-type': 'application/json' });
  const answer = await rest.request('POST', `${PLUGIN_API}/sessions/batch`, { body });
  expect([answer.status, answer.json<ErrorBody>()?.code]).toEqual([status, code]);
});

it('NUL, lone surrogates and bytes that are no UTF-8 do no harm: lists and boxes are text', async () => {
  const rest = writer.rest.as({ ...writer.rest.headers, 'content-type': 'application/json' });
  const harms = ['a\\u0000b', 'a\\ud800b', 'a\\udc00\\ud800b', 'a\u00ffb'];
  for (const harm of harms) {
    const session = sessionOf({ post: 'wanted', activity: 'tool', title: 'a title', steps: [toolStep('a title')] });
    const text = batchText(JSON.stringify(session).replaceAll('a title', harm));
    const answer = await rest.request('POST', `${PLUGIN_API}/sessions/batch`, { body: Buffer.from(text, 'latin1') });
    expect([200, 400], answer.text).toContain(answer.status);
    if (answer.json<BatchAnswer>()?.results?.[0]?.status !== 'ok') continue;
    const shown = (await read(member.rest, session.id))?.title ?? '';
    // A lone surrogate would not survive this.
    expect(Buffer.from(shown).toString()).toBe(shown);
    expect((await boxOf(session)).message).not.toContain('\0');
  }
});

function batchText(change: string): string {
  return `{"daemon_id":"${writer.daemonId}","as_of_ms":${Date.now()},"complete":false,"changes":[${change}]}`;
}

it('the largest session that is allowed goes through to a member’s socket whole', async () => {
  const wide = '𝒳';
  const step = (at: number): Step =>
    toolStep(wide.repeat(LIMITS.labelMaxCodePoints), {
      id: `step-${at}`,
      name: wide.repeat(LIMITS.stepNameMaxCodePoints),
      detail: wide.repeat(LIMITS.detailMaxCodePoints),
    });
  const largest = sessionOf({
    title: wide.repeat(LIMITS.titleMaxCodePoints),
    steps: Array.from({ length: LIMITS.stepsPerSession }, (_, at) => step(at)),
    post: 'wanted',
  });
  const socket = await EventSocket.open(stack.url, member.token);
  expect((await writer.send(largest)).status).toBe('ok');
  await socket.waitForEvent('it', ({ data }) => String(data.p).includes(largest.id));
  expect((await read(member.rest, largest.id))?.steps).toEqual(largest.steps);
  expect((await boxOf(largest)).message.length).toBeLessThanOrEqual(LIMITS.postMessageMaxCodePoints);
  socket.close();
});

it('after all that the server and the plugin still work, and nothing panicked', async () => {
  const session = sessionOf();
  expect((await writer.send(session)).status).toBe('ok');
  expect(await read(member.rest, session.id)).toMatchObject({ status: 'active' });
  expect(stack.server.log()).not.toMatch(/panic|runtime error/);
});
