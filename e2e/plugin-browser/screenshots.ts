/**
 * Pictures of the plugin in Mattermost, for looking at: `make screenshots`. Light and dark, desktop and phone, into
 * .build/screenshots/plugin-*. With words as arguments only the pictures whose name contains one of them.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '@livestatus/contract';
import * as samples from '@livestatus/ui/samples';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../browser/chromium.ts';
import { DESKTOP, PHONE } from '../browser/viewport.ts';
import { type SharedSite, startSite } from './harness/site.ts';
import { World } from './harness/world.ts';

const OUT = join(import.meta.dirname, '..', '..', '.build', 'screenshots');
const THEMES = { light: 'denim', dark: 'onyx' } as const;
const DEVICES = { desktop: DESKTOP, phone: PHONE } as const;
const wanted = process.argv.slice(2);

interface Scene {
  readonly name: string;
  /** Turns with a box, each under a request of its own. */
  readonly boxes?: readonly Session[];
  /** Turns without a box. */
  readonly others?: readonly Session[];
  /** Only this one. */
  readonly device?: keyof typeof DEVICES;
  readonly query?: string;
  /** Before the page is loaded. */
  readonly prepare?: (page: Page) => Promise<void>;
  readonly act?: (page: Page) => Promise<void>;
  /** Whether the widget is part of the picture. */
  readonly showsWidget?: boolean;
}

const openPanel = async (page: Page): Promise<void> => {
  await page
    .getByRole('button', { name: /^Agent Status/ })
    .first()
    .click();
  await page.locator('.LiveStatusPanel').waitFor();
};
const openBoxes = async (page: Page): Promise<void> => {
  const closed = page.getByRole('button', { name: 'Show details' });
  while ((await closed.count()) > 0) await closed.first().click();
};
const openThread = async (page: Page): Promise<void> => {
  await page
    .getByRole('button', { name: /^Reply$/ })
    .last()
    .click();
  await page.locator('#sidebar-right .LiveStatusPost').first().waitFor();
};

const ENDED = samples.allStates().filter(({ status }) => status !== 'active');
const DAY = [samples.workingSession(), samples.approvalSession(), samples.plannedSession()];

