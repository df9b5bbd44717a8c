import { defineConfig } from 'vitest/config';

/** The CLI as a person runs it: real processes, real files, a fake gateway that plays recordings of real ones. */
export default defineConfig({
  test: {
    name: 'e2e-daemon',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
