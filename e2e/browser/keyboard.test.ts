import { usualDay } from '@livestatus/ui/samples';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { browserPages } from './browser.ts';
import { DashboardUnderTest } from './dashboard-server.ts';
import { PHONE } from './viewport.ts';

/** The browser draws when it has a processor; only a page that never gets there fails. */
const WAIT = { timeout: 30_000 };
const newPage = browserPages();
let server: DashboardUnderTest;
let page: Page;

beforeAll(async () => {
  server = await DashboardUnderTest.start();
  for (const session of usualDay(41)) server.feed.put(session);
});
afterAll(() => server.stop());
beforeEach(async () => {
  page = await newPage();
  await page.goto(server.url);
  await page.getByRole('article', { name: 'sol' }).waitFor();
});

const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');

describe('with the keyboard alone', () => {
  it('a turn is found, opened, and left again', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('login redirect and run');
    await expect.poll(() => page.getByRole('article', { name: 'ops-bot' }).count(), WAIT).toBe(0);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await page.getByRole('article', { name: 'ops-bot' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: /minutes of the stand-up/ }).waitFor();
    await expect.poll(() => page.url(), WAIT).toMatch(/#\/turn\/planned$/);
    await page.keyboard.press('Escape');
    await page.getByRole('article', { name: 'ops-bot' }).waitFor();
  });

  it('the lines of a box are one Tab stop and are walked by arrow keys', async () => {
    const log = page.getByRole('article', { name: 'sol' }).getByRole('group', { name: 'Steps' });
    await log.focus();
    await page.keyboard.press('Home');
    await expect.poll(focused, WAIT).toContain('src/app.ts');
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused, WAIT).toContain('I will look at the failing test first');
  });

  it('the list of keys opens, and gives the focus back when it closes', async () => {
    const help = page.getByRole('button', { name: 'Keyboard shortcuts' });
    await help.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect.poll(() => help.evaluate((button) => button === document.activeElement), WAIT).toBe(true);
  });

  it('every stop of Tab is visible', async () => {
    for (let stop = 0; stop < 30; stop += 1) {
      await page.keyboard.press('Tab');
      const outline = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return 'none';
        const ring = (candidate: Element) => getComputedStyle(candidate).outlineStyle !== 'none';
        const marked = element.closest('.TopBar__search') ?? element;
        return ring(element) || getComputedStyle(marked).boxShadow !== 'none' ? 'ring' : element.outerHTML;
      });
      expect(outline).toBe('ring');
    }
  });
});

describe('the theme', () => {
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  it('follows the system, is changed by a key, and is kept over a reload', async () => {
    await expect.poll(background, WAIT).toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(background, WAIT).toBe('rgb(25, 27, 31)');
    await page.keyboard.press('t');
    await expect.poll(background, WAIT).toBe('rgb(255, 255, 255)');
    await page.reload();
    await expect.poll(background, WAIT).toBe('rgb(255, 255, 255)');
    await page.keyboard.press('t');
    await expect.poll(background, WAIT).toBe('rgb(25, 27, 31)');
  });
});

describe('on a phone', () => {
  it.each([360, 390, 767])('%d px wide, nothing stands out over the edge', async (width) => {
    await page.setViewportSize({ ...PHONE, width });
    for (const hash of ['#/', '#/turn/working', '#/turn/planned']) {
      await page.goto(`${server.url}${hash}`);
      await page.locator('main h2').first().waitFor();
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBe(0);
    }
  });
});

it('only changes of a state are announced, not each line', async () => {
  const announced = async (): Promise<string[]> => {
    const texts = await page.getByRole('status').allInnerTexts();
    return texts.filter(Boolean).map((text) => text.replace(/\s+/g, ' '));
  };
  await expect.poll(announced, WAIT).toEqual(expect.arrayContaining(['sol: Working', 'ops-bot: Waiting for approval']));
  expect((await announced()).join()).not.toContain('npm');
});
