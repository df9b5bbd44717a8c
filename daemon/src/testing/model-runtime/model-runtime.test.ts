import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disturbances, moments, type Story, stories } from './plan.ts';
import { lengthOf, play, type Watching } from './play.ts';

/** Fixed, so that a red build means a change; raise RUNS to search for more. */
const options = { numRuns: 200, seed: 4_811 };
const TIMEOUT = { timeout: 60_000 };

async function isRight(story: Story, watching: Watching): Promise<void> {
  const { wrong } = await play(story, watching);
  expect(wrong).toEqual([]);
}

/**
 * A daemon that watches a model of OpenClaw, from the frame to the published session, never shows what is not true, and shows
 * in the end what was.
 */
describe('a model of the runtime', () => {
  it('watched from its beginning', TIMEOUT, async () => {
    const property = fc.asyncProperty(stories, (story) => isRight(story, { fromMs: 0, disturbances: [], lengthMs: 0 }));
    await fc.assert(property, options);
  });

  it('watched through lost connections, dropped frames and kill -9 of the daemon', TIMEOUT, async () => {
    const property = fc.asyncProperty(stories, disturbances, async (story, disturbing) => {
      await isRight(story, { fromMs: 0, disturbances: disturbing, lengthMs: await lengthOf(story) });
    });
    await fc.assert(property, options);
  });

  it('joined at any moment', TIMEOUT, async () => {
    const property = fc.asyncProperty(stories, moments, async (story, moment) => {
      const lengthMs = await lengthOf(story);
      await isRight(story, { fromMs: 1 + Math.floor(moment * lengthMs), disturbances: [], lengthMs });
    });
    await fc.assert(property, options);
  });
});
