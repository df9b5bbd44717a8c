/**
 * Pictures of every state, for looking at: `npm run -w dashboard screenshots`. Desktop and phone, light and dark, into
 * .build/screenshots. With words as arguments only the pictures whose name contains one of them.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '@livestatus/contract';
import * as samples from '@livestatus/ui/samples';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './chromium.ts';
import { DashboardUnderTest } from './dashboard-server.ts';
import { serveDevPage } from './dev-page.ts';
import { DESKTOP, PHONE, showWhole } from './viewport.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OUT = join(ROOT, '.build', 'screenshots');
const VIEWPORTS = { desktop: DESKTOP, phone: PHONE } as const;
const wanted = process.argv.slice(2);

interface Shot {
  readonly name: string;
  /** Gets the page where the picture is taken. */
  readonly arrange: (page: Page) => Promise<void>;
  /** The whole page instead of what is in the window. */
  readonly isWhole?: boolean;
}

async function take(browser: Browser, shot: Shot): Promise<void> {
  for (const [device, viewport] of Object.entries(VIEWPORTS)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const name = `${shot.name}-${device}-${colorScheme}`;
      if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
      const page = await browser.newPage({
        viewport,
        colorScheme,
        reducedMotion: 'reduce',
        locale: 'en-US',
        deviceScaleFactor: 1,
      });
      await shot.arrange(page);
      if (shot.isWhole) await showWhole(page);
      await page.screenshot({ path: join(OUT, `${name}.png`) });
      await page.close();
      process.stdout.write(`${name}.png\n`);
    }
  }
}

function active(): Session[] {
  return samples.allStates().filter((session) => session.status === 'active');
}

const GATEWAY = { name: 'openclaw-gateway', state: 'ok', sinceMs: 0, detail: { version: '2026.9.6' } } as const;
const PLUGIN = { name: 'mattermost-plugin', state: 'ok', sinceMs: 0 } as const;

interface Scene {
  readonly name: string;
  readonly sessions: readonly Session[];
  readonly hash?: string;
  readonly isWhole?: boolean;
  readonly isTroubled?: boolean;
  readonly act?: (page: Page, server: DashboardUnderTest) => Promise<void>;
}

const SCENES: readonly Scene[] = [
  { name: 'dashboard', sessions: samples.usualDay(41) },
  { name: 'dashboard-full', sessions: samples.usualDay(41), isWhole: true },
  { name: 'every-state', sessions: samples.allStates(), isWhole: true },
  { name: 'turn', sessions: samples.usualDay(41), hash: '#/turn/working', isWhole: true },
  { name: 'turn-ended', sessions: samples.allStates(), hash: '#/turn/done', isWhole: true },
  { name: 'turn-missing', sessions: active(), hash: '#/turn/nowhere' },
  { name: 'empty', sessions: [] },
  { name: 'hostile', sessions: [samples.hostileSession(), ...samples.recentSessions(3)], hash: '#/turn/hostile' },
  {
    name: 'empty-unconnected',
    sessions: [],
    isTroubled: true,
  },
  {
    name: 'troubled',
    sessions: samples.usualDay(41),
    isTroubled: true,
  },
  {
    name: 'recent-opened',
    sessions: [...samples.allStates().filter(({ status }) => status !== 'active'), ...samples.recentSessions(12)],
    isWhole: true,
    act: (page) =>
      page
        .getByRole('button', { name: /^Done.*Fix the login redirect/ })
        .first()
        .click(),
  },
  {
    name: 'disconnected',
    sessions: samples.usualDay(41),
    act: async (page, server) => {
      server.cut();
      await page.getByText('The connection to the daemon is lost').waitFor();
    },
  },
  { name: 'keys', sessions: samples.usualDay(41), act: (page) => page.keyboard.press('?') },
  {
    name: 'search-nothing',
    sessions: samples.usualDay(41),
    act: (page) => page.getByRole('searchbox').fill('nobody ever wrote this'),
  },
];

async function takeScene(browser: Browser, scene: Scene): Promise<void> {
  const arrange = async (page: Page): Promise<void> => {
    const server = await DashboardUnderTest.start();
    page.on('close', () => void server.stop());
    for (const session of scene.sessions) server.feed.put(session);
    server.health.set(
      scene.isTroubled
        ? [
            {
              ...GATEWAY,
              state: 'failed',
              code: 'refused',
              reason: 'No gateway on 127.0.0.1:18789. Start OpenClaw, or set OPENCLAW_GATEWAY_URL.',
            },
          ]
        : [GATEWAY],
      [PLUGIN],
    );
    await page.goto(`${server.url}${scene.hash ?? ''}`);
    await page.locator('main h2, main dl').first().waitFor();
    await scene.act?.(page, server);
  };
  await take(browser, { name: scene.name, isWhole: scene.isWhole ?? false, arrange });
}

async function takeGallery(browser: Browser): Promise<void> {
  const gallery = await serveDevPage('gallery');
  for (const part of ['boxes', 'ended', 'stress', 'panel', 'widgets', 'timelines', 'feedback']) {
    const arrange = async (page: Page): Promise<void> => {
      await page.goto(`${gallery.url}#${part}`);
      await page.locator('.Gallery h2').first().waitFor();
      await page.waitForFunction(
        () => document.querySelector('.Gallery') !== null && document.fonts.status === 'loaded',
      );
      if (part === 'feedback') await page.locator('.LiveStatusSkeleton').waitFor();
    };
    await take(browser, { name: `gallery-${part}`, isWhole: true, arrange });
  }
  await gallery.close();
}

await mkdir(OUT, { recursive: true });
const browser = await launchBrowser();
for (const scene of SCENES) await takeScene(browser, scene);
await takeGallery(browser);
await browser.close();
