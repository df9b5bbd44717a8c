import { HOSTILE_TEXTS, hostileSession } from '@livestatus/ui/samples';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { toolStep } from '../plugin/harness/sessions.ts';
import { newWorld } from './harness/new-world.ts';

const newPage = browserPages();

/** What must not come out of any text. */
const FOREIGN = ['script', 'img', 'iframe', 'style', 'a[href^="javascript"]', '[onerror]'].map((what) =>
  ['.LiveStatusPost', '.LiveStatusFloating', '.LiveStatusPanel'].map((where) => `${where} ${what}`),
);

async function expectHarmless(page: Page): Promise<void> {
  expect(await page.title()).toBe('Mattermost');
  expect(await page.locator(FOREIGN.flat().join(', ')).count()).toBe(0);
}

it('hostile texts execute nothing and break nothing, in box, widget and panel', async () => {
  const world = await newWorld();
  const request = await world.ask();
  const session = world.sample(hostileSession(), { post: 'wanted', root_id: request.id });
  await world.put(session);
  await world.boxOf(session);
  const outside: string[] = [];
  const page = await world.open(newPage, world.alice, {
    query: 'crt=off',
    prepare: async (each) => {
      each.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(world.site.url) && !url.startsWith('data:')) outside.push(url);
      });
    },
  });
  await page.locator('.LiveStatusPost .LiveStatusLog').waitFor();
  await page.locator('.LiveStatusFloating').waitFor();
  await page.getByRole('button', { name: /^Agent Status/ }).click();
  await page.locator('.LiveStatusPanel .LiveStatusCard').click();
  await expectHarmless(page);
  for (const [name, text] of HOSTILE_TEXTS) {
    const step = toolStep('x', {
      label: [...text].slice(0, 120).join(''),
      detail: text,
      status: 'error',
      ended_ms: Date.now(),
    });
    await world.put({ ...session, title: [...text].slice(0, 200).join(''), steps: [step], seq: Date.now() });
    await page.locator('.LiveStatusPost [data-step-id]').nth(1).waitFor({ state: 'detached' });
    expect(await page.locator('.LiveStatusPost .LiveStatusBox').count(), name).toBe(1);
    await expectHarmless(page);
  }
  const { right, clientWidth } = await page.evaluate(() => ({
    right: Math.max(
      ...[...document.querySelectorAll('.LiveStatusPanel *')].map((each) => each.getBoundingClientRect().right),
    ),
    clientWidth: document.documentElement.clientWidth,
  }));
  expect(right).toBeLessThanOrEqual(clientWidth);
  expect(outside).toEqual([]);
});

it('a burst of changes to many sessions leaves their last states, and the page usable', async () => {
  const world = await newWorld();
  const page = await world.open(newPage, world.alice);
  await page.getByRole('button', { name: /^Agent Status/ }).click();
  let sessions = Array.from({ length: 100 }, (_, index) =>
    world.sample(hostileSession(), { agent: { id: `a${index}`, name: `agent-${index}`, runtime: 'openclaw' } }),
  );
  for (let round = 1; round <= 20; round += 1) {
    sessions = sessions.map((each) => ({ ...each, seq: each.seq + 1, tool_calls: round }));
    await world.put(...sessions);
  }
  await page.getByRole('heading', { name: 'Active · 100' }).waitFor();
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.LiveStatusCard')].every((card) => card.textContent?.includes('20 tools')),
  );
});
