import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The one that waits for minutes comes first, so that the others run beside it. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = [...files].sort((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
    const isLong = (file: TestSpecification): boolean => file.moduleId.includes('/silent-tool.');
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/**
 * The whole chain on real parts: OpenClaw with its own Mattermost channel, the daemon, Mattermost with the plugin, a browser. One of
 * each for the suite (global-setup.ts), in which every test has channels and people of its own; two files at a time.
 */
export default defineConfig({
  test: {
    name: 'chain',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['./global-setup.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // A test waits for conditions with deadlines of its own, which say what was seen; these only stop a hang.
    testTimeout: 240_000,
    hookTimeout: 300_000,
    retry: 0,
    reporters: ['verbose'],
  },
});
