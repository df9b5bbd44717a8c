import { allStates, hostileSession, recentSessions } from '@livestatus/ui/samples';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeViolations } from '../browser/axe.ts';
import { browserPages } from '../browser/browser.ts';
import { DESKTOP, PHONE } from '../browser/viewport.ts';
import { newWorld } from './harness/new-world.ts';

const newPage = browserPages();

/** Only what is ours: the page that plays the web client is another matter. */
const OURS = '[class^="LiveStatus"]';

const LOOKS = ['denim', 'onyx'].flatMap((theme) => [
  { theme, viewport: DESKTOP, name: `${theme}, desktop` },
  { theme, viewport: PHONE, name: `${theme}, phone` },
]);

describe.each(LOOKS)('axe finds nothing in $name', ({ theme, viewport }) => {
  it('in boxes, the widget and the panel', async () => {
    const world = await newWorld();
    const request = await world.ask();
    const box = { post: 'wanted' as const, root_id: request.id, request_post_id: request.id };
    const active = allStates().filter(({ status }) => status === 'active');
    const shown = [...active, hostileSession()].map((session) => world.sample(session, box));
    const ended = allStates().filter(({ status }) => status !== 'active');
    await world.put(...shown, ...[...ended, ...recentSessions(6)].map((session) => world.sample(session)));
    for (const session of shown) await world.boxOf(session);
    const page = await world.open(newPage, world.alice, { viewport, query: `theme=${theme}&crt=off&appbar=off` });
    await page
      .locator('.LiveStatusPost')
      .nth(shown.length - 1)
      .waitFor();
    expect(await axeViolations(page, OURS)).toEqual([]);
    await openPanel(page);
    expect(await axeViolations(page, OURS)).toEqual([]);
  });
});

async function openPanel(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Agent Status/ })
    .first()
    .click();
  await page.getByRole('region', { name: /^Active/ }).waitFor();
  await page.getByRole('region', { name: 'Recent' }).getByRole('button').first().click();
}
