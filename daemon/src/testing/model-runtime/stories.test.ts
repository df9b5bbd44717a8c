import { describe, expect, it } from 'vitest';
import type { Act, RunPlan, StepPlan } from './plan.ts';
import { lengthOf, play } from './play.ts';

/** Stories in which the model itself was wrong, as small as they get: what it says then is no longer what nobody measured. */
const ANSWER: RunPlan = { steps: [], end: 'done' };
const work = (ms: number): StepPlan => ({ do: 'tool', ms, outcome: 'done', wrapped: false });
const spawn = (child: RunPlan): StepPlan => ({ do: 'spawn', child });
const ask = (run: RunPlan): { atMs: number; act: Act } => ({ atMs: 0, act: { do: 'ask', lane: 'thread', run } });
const WATCHED = { fromMs: 0, disturbances: [], lengthMs: 0 };

describe('the model', () => {
  it('does not announce a sub-agent that has yielded, though its own sub-agents were quicker than its last frames', async () => {
    const quick = { steps: [work(20), { do: 'think', ms: 100 }, spawn(ANSWER)], end: 'done', next: ANSWER } as const;
    const long = { steps: [work(60_000)], end: 'done' } as const;
    const slow = { steps: [work(20), spawn({ ...ANSWER, steps: [work(726)] }), work(1_365)], end: 'done' } as const;
    const root = {
      steps: [spawn(quick), spawn({ ...slow, next: long }), work(422)],
      end: 'done',
      next: ANSWER,
    } as const;
    const { wrong } = await play({ acts: [ask(root)], seed: 148_410_744 }, WATCHED);
    expect(wrong).toEqual([]);
  });

  it('lets nobody stop a turn that waits for sub-agents which died with the gateway: nothing would ever tell', async () => {
    const story = {
      acts: [
        ask({ steps: [spawn(ANSWER)], end: 'done', next: ANSWER }),
        { atMs: 1_435, act: { do: 'crash', downMs: 15_000 } as const },
        { atMs: 16_436, act: { do: 'stop', lane: 'thread', how: 'channel' } as const },
      ],
      seed: 225_827_372,
    };
    expect((await play(story, WATCHED)).wrong).toEqual([]);
    expect(await lengthOf(story)).toBeLessThan(120_000);
  });
});
