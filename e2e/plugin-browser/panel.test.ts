import { doneSession, failedSession, workingSession } from '@livestatus/ui/samples';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { newWorld } from './harness/new-world.ts';

const newPage = browserPages();
const opener = (page: Page) => page.getByRole('button', { name: /^Agent Status/ });
const active = (page: Page) => page.getByRole('region', { name: /^Active/ });
const recent = (page: Page) => page.getByRole('region', { name: 'Recent' });

describe.each([17, 18] as const)('the panel on React %d', (react) => {
  it('is filled right after a reload with what started before it, from the App Bar and from the channel header', async () => {
    const world = await newWorld();
    await world.put(world.sample(workingSession()), world.sample(doneSession()), world.sample(failedSession()));
    const page = await world.open(newPage, world.alice, { react });
    await opener(page).getByText('1', { exact: true }).waitFor();
    await opener(page).click();
    await active(page).getByRole('button', { name: /sol/ }).waitFor();
    expect(await recent(page).getByRole('listitem').count()).toBe(2);

    const other = await world.open(newPage, world.alice, { react, query: 'appbar=off' });
    await opener(other).click();
    await active(other).getByRole('button', { name: /sol/ }).waitFor();
    await other.reload();
    await opener(other).click();
    await active(other).getByRole('button', { name: /sol/ }).waitFor();
    expect(await other.evaluate(() => (window as never as { React: { version: string } }).React.version)).toMatch(
      new RegExp(`^${react}\\.`),
    );
  });

  it('is live in two browsers at once, without a reload', async () => {
    const world = await newWorld();
    const pages = [await world.open(newPage, world.alice, { react }), await world.open(newPage, world.bob, { react })];
    for (const page of pages) {
      await opener(page).click();
      await page.getByRole('heading', { name: 'All quiet here' }).waitFor();
    }
    const session = world.sample(workingSession());
    await world.put(session);
    for (const page of pages) await active(page).getByText('npm test -- --watch=false').waitFor();
    await world.end(session);
    for (const page of pages) {
      await recent(page).getByRole('button', { name: /Done/ }).waitFor();
      expect(await active(page).count()).toBe(0);
    }
  });
});

it('is limited to the open channel on demand, and follows it', async () => {
  const world = await newWorld();
  const elsewhere = await world.workspace.channel(world.teamId, 'P', [world.alice.id, world.bot.id]);
  const there = world.sample(workingSession(), { agent: { id: 'x', name: 'scribe', runtime: 'openclaw' } });
  await world.put(world.sample(workingSession()), { ...there, channel_id: elsewhere.id });
  const page = await world.open(newPage, world.alice);
  await opener(page).click();
  await active(page).getByText('scribe').waitFor();
  await page.getByText('This channel').click();
  await active(page).getByText('scribe').waitFor({ state: 'detached' });
  expect(await active(page).getByRole('listitem').count()).toBe(1);
  await page.getByRole('button', { name: elsewhere.name }).click();
  await active(page).getByText('scribe').waitFor();
  expect(await active(page).getByRole('listitem').count()).toBe(1);
});

it('shows nothing of a channel to those who are no members, nor after they have left it', async () => {
  const world = await newWorld();
  const secret = await world.workspace.channel(world.teamId, 'P', [world.alice.id, world.bot.id]);
  await world.put(world.sample(workingSession(), { channel_id: secret.id }));
  const page = await world.open(newPage, world.alice);
  const others = await world.open(newPage, world.bob);
  for (const each of [page, others]) await opener(each).click();
  await active(page).getByText('sol').waitFor();
  await others.getByRole('heading', { name: 'All quiet here' }).waitFor();
  await world.workspace.leave(secret.id, world.alice.id);
  await page.getByRole('heading', { name: 'All quiet here' }).waitFor();
});

it('says that it could not be loaded, and loads when it is tried again', async () => {
  const world = await newWorld();
  await world.put(world.sample(workingSession()));
  const page = await world.open(newPage, world.alice, {
    prepare: async (each) => void (await each.route('**/api/v1/sessions', (route) => route.abort())),
  });
  await opener(page).click();
  await page.getByRole('heading', { name: 'The agents’ status could not be loaded' }).waitFor();
  await page.unroute('**/api/v1/sessions');
  await page.getByRole('button', { name: 'Try again' }).click();
  await active(page).getByText('sol').waitFor();
});
