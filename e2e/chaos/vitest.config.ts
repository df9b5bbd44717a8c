import { defineConfig } from 'vitest/config';

/** What judges the fault runs and the soak; the runs themselves are programs (`make chaos`, `make soak`). */
export default defineConfig({
  test: { name: 'e2e-chaos', root: import.meta.dirname, include: ['**/*.test.ts', '../../bench/**/*.test.ts'] },
});
