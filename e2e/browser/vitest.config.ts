import { defineConfig } from 'vitest/config';

/** The dashboard in a real browser, on the daemon's real server. One file at a time: some of them measure. */
export default defineConfig({
  test: {
    name: 'browser',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['./global-setup.ts'],
    fileParallelism: false,
    // Tests wait for conditions; these only stop a hang. (axe over a page with every state is much work for a busy machine.)
    testTimeout: 90_000,
    hookTimeout: 60_000,
    retry: 0,
  },
});
