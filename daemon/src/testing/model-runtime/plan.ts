import fc from 'fast-check';

/** What an agent does in one run, in order. Times in ms. */
export type StepPlan =
  | { readonly do: 'think' | 'retry' | 'compact'; readonly ms: number }
  | {
      readonly do: 'tool';
      readonly ms: number;
      readonly outcome: 'done' | 'error' | 'background';
      /** Called through the wrapper of Tool Search. */
      readonly wrapped: boolean;
    }
  | { readonly do: 'approval'; readonly ms: number; readonly allowed: boolean }
  | { readonly do: 'question'; readonly ms: number }
  | { readonly do: 'spawn'; readonly child: RunPlan };

export interface RunPlan {
  readonly steps: readonly StepPlan[];
  readonly end: 'done' | 'error' | 'silent';
  /** It yields after its steps; the run that carries on when all its sub-agents are over does this. */
  readonly next?: RunPlan;
}

/** What people, and accidents, do to the runtime. */
export type Act =
  | { readonly do: 'ask'; readonly lane: Lane; readonly run: RunPlan }
  | { readonly do: 'steer'; readonly lane: Lane }
  | { readonly do: 'stop'; readonly lane: Lane; readonly how: 'channel' | 'rpc' }
  /** kill -9 of the gateway, which is back after `downMs`. */
  | { readonly do: 'crash'; readonly downMs: number };

/** A conversation in a thread of a channel, or the agent's main session, which the CLI drives. */
export type Lane = 'thread' | 'main';

export interface Story {
  readonly acts: readonly { readonly atMs: number; readonly act: Act }[];
  /** Feeds the runtime's own small choices: delays, and the order of what is not causally related. */
  readonly seed: number;
}

/** What happens to the daemon's sight of the runtime, at a share of the story's length. */
export interface Disturbance {
  readonly at: number;
  readonly what:
    | { readonly do: 'cut'; readonly downMs: number }
    /** kill -9 of the daemon, which is back after `downMs`. */
    | { readonly do: 'restart'; readonly downMs: number }
    /** The gateway drops this many frames of the connection. */
    | { readonly do: 'drop'; readonly frames: number };
}

const ms = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

const tool: fc.Arbitrary<StepPlan> = fc.record({
  do: fc.constant('tool' as const),
  ms: fc.oneof({ arbitrary: ms(20, 4_000), weight: 4 }, { arbitrary: ms(60_000, 200_000), weight: 1 }),
  outcome: fc.constantFrom('done', 'done', 'error', 'background'),
  wrapped: fc.boolean(),
});

const plainStep: fc.Arbitrary<StepPlan> = fc.oneof(
  { arbitrary: tool, weight: 4 },
  { arbitrary: fc.record({ do: fc.constantFrom('think', 'retry', 'compact'), ms: ms(100, 6_000) }), weight: 2 },
  {
    arbitrary: fc.record({ do: fc.constant('approval' as const), ms: ms(500, 20_000), allowed: fc.boolean() }),
    weight: 1,
  },
  { arbitrary: fc.record({ do: fc.constant('question' as const), ms: ms(500, 20_000) }), weight: 1 },
);

const plainSteps = fc.array(plainStep, { maxLength: 3 });
const plainRun: fc.Arbitrary<RunPlan> = fc.record({
  steps: plainSteps,
  end: fc.constantFrom('done', 'done', 'done', 'error'),
});
const silentRun: fc.Arbitrary<RunPlan> = fc.record({ steps: plainSteps, end: fc.constant('silent' as const) });

/** A run that has sub-agents; with `yields` it ends in a yield. */
function parentRun(child: fc.Arbitrary<RunPlan>, yields: boolean): fc.Arbitrary<RunPlan> {
  const spawns = fc.array(fc.record({ do: fc.constant('spawn' as const), child }), { minLength: 1, maxLength: 2 });
  return fc
    .record({ before: plainSteps, spawns, after: fc.array(tool, { maxLength: 1 }), next: plainRun })
    .map(({ before, spawns: spawn, after, next }) => ({
      steps: [...before, ...spawn, ...after],
      end: 'done' as const,
      ...(yields && { next }),
    }));
}

const nestedRun = parentRun(plainRun, true);

const rootRun: fc.Arbitrary<RunPlan> = fc.oneof(
  { arbitrary: plainRun, weight: 4 },
  { arbitrary: silentRun, weight: 1 },
  { arbitrary: parentRun(plainRun, true), weight: 4 },
  { arbitrary: parentRun(plainRun, false), weight: 2 },
  { arbitrary: parentRun(nestedRun, true), weight: 2 },
);

const lane = fc.constantFrom<Lane>('thread', 'thread', 'main');

const laterAct: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('ask' as const), lane, run: plainRun }), weight: 4 },
  { arbitrary: fc.record({ do: fc.constant('steer' as const), lane }), weight: 1 },
  {
    arbitrary: fc.record({ do: fc.constant('stop' as const), lane, how: fc.constantFrom('channel', 'rpc') }),
    weight: 2,
  },
  { arbitrary: fc.record({ do: fc.constant('crash' as const), downMs: ms(15_000, 30_000) }), weight: 2 },
);

export const stories: fc.Arbitrary<Story> = fc
  .record({
    first: fc.record({ do: fc.constant('ask' as const), lane, run: rootRun }),
    later: fc.array(fc.record({ atMs: ms(500, 40_000), act: laterAct }), { maxLength: 3 }),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  })
  .map(({ first, later, seed }) => ({ acts: [{ atMs: 0, act: first }, ...later], seed }));

/** Shares of a story's length. */
export const moments = fc.double({ min: 0, max: 0.999, noNaN: true });
const downMs = fc.oneof(ms(50, 2_000), ms(2_000, 40_000));

export const disturbances: fc.Arbitrary<readonly Disturbance[]> = fc.array(
  fc.record({
    at: moments,
    what: fc.oneof(
      fc.record({ do: fc.constant('cut' as const), downMs }),
      fc.record({ do: fc.constant('restart' as const), downMs }),
      fc.record({ do: fc.constant('drop' as const), frames: fc.integer({ min: 1, max: 12 }) }),
    ),
  }),
  { maxLength: 2 },
);
