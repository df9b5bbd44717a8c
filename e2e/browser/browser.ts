import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from './chromium.ts';
import { DESKTOP } from './viewport.ts';

/** Cut lines and refused tokens are part of some tests; the browser reports each such request. */
const EXPECTED = /net::ERR_|status of 401/;

/**
 * One browser for a test file; each page is closed after its test, and a page that complained (an error, a violation of
 * the content security policy) fails it. `expected`: complaints that are part of the test.
 */
export function browserPages(expected = EXPECTED): (options?: BrowserContextOptions) => Promise<Page> {
  let browser: Browser;
  let pages: Page[] = [];
  let complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await Promise.all(pages.map((page) => page.context().close()));
    const seen = complaints;
    pages = [];
    complaints = [];
    expect(seen).toEqual([]);
  });

  return async (options = {}) => {
    const context = await browser.newContext({
      viewport: DESKTOP,
      locale: 'en-US',
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text());
    });
    pages.push(page);
    return page;
  };
}
