import { defineConfig } from 'vitest/config';

/** docs/admin-guide.md, followed line by line against a real Mattermost server. Run it by `e2e/with-mattermost.sh`. */
export default defineConfig({
  test: {
    name: 'e2e-admin-guide',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['global-setup.ts', '../release/global-setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
