import type { Session } from '@livestatus/contract';
import { doneSession, longSession, waitingForAgentsSession, workingSession } from '@livestatus/ui/samples';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { toolStep } from '../plugin/harness/sessions.ts';
import { newWorld } from './harness/new-world.ts';
import type { World } from './harness/world.ts';

const newPage = browserPages();
const newPageThatFails = browserPages(/cannot be drawn/);

/** The box in the open thread, or in the center. */
const box = (page: Page, place: 'thread' | 'center' = 'thread'): Locator =>
  page
    .locator(place === 'thread' ? '#sidebar-right' : 'main')
    .getByRole('article')
    .getByRole('article');

/** A turn with its box in the thread of a request, and that thread open. */
async function openThread(world: World, session: Session, options: Parameters<World['open']>[2] = {}): Promise<Page> {
  const page = await world.open(newPage, world.alice, options);
  await page
    .locator(`#post_${session.root_id}`)
    .getByRole('button', { name: /repl(y|ies)$/ })
    .click();
  await box(page).waitFor();
  return page;
}

async function asked(world: World, sample: Session, part: Partial<Session> = {}): Promise<Session> {
  const request = await world.ask();
  const session = world.sample(sample, { post: 'wanted', root_id: request.id, request_post_id: request.id, ...part });
  await world.put(session);
  await world.boxOf(session);
  return session;
}

const log = (page: Page): Locator => box(page).getByRole('group', { name: 'Steps' });
const distanceFromEnd = (page: Page): Promise<number> =>
  log(page).evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop);

describe.each([17, 18] as const)('a box on React %d', (react) => {
  it('is live in the thread of its request, and folds to one line that is there after a reload', async () => {
    const world = await newWorld();
    const session = await asked(world, workingSession());
    const page = await openThread(world, session, { react });
    await box(page).getByText('npm test -- --watch=false').waitFor();
    const step = toolStep('Reading `the/newest/file.ts`');
    const seq = Date.now();
    await world.put({ ...session, steps: [...session.steps, step], seq });
    await log(page).getByText('the/newest/file.ts').waitFor();
    await world.end({ ...session, seq });
    await box(page).getByRole('status').filter({ hasText: 'Done' }).waitFor();
    expect(await log(page).count()).toBe(0);
    await page.reload();
    await page
      .locator(`#post_${session.root_id}`)
      .getByRole('button', { name: /repl(y|ies)$/ })
      .click();
    await box(page).getByRole('button', { name: 'Show details' }).click();
    await log(page).waitFor();
    expect(await page.getByText('Edited').count()).toBe(0);
  });

  it('follows its end, yields to the reader who scrolls up, and comes back on demand', async () => {
    const world = await newWorld();
    let session = await asked(world, longSession(40));
    const page = await openThread(world, session, { react });
    await log(page).waitFor();
    const add = async (label: string): Promise<void> => {
      session = {
        ...session,
        seq: Date.now(),
        steps: [...session.steps.slice(-49), toolStep(label, { status: 'done', ended_ms: Date.now() })],
      };
      await world.put(session);
    };
    await add('Read `first.ts`');
    await log(page).getByText('first.ts').waitFor();
    expect(await distanceFromEnd(page)).toBeLessThan(2);
    await log(page).hover();
    await page.mouse.wheel(0, -300);
    await box(page).getByRole('button', { name: 'Jump to latest' }).waitFor();
    const readAt = await log(page).evaluate((element) => element.scrollTop);
    await add('Read `second.ts`');
    await log(page).getByText('second.ts').waitFor({ state: 'attached' });
    expect(await log(page).evaluate((element) => element.scrollTop)).toBe(readAt);
    await box(page).getByRole('button', { name: 'Jump to latest' }).click();
    await add('Read `third.ts`');
    await log(page).getByText('third.ts').waitFor();
    expect(await distanceFromEnd(page)).toBeLessThan(2);
  });
});

