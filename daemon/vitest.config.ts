import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'daemon',
    // Nothing waits that long; a machine that is busy with other things may need it.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
