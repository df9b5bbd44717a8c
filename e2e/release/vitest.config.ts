import { defineConfig } from 'vitest/config';

/** What is released, built by the commands that build it, then installed and used as its users do. */
export default defineConfig({
  test: {
    name: 'e2e-release',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
