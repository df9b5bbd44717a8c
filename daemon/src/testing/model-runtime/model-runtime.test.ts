import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stories } from './plan.ts';
import { play } from './play.ts';

/** Fixed, so that a red build means a change; raise RUNS to search for more. */
const SEED = 4_811;
const RUNS = 300;

/**
 * A daemon that watches a model of OpenClaw, from the frame to the published session, never shows what is not true, and shows
 * in the end what was.
 */
describe('a model of the runtime', () => {
  it('watched from its beginning', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const { wrong } = await play(story, { fromMs: 0, disturbances: [], lengthMs: 0 });
        expect(wrong).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});
