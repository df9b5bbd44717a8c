import type { Session } from '@livestatus/contract';
import { answerSession, approvalSession, workingSession } from '@livestatus/ui/samples';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import type { Person, Post } from '../mattermost/index.ts';
import { waitFor } from '../openclaw/harness/wait.ts';
import { newWorld } from './harness/new-world.ts';
import type { World } from './harness/world.ts';

const newPage = browserPages();
/** Mattermost answers 500 to a post that it is making for another tab at this moment. */
const newTab = browserPages(/status of 500/);

/** The box in the center, where replies stand too. */
const box = (page: Page): Locator => page.locator('main').getByRole('article').getByRole('article');
const button = (page: Page, name: string): Locator => box(page).getByRole('button', { name, exact: true });

/** A turn with its box in the thread of a request. */
async function asked(world: World, sample: Session, part: Partial<Session> = {}): Promise<Session> {
  const request = await world.ask();
  const session = world.sample(sample, { post: 'wanted', root_id: request.id, request_post_id: request.id, ...part });
  await world.put(session);
  await world.boxOf(session);
  return session;
}

async function open(world: World, person: Person = world.alice): Promise<Page> {
  const page = await world.open(newPage, person, { query: 'crt=off' });
  await box(page).waitFor();
  return page;
}

/** What people have written in the thread of a turn, oldest first. */
async function saidIn(world: World, session: Session): Promise<Post[]> {
  const posts = await world.workspace.posts(world.channel.id);
  return posts.filter(({ root_id, type }) => root_id === session.root_id && type === '');
}

function saidOnce(world: World, session: Session): Promise<Post> {
  return waitFor('the post of a click', async () => (await saidIn(world, session))[0], { deadlineMs: 15_000 });
}

/** The runtime's word: the approval or the question is over and the agent works on. */
async function resolve(world: World, session: Session): Promise<void> {
  const { waiting: _, ...rest } = session;
  const seq = Date.now();
  await world.put({ ...rest, activity: 'thinking', seq, as_of_ms: seq, last_event_ms: seq });
}

describe.each([17, 18] as const)('a click on React %d', (react) => {
  it.each([
    ['Allow once', 'allow-once', 'Approving…'],
    ['Deny', 'deny', 'Denying…'],
  ])('on "%s" posts as its person, in the thread, and is over when the runtime says so', async (name, word, busy) => {
    const world = await newWorld();
    const session = await asked(world, approvalSession());
    const page = await world.open(newPage, world.bob, { query: 'crt=off', react });
    await button(page, name).click();
    await box(page).getByText(busy).waitFor();
    const post = await saidOnce(world, session);
    const id = session.waiting?.approval_id;
    expect(post).toMatchObject({ user_id: world.bob.id, message: `@${world.bot.username} /approve ${id} ${word}` });
    await resolve(world, session);
    await box(page).getByText(busy).waitFor({ state: 'detached' });
    expect(await button(page, name).count()).toBe(0);
    expect(await saidIn(world, session)).toHaveLength(1);
  });
});

it('stops a turn that works', async () => {
  const world = await newWorld();
  const session = await asked(world, workingSession());
  const page = await open(world);
  await button(page, 'Stop').click();
  await box(page).getByText('Stopping…').waitFor();
  expect((await saidOnce(world, session)).message).toBe(`@${world.bot.username} stop`);
  await world.end(session);
  await box(page).getByText('Stopping…').waitFor({ state: 'detached' });
});