const SCENES: readonly Scene[] = [
  { name: 'working', boxes: [samples.workingSession(), samples.plannedSession()] },
  { name: 'waiting', boxes: [samples.approvalSession(), samples.answerSession(), samples.retryingSession()] },
  {
    name: 'acting',
    boxes: [samples.approvalSession(), samples.workingSession()],
    act: async (page) => {
      await page.getByRole('button', { name: 'Allow once' }).click();
      await page.getByRole('button', { name: 'Stop' }).last().click();
      await page.getByText('Stopping…').waitFor();
    },
  },
  {
    name: 'unconfirmed',
    boxes: [samples.approvalSession(), samples.answerSession()],
    act: async (page) => {
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.getByText('Not confirmed').waitFor({ timeout: 60_000 });
    },
  },
  {
    name: 'unsent',
    boxes: [samples.approvalSession(), samples.guessSession()],
    act: async (page) => {
      await page.route('**/api/v4/posts', (route) => route.abort());
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.getByText('Not sent').waitFor();
    },
  },
  { name: 'unseen', boxes: [samples.stalledSession(), samples.unobservedSession(), samples.compactingSession()] },
  { name: 'offline', boxes: [samples.workingSession()], act: loseHost },
  {
    name: 'nested',
    boxes: [samples.waitingForAgentsSession()],
    act: async (page) => {
      for (const agent of await page.locator('.LiveStatusAgent__toggle').all()) await agent.click();
    },
  },
  { name: 'done', boxes: [samples.doneSession(), samples.failedSession(), samples.stoppedSession()] },
  { name: 'done-open', boxes: [samples.doneSession(), samples.failedSession()], act: openBoxes },
  { name: 'long', boxes: [longTurn()] },
  { name: 'hostile', boxes: [samples.hostileSession()] },
  { name: 'compact', boxes: [samples.workingSession(), samples.doneSession()], query: 'compact=1' },
  { name: 'thread', boxes: [samples.workingSession()], query: 'crt=on', act: openThread },
  { name: 'widget', others: [samples.workingSession()], showsWidget: true },
  { name: 'widget-several', others: DAY, showsWidget: true },
  {
    name: 'widget-collapsed',
    others: DAY,
    showsWidget: true,
    act: (page) => page.getByRole('button', { name: 'Collapse' }).click(),
    device: 'desktop',
  },
  {
    name: 'widget-phone-open',
    others: DAY,
    showsWidget: true,
    act: (page) => page.locator('.LiveStatusDock').click(),
    device: 'phone',
  },
  { name: 'panel', others: [...DAY, ...ENDED, ...samples.recentSessions(5)], act: openPanel },
  { name: 'panel-waiting', boxes: [samples.approvalSession(), samples.answerSession()], others: DAY, act: openPanel },
  {
    name: 'panel-open',
    others: [...DAY, ...ENDED],
    act: async (page) => {
      await openPanel(page);
      await page.locator('.LiveStatusCard').first().click();
      await page.locator('.LiveStatusRecent').nth(1).click();
    },
  },
  { name: 'panel-recent', others: [...ENDED, ...samples.recentSessions(8)], act: openPanel },
  { name: 'panel-empty', act: openPanel },
  {
    name: 'panel-error',
    prepare: async (page) => void (await page.route('**/api/v1/sessions', (route) => route.abort())),
    act: async (page) => {
      await openPanel(page);
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  },
  { name: 'panel-hostile', others: [samples.hostileSession(), ...samples.recentSessions(2)], act: openPanel },
];

/** 200 steps, of which the last 50 are published, with the sub-agent that some of them belong to. */
function longTurn(): Session {
  const session = samples.longSession(200);
  const [agent, ...rest] = session.steps;
  const steps = [...(agent === undefined ? [] : [agent]), ...rest.slice(-49)];
  return { ...session, steps, steps_dropped: 150 };
}

/** What the server says when a daemon's lease runs out, after a minute that no picture needs to wait for. */
async function loseHost(page: Page): Promise<void> {
  await page.evaluate(() => {
    type Live = { sessions: { byId: Record<string, { daemon_id: string }> } };
    const { store } = window as never as {
      store: { getState(): Record<string, Live>; dispatch(action: unknown): void };
    };
    const type = 'com.openclaw.livestatus';
    const sessions = Object.values(store.getState()[`plugins-${type}`]?.sessions.byId ?? {});
    const daemons = sessions.map(({ daemon_id }) => ({ daemon_id, offline: true }));
    const update = { v: 1, channel_id: '', sessions: [], deltas: [], posts: [], removed: [], daemons };
    store.dispatch({ type, event: { type: 'updated', received: [{ update, atMs: performance.now() }] } });
  });
}

async function arrange(world: World, scene: Scene): Promise<void> {
  for (const sample of scene.boxes ?? []) {
    const request = await world.ask(sample.title ?? 'Please have a look at the failing tests');
    const box = { post: 'wanted', root_id: request.id, request_post_id: request.id } as const;
    const session = world.sample(sample, box);
    const { ended_ms: _, error: _e, ...rest } = session;
    if (session.status !== 'active') {
      await world.put({ ...rest, status: 'active', activity: 'tool' });
      await world.boxOf(session);
    }
    await world.put({ ...session, seq: session.seq + 1 });
    await world.boxOf(session);
  }
  const others = (scene.others ?? []).map((sample) => world.sample(sample, { post: 'none' }));
  if (others.length > 0) await world.put(...others);
}

async function take(browser: Browser, world: World, scene: Scene): Promise<void> {
  await arrange(world, scene);
  for (const [device, viewport] of Object.entries(DEVICES)) {
    if (scene.device !== undefined && scene.device !== device) continue;
    for (const [look, theme] of Object.entries(THEMES)) {
      const name = `plugin-${scene.name}-${device}-${look}`;
      const newPage = async (options = {}): Promise<Page> =>
        (await browser.newContext({ viewport, locale: 'en-US', reducedMotion: 'reduce', ...options })).newPage();
      const bar = device === 'phone' ? '&appbar=off' : '';
      const page = await world.open(newPage, world.alice, {
        query: `theme=${theme}&${scene.query ?? 'crt=off'}${bar}`,
        ...(scene.prepare === undefined ? {} : { prepare: scene.prepare }),
      });
      const boxes = scene.boxes?.length ?? 0;
      if (boxes > 0 && scene.name !== 'thread')
        await page
          .locator('.LiveStatusPost')
          .nth(boxes - 1)
          .waitFor();
      if (scene.showsWidget)
        await page.locator('.LiveStatusWidget, .LiveStatusDock, .LiveStatusBubble').first().waitFor();
      else await page.addStyleTag({ content: '.LiveStatusFloating, .LiveStatusDocked { display: none }' });
      await scene.act?.(page);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(OUT, `${name}.png`) });
      await page.context().close();
      process.stdout.write(`${name}.png\n`);
    }
  }
}

/** The pictures of the docs: names that people could have, a conversation, box, panel and widget together. */
async function takeDocs(browser: Browser, site: SharedSite): Promise<void> {
  const names = { team: 'acme', alice: 'alice', bob: 'bob', bot: 'sol', channel: 'releases' };
  const world = await World.create(site, names);
  await arrange(world, { name: 'docs', boxes: [samples.doneSession()] });
  await world.workspace.post(
    world.bot,
    world.channel.id,
    'The redirect is fixed: it kept the query string of the old address.',
  );
  await arrange(world, {
    name: 'docs',
    boxes: [samples.workingSession()],
    others: [samples.approvalSession(), ...samples.recentSessions(6)],
  });
  for (const { id, type } of await world.workspace.posts(world.channel.id)) {
    if (type.startsWith('system_')) await world.workspace.admin.rest.ok('DELETE', `/api/v4/posts/${id}`);
  }
  for (const [look, theme] of Object.entries(THEMES)) {
    for (const [device, viewport] of Object.entries({ desktop: { width: 1280, height: 800 }, phone: PHONE })) {
      const newPage = async (): Promise<Page> =>
        (await browser.newContext({ viewport, locale: 'en-US', reducedMotion: 'reduce' })).newPage();
      const query = `theme=${theme}&crt=off${device === 'phone' ? '&appbar=off' : ''}`;
      const page = await world.open(newPage, world.alice, { query });
      await page.locator('.LiveStatusPost').nth(1).waitFor();
      if (device === 'desktop') await openPanel(page);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(OUT, `plugin-docs-${device}-${look}.png`) });
      await page.context().close();
    }
  }
}

await mkdir(OUT, { recursive: true });
const site = await startSite({ react: [18] });
const browser = await launchBrowser();
try {
  for (const scene of SCENES) {
    if (wanted.length > 0 && !wanted.some((word) => `plugin-${scene.name}`.includes(word))) continue;
    await take(browser, await World.create(site.shared()), scene);
  }
  if (wanted.length === 0 || wanted.includes('docs')) await takeDocs(browser, site.shared());
} finally {
  await browser.close();
  await site.dispose();
}