it('stands in the center too, compact as well, and is never higher than its place', async () => {
  const world = await newWorld();
  const session = await asked(world, longSession(50));
  for (const query of ['crt=off', 'crt=off&compact=1']) {
    const page = await world.open(newPage, world.alice, { query });
    await box(page, 'center').waitFor();
    const { height = 0 } = (await box(page, 'center').boundingBox()) ?? {};
    expect(height).toBeGreaterThan(100);
    expect(height).toBeLessThan(460);
  }
  expect(session.steps).toHaveLength(50);
});

it('leads to its request, and to the answer once it is there', async () => {
  const world = await newWorld();
  const session = await asked(world, waitingForAgentsSession());
  const page = await openThread(world, session);
  await world.end(session);
  const answer = await world.workspace.post(world.bot, world.channel.id, 'It is fixed.', session.root_id);
  await box(page).getByRole('button', { name: 'Show details' }).click();
  await box(page).getByRole('link', { name: 'Jump to answer' }).click();
  await page.waitForURL(`**/pl/${answer.id}**`);
  await box(page).getByRole('link', { name: 'Jump to request' }).waitFor();
});

it('is copied as plain text', async () => {
  const world = await newWorld();
  const session = await asked(world, workingSession());
  await world.end(session);
  const page = await openThread(world, session);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await box(page).getByRole('button', { name: 'Show details' }).click();
  await box(page).getByRole('button', { name: 'Copy as text' }).click();
  await box(page).getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('✓ Read src/app.ts');
});

it('whose component crashes shows the markdown of its post instead', async () => {
  const world = await newWorld();
  const session = await asked(world, workingSession());
  const page = await world.open(newPageThatFails, world.alice, {
    query: 'crt=off',
    prepare: async (each) => {
      await each.route('**/static/**/*_bundle.js', async (route) => {
        const answer = await route.fetch();
        const whole = await answer.text();
        const broken = whole.replace('"LiveStatusBox__header"', '(() => { throw new Error("cannot be drawn") })()');
        expect(broken).not.toBe(whole);
        await route.fulfill({ response: answer, body: broken });
      });
    },
  });
  const posted = (await world.workspace.posts(world.channel.id)).find(({ type }) => type === 'custom_livestatus');
  const body = page.locator(`#post_${posted?.id}`);
  await body.locator('strong', { hasText: 'Working' }).last().waitFor();
  expect(await body.locator('.LiveStatusBox').count()).toBe(0);
  // The rest of the page lives on.
  await page.getByRole('button', { name: /^Agent Status/ }).waitFor();
  expect(session.id).toBeTruthy();
});

describe('a post of our type that our bot has not made', () => {
  it.each(['a person', 'another bot'])('is plain text: %s', async (author) => {
    const world = await newWorld();
    const genuine = await asked(world, doneSessionActive());
    const other = await world.workspace.bot([world.teamId]);
    await world.workspace.join(world.channel.id, other.id);
    const done = world.sample(doneSession());
    const { rest } = author === 'a person' ? world.bob : other;
    const message = '**Done** <b>trust me</b>';
    const props = (session: Session) => ({
      livestatus: JSON.stringify({
        v: 1,
        id: session.id,
        seq: session.seq + 1,
        status: session.status,
        agent: session.agent,
        session,
      }),
    });
    const forge = (session: Session) =>
      rest.ok<{ id: string }>('POST', '/api/v4/posts', {
        channel_id: world.channel.id,
        type: 'custom_livestatus',
        message,
        props: props(session),
      });
    const forged = [await forge(done), await forge(genuine)];
    const page = await world.open(newPage, world.alice, { query: 'crt=off' });
    await box(page, 'center').waitFor();
    for (const { id } of forged) {
      await page.locator(`#post_${id}`).getByText(message, { exact: true }).waitFor();
      expect(await page.locator(`#post_${id} .LiveStatusBox`).count()).toBe(0);
    }
    expect(await box(page, 'center').count()).toBe(1);
  });
});

function doneSessionActive(): Session {
  return { ...workingSession(), id: 'genuine' };
}
