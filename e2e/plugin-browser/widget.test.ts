import { plannedSession, workingSession } from '@livestatus/ui/samples';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { PHONE } from '../browser/viewport.ts';
import { newWorld } from './harness/new-world.ts';

const newPage = browserPages();
const widget = (page: Page): Locator => page.getByRole('region', { name: 'Agent status' });
const handle = (page: Page): Locator => page.getByRole('button', { name: /^Move/ });
const bubble = (page: Page): Locator => page.getByRole('button', { name: /Show$/ });

async function placeOf(locator: Locator): Promise<{ x: number; y: number }> {
  const place = await locator.boundingBox();
  if (place === null) throw new Error('it is not on the page');
  return { x: Math.round(place.x), y: Math.round(place.y) };
}

describe.each([17, 18] as const)('the widget on React %d', (react) => {
  it('appears by itself, hides 5 s after the last session has ended, and not earlier', async () => {
    const world = await newWorld();
    const page = await world.open(newPage, world.alice, { react });
    expect(await widget(page).count()).toBe(0);
    const first = world.sample(workingSession());
    const second = world.sample(plannedSession());
    await world.put(first, second);
    await widget(page).getByText('2 agents working').waitFor();
    await world.end(first);
    await widget(page).getByRole('tab', { name: /Done/ }).waitFor();
    // While another one works it stays, whatever has ended.
    await widget(page).getByRole('tab').first().waitFor({ state: 'detached' });
    await widget(page).waitFor();
    // Measured in the page, between what it shows and its going: no clock of the test's is in between.
    const stayed = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let endedAt: number | undefined;
          const look = (): void => {
            const text = document.querySelector('.LiveStatusWidget')?.textContent;
            if (text?.includes('Done')) endedAt ??= performance.now();
            if (text === undefined && endedAt !== undefined) resolve(performance.now() - endedAt);
            else requestAnimationFrame(look);
          };
          look();
        }),
    );
    await world.end(second);
    const ms = await stayed;
    expect(ms).toBeGreaterThanOrEqual(4950);
    expect(ms).toBeLessThan(15_000);
  });

  it('follows the pointer and the keyboard, stays in the window, and remembers its place after a reload', async () => {
    const world = await newWorld();
    await world.put(world.sample(workingSession()));
    const page = await world.open(newPage, world.alice, { react });
    const corner = await placeOf(widget(page));
    await page.mouse.move(corner.x + 60, corner.y + 20);
    await page.mouse.down();
    await page.mouse.move(corner.x - 340, corner.y - 280, { steps: 5 });
    await page.mouse.up();
    expect(await placeOf(widget(page))).toEqual({ x: corner.x - 400, y: corner.y - 300 });
    await handle(page).focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowDown');
    const place = { x: corner.x - 416, y: corner.y - 236 };
    expect(await placeOf(widget(page))).toEqual(place);
    await page.reload();
    await widget(page).waitFor();
    expect(await placeOf(widget(page))).toEqual(place);
    await page.setViewportSize({ width: 800, height: 500 });
    await page.waitForFunction(() => {
      const { right = 0, bottom = 0 } = document.querySelector('.LiveStatusWidget')?.getBoundingClientRect() ?? {};
      return right > 0 && right <= 800 && bottom <= 500;
    });
    await handle(page).focus();
    await page.keyboard.press('Home');
    // Its corner is over the composer.
    const [composer, home] = [await page.locator('#post-create').boundingBox(), await widget(page).boundingBox()];
    expect(home?.x).toBe(800 - 320 - 16);
    expect((home?.y ?? 0) + (home?.height ?? 0)).toBeLessThanOrEqual(composer?.y ?? 0);
  });

  it('collapses to a dot with the count, is dragged as such, and opens again', async () => {
    const world = await newWorld();
    await world.put(world.sample(workingSession()), world.sample(plannedSession()));
    const page = await world.open(newPage, world.alice, { react });
    await handle(page).focus();
    await page.keyboard.press('Escape');
    await bubble(page).waitFor();
    expect(await bubble(page).innerText()).toBe('2');
    const place = await placeOf(bubble(page));
    await page.mouse.move(place.x + 24, place.y + 24);
    await page.mouse.down();
    await page.mouse.move(place.x - 176, place.y - 76, { steps: 4 });
    await page.mouse.up();
    expect(await placeOf(bubble(page))).toEqual({ x: place.x - 200, y: place.y - 100 });
    await page.reload();
    await bubble(page).click();
    await widget(page).waitFor();
  });

  it('jumps to the thread, and a tab to another one', async () => {
    const world = await newWorld();
    const request = await world.ask();
    const session = world.sample(workingSession(), { root_id: request.id, request_post_id: request.id });
    await world.put(session, world.sample(plannedSession()));
    const page = await world.open(newPage, world.alice, { react });
    await widget(page).getByRole('tab', { name: /sol/ }).click();
    await widget(page).getByText(`~${world.channel.name}`).waitFor();
    await widget(page).getByRole('button', { name: 'Open thread' }).click();
    await page.waitForURL(`**/pl/${request.id}**`);
    await page.locator('#sidebar-right').getByText('Please fix the login redirect').waitFor();
  });
});

it('is a bar over the composer on a phone, and opens to the width of the window', async () => {
  const world = await newWorld();
  await world.put(world.sample(workingSession()));
  const page = await world.open(newPage, world.alice, { viewport: PHONE });
  const bar = page.getByRole('button', { name: /sol/ });
  const { y = 0, height = 0, width = 0 } = (await bar.boundingBox()) ?? {};
  const composer = (await page.locator('#post-create').boundingBox())?.y ?? 0;
  expect([Math.round(y + height), width]).toEqual([Math.round(composer), PHONE.width]);
  await bar.click();
  expect((await widget(page).boundingBox())?.width).toBe(PHONE.width);
  await widget(page).getByRole('button', { name: 'Collapse' }).click();
  await bar.waitFor();
});

it('is not in a window that was popped out', async () => {
  const world = await newWorld();
  const request = await world.ask();
  await world.put(world.sample(workingSession(), { root_id: request.id }));
  const page = await world.open(newPage, world.alice, { path: `/_popout/thread/${world.team}/${request.id}` });
  await page.getByText('Please fix the login redirect').waitFor();
  await page.waitForFunction(
    () =>
      (window as never as { store: { getState(): Record<string, { isLoaded?: boolean }> } }).store.getState()[
        'plugins-com.openclaw.livestatus'
      ]?.isLoaded === true,
  );
  expect(await page.locator('.LiveStatusFloating').count()).toBe(0);
});

it('obeys the setting, here and as /livestatus widget writes it', async () => {
  const world = await newWorld();
  await world.put(world.sample(workingSession()));
  const page = await world.open(newPage, world.bob);
  await widget(page).waitFor();
  await page.getByRole('button', { name: /settings/i }).click();
  await page.getByRole('radio', { name: 'Never' }).click();
  await widget(page).waitFor({ state: 'detached' });
  await world.bob.rest.ok('PUT', `/api/v4/users/${world.bob.id}/preferences`, [
    { user_id: world.bob.id, category: 'pp_com.openclaw.livestatus', name: 'widget', value: 'all' },
  ]);
  await widget(page).waitFor();
});
