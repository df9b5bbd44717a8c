import { defineConfig } from 'vitest/config';

/**
 * The plugin on a real Mattermost server. One server for the suite (global-setup.ts); files that stop, kill or restart it
 * start their own. One file at a time: the machine's two cores are the server's.
 */
export default defineConfig({
  test: {
    name: 'plugin',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['./global-setup.ts'],
    fileParallelism: false,
    // Tests wait for conditions with deadlines of their own, which say what was seen; these only stop a hang.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    retry: 0,
  },
});