it('answers a question with what is typed, by keyboard alone', async () => {
  const world = await newWorld();
  const session = await asked(world, answerSession());
  const page = await open(world);
  await box(page).getByRole('textbox', { name: 'Your answer' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('  the <b>release</b> branch ');
  await page.keyboard.press('Enter');
  await box(page).getByText('Answering…').waitFor();
  expect((await saidOnce(world, session)).message).toBe(`@${world.bot.username} the <b>release</b> branch`);
  await resolve(world, session);
  await box(page).getByText('Answering…').waitFor({ state: 'detached' });
  // The keyboard stays in the box, although the field that had it is gone.
  expect(await box(page).evaluate((element) => element.contains(document.activeElement))).toBe(true);
});

it('is posted once however often one clicks, in two tabs as well', async () => {
  const world = await newWorld();
  const session = await asked(world, approvalSession());
  const tab = (): Promise<Page> => world.open(newTab, world.alice, { query: 'crt=off' });
  const pages = [await tab(), await tab()];
  await Promise.all(pages.map((page) => button(page, 'Allow once').dblclick()));
  for (const page of pages) await box(page).getByText('Approving…').waitFor();
  await saidOnce(world, session);
  await resolve(world, session);
  for (const page of pages) await button(page, 'Allow once').waitFor({ state: 'detached' });
  expect(await saidIn(world, session)).toHaveLength(1);
});

it('of two people at once is one post each, and one end', async () => {
  const world = await newWorld();
  const session = await asked(world, approvalSession());
  const [alice, bob] = [await open(world, world.alice), await open(world, world.bob)];
  await Promise.all([button(alice, 'Allow once').dblclick(), button(bob, 'Deny').dblclick()]);
  const both = await waitFor(
    'both posts',
    async () => {
      const said = await saidIn(world, session);
      return said.length === 2 ? said : undefined;
    },
    { deadlineMs: 15_000 },
  );
  expect(new Set(both.map(({ user_id }) => user_id))).toEqual(new Set([world.alice.id, world.bob.id]));
  await resolve(world, session);
  for (const page of [alice, bob]) {
    await button(page, 'Deny').waitFor({ state: 'detached' });
    await box(page).getByText(/…$/).waitFor({ state: 'detached' });
  }
  expect(await saidIn(world, session)).toHaveLength(2);
});

it('that nobody confirms says so and why, and can be made again', async () => {
  const world = await newWorld();
  const session = await asked(world, approvalSession());
  const page = await open(world);
  await button(page, 'Deny').click();
  await box(page).getByText('Not confirmed: the agent still waits.').waitFor({ timeout: 30_000 });
  await box(page)
    .getByText(/may not take this from you/)
    .waitFor();
  await button(page, 'Allow once').click();
  await box(page).getByText('Approving…').waitFor();
  await waitFor('the second post', async () => ((await saidIn(world, session)).length === 2 ? true : undefined), {
    deadlineMs: 15_000,
  });
});

it('that does not reach the server says so, and is posted once by the next try', async () => {
  const world = await newWorld();
  const session = await asked(world, approvalSession());
  const page = await open(world);
  await page.route('**/api/v4/posts', (route) => route.abort());
  await button(page, 'Allow once').click();
  await box(page).getByText('Not sent: there is no connection to the server.').waitFor();
  await page.unroute('**/api/v4/posts');
  await box(page).getByRole('button', { name: 'Try again' }).click();
  await saidOnce(world, session);
  await resolve(world, session);
  await button(page, 'Allow once').waitFor({ state: 'detached' });
  expect(await saidIn(world, session)).toHaveLength(1);
});

it('is possible in the panel too, where what waits stands above all else and is counted on its button', async () => {
  const world = await newWorld();
  const session = await asked(world, approvalSession());
  await world.put(world.sample(workingSession()));
  const page = await open(world, world.bob);
  await page.getByRole('button', { name: 'Agent Status: 1 agent waits for you' }).first().click();
  const waiting = page.getByRole('region', { name: 'Waiting for you · 1' });
  await waiting.getByRole('button', { name: 'Allow once' }).click();
  expect(await saidOnce(world, session)).toMatchObject({ user_id: world.bob.id });
  // One click, wherever it was made: the box in the channel tells of it too.
  await box(page).getByText('Approving…').waitFor();
  await resolve(world, session);
  await waiting.waitFor({ state: 'detached' });
});

it('calls the asker once, in the thread, and takes the call back', async () => {
  const world = await newWorld();
  const session = await asked(world, approvalSession(), { requested_by: world.alice.id });
  const calls = async (): Promise<Post[]> =>
    (await world.workspace.posts(world.channel.id)).filter(({ props }) => props.livestatus_wait === session.id);
  const call = await waitFor('the call', async () => (await calls())[0], { deadlineMs: 30_000 });
  expect(call).toMatchObject({ user_id: world.bot.id, root_id: session.root_id, type: 'custom_livestatus' });
  expect(call.message).toContain(`@${world.alice.username}: \`ops-bot\` waits for an approval: `);
  const page = await open(world);
  await page.locator(`#post_${call.id}`).getByText('waits for an approval').waitFor();
  await resolve(world, session);
  await page.locator(`#post_${call.id}`).getByText('That is over.').waitFor();
  expect(await calls()).toHaveLength(1);
});

describe('who may not post in the channel', () => {
  it('has no buttons, and the server refuses what a click would have posted', async () => {
    const world = await newWorld();
    const session = await asked(world, approvalSession());
    // A moderated channel needs a licence: the page is told what it would be told there, a role without the right to post.
    const moderated = async (page: Page): Promise<void> => {
      await page.route('**/users/me/teams/*/channels/members', async (route) => {
        const answer = await route.fetch();
        const members = (await answer.json()) as object[];
        await route.fulfill({ response: answer, json: members.map((member) => ({ ...member, roles: 'reader' })) });
      });
    };
    const page = await world.open(newPage, world.bob, { query: 'crt=off', prepare: moderated });
    await box(page).getByText('Waiting for approval').waitFor();
    expect(
      await box(page)
        .getByRole('button', { name: /^(Allow once|Deny|Stop)$/ })
        .count(),
    ).toBe(0);
    // To the server he is a member without any role.
    const member = `/api/v4/channels/${world.channel.id}/members/${world.bob.id}/schemeRoles`;
    await world.workspace.admin.rest.ok('PUT', member, { scheme_user: false, scheme_admin: false });
    const message = `@${world.bot.username} /approve ${session.waiting?.approval_id} allow-once`;
    const body = { channel_id: world.channel.id, root_id: session.root_id, message };
    expect((await world.bob.rest.request('POST', '/api/v4/posts', { body })).status).toBe(403);
  });

  it('has none in an archived channel', async () => {
    const world = await newWorld();
    await asked(world, approvalSession());
    const page = await open(world);
    await button(page, 'Allow once').waitFor();
    await world.workspace.admin.rest.ok('DELETE', `/api/v4/channels/${world.channel.id}`);
    await button(page, 'Allow once').waitFor({ state: 'detached' });
  });
});
