import { defineConfig } from 'vitest/config';

/** The tests against a real OpenClaw: one gateway at a time, in the order of the files, never retried. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    fileParallelism: false,
    sequence: { concurrent: false },
    // A test waits for conditions with deadlines of its own, which say what was seen; these only stop a hang.
    testTimeout: 150_000,
    hookTimeout: 180_000,
    retry: 0,
    reporters: ['verbose'],
  },
});
