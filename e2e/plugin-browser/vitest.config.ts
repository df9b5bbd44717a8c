import { defineConfig } from 'vitest/config';

/**
 * The plugin's page in a real browser, on a real Mattermost server, in a page that plays its web client. One file at a
 * time: the machine's two cores are the server's and the browser's.
 */
export default defineConfig({
  test: {
    name: 'plugin-browser',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['./global-setup.ts'],
    fileParallelism: false,
    // Tests wait for conditions; these only stop a hang.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    retry: 0,
  },
});
