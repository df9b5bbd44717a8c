import { createRequire } from 'node:module';
import { allStates, hostileSession, usualDay } from '@livestatus/ui/samples';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserPages } from './browser.ts';
import { DashboardUnderTest } from './dashboard-server.ts';
import { type DevPage, serveDevPage } from './dev-page.ts';
import { DESKTOP, PHONE, showWhole } from './viewport.ts';

const newPage = browserPages();
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) => [
  { colorScheme, viewport: DESKTOP, name: `desktop, ${colorScheme}` },
  { colorScheme, viewport: PHONE, name: `phone, ${colorScheme}` },
]);

/** Every rule that axe knows for WCAG 2.1 A and AA. */
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** What axe finds, as `rule: element`. */
async function violations(page: Page, tags = [...WCAG, 'best-practice']): Promise<string[]> {
  await showWhole(page);
  // Not by addScriptTag: the page's policy allows no inline script.
  await page.evaluate(await readAxe());
  const results = await page.evaluate<AxeResults, RunOptions>(
    (options) => (window as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run(options),
    { runOnly: { type: 'tag', values: tags } },
  );
  return results.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}

async function readAxe(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(AXE, 'utf8');
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
