import { ManualClock } from '../fake-gateway/manual-clock.ts';
import { Judge } from './judge.ts';
import { Observer } from './observer.ts';
import type { Disturbance, Story } from './plan.ts';
import { Dice } from './processes.ts';
import { ModelRuntime } from './runtime.ts';

/** No story is longer; one that does not end is a fault of the model. */
const LONGEST_MS = 60 * 60_000;
/** After the end: every deadline of the machine but the last, which forgets. */
const SETTLING_MS = 9 * 60_000;

export interface Played {
  readonly wrong: readonly string[];
  readonly lengthMs: number;
}

/** How long a story takes by itself. */
export async function lengthOf(story: Story): Promise<number> {
  return (await play(story, { fromMs: Number.POSITIVE_INFINITY, disturbances: [], lengthMs: 0 })).lengthMs;
}

export interface Watching {
  /** When the daemon first connects. */
  readonly fromMs: number;
  readonly disturbances: readonly Disturbance[];
  /** What the shares of the disturbances are shares of. */
  readonly lengthMs: number;
}

/** Plays a story before a daemon that is disturbed; stops at the first thing that is wrong. */
export async function play(story: Story, { fromMs, disturbances, lengthMs }: Watching): Promise<Played> {
  const clock = new ManualClock();
  const startMs = clock.now();
  const runtime = new ModelRuntime(clock, story.seed);
  const observer = new Observer(runtime.gateway, clock, new Dice(story.seed + 1));
  const judge = new Judge(runtime, observer);
  runtime.play(story);
  if (fromMs === 0) observer.connect();
  else if (Number.isFinite(fromMs)) clock.after(fromMs, () => observer.connect());
  for (const { at, what } of disturbances) clock.after(Math.floor(at * lengthMs), () => disturb(observer, what));
  let endMs: number | undefined;
  for (;;) {
    const inMs = clock.nextInMs;
    if (endMs === undefined && runtime.idle) endMs = clock.now();
    const isOver = endMs !== undefined && (inMs === undefined || clock.now() + inMs > endMs + SETTLING_MS);
    if (isOver || inMs === undefined) break;
    if (clock.now() - startMs > LONGEST_MS) return { wrong: ['the story does not end'], lengthMs: LONGEST_MS };
    clock.advance(inMs);
    await settled();
    const wrong = judge.now(clock.now());
    if (wrong.length > 0) return { wrong: wrong.map((w) => `at ${clock.now() - startMs} ms: ${w}`), lengthMs: 0 };
  }
  const hasWatched = Number.isFinite(fromMs);
  return { wrong: hasWatched ? judge.end() : [], lengthMs: (endMs ?? clock.now()) - startMs };
}

function disturb(observer: Observer, what: Disturbance['what']): void {
  switch (what.do) {
    case 'cut':
      observer.cut(what.downMs);
      return;
    case 'restart':
      observer.restart(what.downMs);
      return;
    case 'drop':
      observer.drop(what.frames);
  }
}

/** Promises that were kept have been heard of. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
