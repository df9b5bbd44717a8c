import { workingSession } from '@livestatus/ui/samples';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { browserPages } from '../browser/browser.ts';
import { type OwnSite, startSite } from './harness/site.ts';
import { World } from './harness/world.ts';

const newPage = browserPages();
let site: OwnSite;

beforeAll(async () => {
  site = await startSite({ subpath: '/chat', react: [18] });
});
afterAll(() => site?.dispose());

it('all of it works where Mattermost is installed under a path', async () => {
  const world = await World.create(site.shared());
  const request = await world.ask();
  const session = world.sample(workingSession(), { post: 'wanted', root_id: request.id, request_post_id: request.id });
  await world.put(session);
  await world.boxOf(session);
  const page = await world.open(newPage, world.alice, { query: 'crt=off' });
  // The thread that is opened below shows the same box once more.
  const box = page.locator('main .LiveStatusPost');
  await box.getByText('npm test -- --watch=false').waitFor();
  await page.getByRole('button', { name: /^Agent Status/ }).click();
  await page
    .getByRole('region', { name: /^Active/ })
    .getByText('sol')
    .waitFor();
  await page.getByRole('region', { name: 'Agent status' }).getByRole('button', { name: 'Open thread' }).click();
  await page.waitForURL(`**/chat/${world.team}/pl/**`);
  await world.end(session);
  await box.getByRole('status').filter({ hasText: 'Done' }).waitFor();
  await box.getByRole('button', { name: 'Show details' }).click();
  const link = box.getByRole('link', { name: 'Jump to request' });
  expect(await link.getAttribute('href')).toBe(`/chat/${world.team}/pl/${request.id}`);
});
