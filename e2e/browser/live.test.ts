import type { Step } from '@livestatus/contract';
import { SAMPLE_NOW_MS, sampleSession, sampleStep, usualDay } from '@livestatus/ui/samples';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { next } from '../../daemon/src/server/testing/fake-feed.ts';
import { browserPages } from './browser.ts';
import { DashboardUnderTest } from './dashboard-server.ts';

const newPage = browserPages();
let server: DashboardUnderTest;
let page: Page;

beforeEach(async () => {
  server = await DashboardUnderTest.start();
  page = await newPage();
});
afterEach(() => server.stop());

/** The browser draws when it has a processor; only a page that never gets there fails. */
const WAIT = { timeout: 30_000 };
const box = (name: string) => page.getByRole('article', { name, exact: true });
const ended = (step: Step): Step => ({ ...step, status: 'done', ended_ms: SAMPLE_NOW_MS });
const running = (label: string) => sampleSession({ age: 3, id: 'one', steps: [sampleStep({ label, ago: 1 })] });

/** So long the page has been drawing frames: a page that stands still itself would prove nothing. */
const drawnFor = (where: Page, ms: number): Promise<void> =>
  where.evaluate(async (forMs) => {
    const until = performance.now() + forMs;
    while (performance.now() < until) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, ms);

describe('the page', () => {
  it('shows a turn as it starts, works and ends, without being reloaded', async () => {
    await page.goto(server.url);
    await page.getByText('All quiet here').waitFor();
    const started = running('Reading `README.md`');
    server.feed.put(started);
    await box('sol').getByText('README.md').waitFor();
    const step = sampleStep({ label: 'Running `npm test`', ago: 0 });
    const working = next(started, { steps: [...started.steps.map(ended), step] });
    server.feed.put(working);
    await box('sol').getByText('npm test').waitFor();
    server.feed.put(next(working, { status: 'done', ended_ms: SAMPLE_NOW_MS + 1000 }));
    await page.getByRole('button', { name: /^Done\s*sol/ }).waitFor();
    await expect.poll(() => box('sol').count(), WAIT).toBe(0);
  });

  it('ticks', async () => {
    server.feed.put(running('Reading `README.md`'));
    await page.goto(server.url);
    // Which second it is seen at first depends on how long the page took to open.
    const time = box('sol').locator('.LiveStatusBox__time');
    const first = await time.innerText();
    expect(first).toMatch(/^\d+:\d\d$/);
    await expect.poll(() => time.innerText(), WAIT).not.toBe(first);
  });

  it('removes a turn that was withdrawn', async () => {
    server.feed.put(running('Reading `README.md`'));
    await page.goto(server.url);
    await box('sol').waitFor();
    server.feed.remove('one');
    await page.getByText('All quiet here').waitFor();
  });

  it('shows the health of the links in words', async () => {
    await page.goto(server.url);
    server.health.set([
      { name: 'openclaw-gateway', state: 'failed', code: 'refused', reason: 'Nobody answers.', sinceMs: 1 },
    ]);
    await page.getByRole('status').getByText('Nobody answers.').waitFor();
    await page.getByText('No OpenClaw is connected').waitFor();
  });
});

describe('a cut connection', () => {
  it('is said; times stand still; what was missed comes when it is back', async () => {
    const started = running('Reading `README.md`');
    server.feed.put(started);
    await page.goto(server.url);
    await box('sol').waitFor();
    server.cut();
    await page.getByText('The connection to the daemon is lost').waitFor();
    const time = box('sol').locator('.LiveStatusBox__time');
    const stoodAt = await time.innerText();
    await drawnFor(page, 1500);
    expect(await time.innerText()).toBe(stoodAt);
    server.feed.put(next(started, { steps: [sampleStep({ label: 'Running `make`', ago: 0 })] }));
    server.mend();
    await box('sol').getByText('make', { exact: true }).waitFor();
    await expect.poll(() => page.getByText('The connection to the daemon is lost').count(), WAIT).toBe(0);
  });

  it('is resumed where it was cut, without everything being sent again', async () => {
    const lastIds: (string | null)[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/events')) void request.headerValue('last-event-id').then((id) => lastIds.push(id));
    });
    const started = running('Reading `README.md`');
    server.feed.put(started);
    await page.goto(server.url);
    await box('sol').waitFor();
    server.cut();
    await page.getByText('The connection to the daemon is lost').waitFor();
    server.mend();
    server.feed.put(next(started, { steps: [sampleStep({ label: 'Running `make`', ago: 0 })] }));
    await box('sol').getByText('make', { exact: true }).waitFor();
    expect(await server.syncs('gap')).toBe(0);
    await expect.poll(() => lastIds.at(-1), WAIT).toMatch(/^[0-9a-z]+-\d+$/);
  });
});

describe('a dashboard with a token', () => {
  it('asks for it, stays signed in, and shows no trace of it in the address', async () => {
    await server.stop();
    server = await DashboardUnderTest.start({ token: 'a long and secret token' });
    server.feed.put(running('Reading `README.md`'));
    const answer = await page.goto(server.url);
    expect(answer?.status()).toBe(401);
    await page.locator('input[name=token]').fill('a long and secret token');
    await page.keyboard.press('Enter');
    await box('sol').waitFor();
    expect(page.url()).toBe(server.url);
    await page.reload();
    await box('sol').waitFor();
  });
});

describe('many turns', () => {
  it('are in the page only as far as they are in the window', async () => {
    for (const session of usualDay(180)) server.feed.put(session);
    await page.goto(server.url);
    const rows = page.getByRole('region', { name: /^Recent/ }).getByRole('listitem');
    await rows.first().waitFor();
    expect(await rows.count()).toBeLessThan(60);
    await page.mouse.wheel(0, 100_000);
    await page.getByText('180', { exact: true }).waitFor();
    await expect.poll(() => rows.last().getAttribute('aria-posinset'), WAIT).toBe('180');
  });

  it('open in place and stay where the reader is', async () => {
    for (const session of usualDay(60)) server.feed.put(session);
    await page.goto(server.url);
    const row = page.getByRole('button', { name: /^Failed/ }).first();
    await row.scrollIntoViewIfNeeded();
    const before = await row.boundingBox();
    await row.click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    const after = await row.boundingBox();
    expect(after?.y).toBeCloseTo(before?.y ?? Number.NaN, 0);
  });
});
