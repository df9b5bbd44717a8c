import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'plugin-webapp',
    include: ['*.test.ts', 'src/**/*.test.{ts,tsx}'],
    environment: 'jsdom',
    // One jsdom for all files: making one takes longer than most of the tests.
    isolate: false,
    setupFiles: ['./test-setup.ts'],
  },
});
