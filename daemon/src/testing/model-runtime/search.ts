import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { type Disturbance, disturbances, moments, type Story, stories } from './plan.ts';
import { lengthOf, play, type Watching } from './play.ts';

/**
 * Searches for stories that the daemon shows wrongly, in more of them than a test has time for:
 * `node daemon/src/testing/model-runtime/search.ts --way disturbed --seeds 31-40 --runs 1000`. A failing story is named by
 * `<seed>/<number>`; with `--only <number>` it is made as small as it gets, and printed.
 */
type Way = (typeof WAYS)[number];
const WAYS = ['whole', 'disturbed', 'late'] as const;

type Scene = readonly [story: Story, disturbing: readonly Disturbance[], moment: number];

const scenes: Readonly<Record<Way, fc.Arbitrary<Scene>>> = {
  whole: fc.tuple(stories, fc.constant([]), fc.constant(0)),
  disturbed: fc.tuple(stories, disturbances, fc.constant(0)),
  late: fc.tuple(stories, fc.constant([]), moments),
};

async function watching(way: Way, [story, disturbing, moment]: Scene): Promise<Watching> {
  if (way === 'whole') return { fromMs: 0, disturbances: [], lengthMs: 0 };
  const lengthMs = await lengthOf(story);
  return { fromMs: way === 'late' ? 1 + Math.floor(moment * lengthMs) : 0, disturbances: disturbing, lengthMs };
}

async function wrongIn(way: Way, scene: Scene): Promise<readonly string[]> {
  return (await play(scene[0], await watching(way, scene))).wrong;
}

/** How many of the stories of a seed are shown wrongly. */
async function search(way: Way, seed: number, runs: number): Promise<number> {
  let failed = 0;
  for (const [at, scene] of fc.sample(scenes[way], { seed, numRuns: runs }).entries()) {
    const wrong = await wrongIn(way, scene);
    if (wrong.length === 0) continue;
    failed += 1;
    process.stdout.write(`${way} ${seed}/${at}: ${wrong.join('; ')}\n`);
  }
  return failed;
}

async function smallest(way: Way, seed: number, at: number): Promise<void> {
  const property = fc.asyncProperty(scenes[way], async (scene) => (await wrongIn(way, scene)).length === 0);
  const { counterexample } = await fc.check(property, { seed, path: String(at), numRuns: at + 1 });
  if (counterexample === null) {
    process.stdout.write(`${way} ${seed}/${at} is right\n`);
    return;
  }
  const [scene] = counterexample;
  const told = { wrong: await wrongIn(way, scene), watching: await watching(way, scene), story: scene[0] };
  process.stdout.write(`${JSON.stringify(told, null, 1)}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      way: { type: 'string', default: 'disturbed' },
      seeds: { type: 'string', default: '1' },
      runs: { type: 'string', default: '1000' },
      only: { type: 'string' },
    },
  });
  const way = WAYS.find((known) => known === values.way);
  if (way === undefined) throw new Error(`--way ${values.way}: expected ${WAYS.join(', ')}`);
  const [first = 1, last = first] = values.seeds.split('-').map(Number);
  if (values.only !== undefined) return smallest(way, first, Number(values.only));
  let failed = 0;
  for (let seed = first; seed <= last; seed += 1) {
    failed += await search(way, seed, Number(values.runs));
    process.stdout.write(`${way}: seed ${seed} played, ${failed} wrong so far\n`);
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
