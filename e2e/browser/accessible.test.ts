import { allStates, hostileSession, usualDay } from '@livestatus/ui/samples';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, WCAG } from './axe.ts';
import { browserPages } from './browser.ts';
import { DashboardUnderTest } from './dashboard-server.ts';
import { type DevPage, serveDevPage } from './dev-page.ts';
import { DESKTOP, PHONE, showWhole } from './viewport.ts';

const newPage = browserPages();
const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) => [
  { colorScheme, viewport: DESKTOP, name: `desktop, ${colorScheme}` },
  { colorScheme, viewport: PHONE, name: `phone, ${colorScheme}` },
]);

/** What axe finds on the whole page. */
async function violations(page: Page, tags = [...WCAG, 'best-practice']): Promise<string[]> {
  await showWhole(page);
  return axeViolations(page, undefined, tags);
}

describe('axe finds nothing', () => {
  let server: DashboardUnderTest;
  let gallery: DevPage;

  beforeAll(async () => {
    server = await DashboardUnderTest.start();
    gallery = await serveDevPage('gallery');
    for (const session of [...allStates(), ...usualDay(20), hostileSession()]) server.feed.put(session);
    server.health.set(
      [{ name: 'openclaw-gateway', state: 'failed', code: 'refused', reason: 'Nobody answers.', sinceMs: 1 }],
      [{ name: 'mattermost-plugin', state: 'ok', sinceMs: 1 }],
    );
  });
  afterAll(() => Promise.all([server.stop(), gallery.close()]));

  describe.each(LOOKS)('$name', ({ colorScheme, viewport }) => {
    const open = async (address: string): Promise<Page> => {
      const page = await newPage({ colorScheme, viewport });
      await page.goto(address);
      await page.locator('h2').first().waitFor();
      return page;
    };

    it('on the overview with every state', async () => {
      const page = await open(server.url);
      await page
        .getByRole('button', { name: /^Failed\s*ops-bot/ })
        .first()
        .click();
      await page.getByRole('heading', { name: 'Timeline' }).waitFor();
      expect(await violations(page)).toEqual([]);
    });

    it('on the page of a turn', async () => {
      expect(await violations(await open(`${server.url}#/turn/working`))).toEqual([]);
    });

    it('in the list of keys', async () => {
      const page = await open(server.url);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
    });

    it('in any component of the gallery', async () => {
      const page = await open(gallery.url);
      await page.locator('.LiveStatusSkeleton').waitFor();
      // It shows each component many times and has no headings of a page: best practices do not apply.
      expect(await violations(page, WCAG)).toEqual([]);
    });
  });
});
