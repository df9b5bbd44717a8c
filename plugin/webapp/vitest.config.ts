import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'plugin-webapp',
    include: ['*.test.ts', 'src/**/*.test.{ts,tsx}'],
    environment: 'jsdom',
    // One jsdom for all files: making one takes longer than most of the tests.
    isolate: false,
    // Nothing waits that long; a machine that is busy with other things may need it.
    testTimeout: 30_000,
    setupFiles: ['./test-setup.ts'],
  },
});
