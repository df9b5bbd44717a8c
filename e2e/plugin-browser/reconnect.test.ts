import { approvalSession, workingSession } from '@livestatus/ui/samples';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { Rest } from '../mattermost/index.ts';
import { Writer } from '../plugin/harness/writer.ts';
import { type OwnSite, startSite } from './harness/site.ts';
import { World } from './harness/world.ts';

const newPage = browserPages(/net::ERR_|WebSocket connection|Failed to load resource/);
/** A reconnected page asks for the list at a random moment of this time (plugin/webapp/src/live/list_loop.ts). */
const SPREAD_MS = 500;
const opener = (page: Page) => page.getByRole('button', { name: /^Agent Status/ });
const active = (page: Page) => page.getByRole('region', { name: /^Active/ });

let site: OwnSite;

beforeAll(async () => {
  site = await startSite({ react: [18] });
});
afterAll(() => site?.dispose());

const isConnected = (page: Page): Promise<boolean> =>
  page.evaluate(
    () =>
      (window as never as { store: { getState(): { websocket: { connected: boolean } } } }).store.getState().websocket
        .connected,
  );

it('after the WebSocket was cut the page shows the truth, and until then no time that nobody has seen', async () => {
  const world = await World.create(site.shared());
  const [ends, goesOn] = [world.sample(workingSession()), world.sample(approvalSession())];
  await world.put(ends, goesOn);
  const page = await world.open(newPage, world.alice);
  await opener(page).click();
  await active(page).getByText('sol').waitFor();
  await expect.poll(() => isConnected(page), { timeout: 15_000 }).toBe(true);

  const lists: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/v1/sessions')) lists.push(request.url());
  });
  site.page.cut();
  await expect.poll(() => isConnected(page), { timeout: 15_000 }).toBe(false);
  const time = active(page).locator('.LiveStatusCard__time').first();
  const [atLoss, lostMs] = [await time.innerText(), performance.now()];
  // The daemon goes on talking with the server, past the page's proxy.
  const { port, secret } = site.shared();
  const behind = new Rest(`http://127.0.0.1:${port}`);
  const daemon = new Writer({ rest: behind, secret }, world.bot, world.daemon.daemonId);
  const { activity: _, ...rest } = ends;
  const now = Date.now();
  const begins = world.sample(workingSession(), { agent: { id: 'new', name: 'newcomer', runtime: 'openclaw' } });
  await daemon.batch({ changes: [{ ...rest, status: 'done', ended_ms: now, seq: now }, begins] });
  await expect.poll(() => performance.now() - lostMs, { timeout: 15_000 }).toBeGreaterThan(1500);
  expect(await time.innerText()).toBe(atLoss);

  lists.length = 0;
  site.page.mend();
  await active(page).getByText('newcomer').waitFor();
  await active(page).getByText('sol').waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Recent' }).getByText('sol').waitFor();
  // Missed events may be replayed on the resumed socket before the web client tells of the reconnect.
  await expect.poll(() => lists.length, { timeout: 15_000 }).toBeGreaterThan(0);
  // It tells of one reconnect twice, in one task of the page; a second list would be asked for within SPREAD_MS of that, and a timer
  // that the page sets later for as long comes later.
  await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), SPREAD_MS);
  expect(lists).toHaveLength(1);
  await world.end(begins);
  await active(page).getByText('newcomer').waitFor({ state: 'detached' });
  expect(lists, 'an event asks for no list').toHaveLength(1);
});
