import { pause } from '../../openclaw/harness/wait.ts';
import type { Outcome } from './outcome.ts';
import { type HowWatched, incomplete, isRight, judge, type Shown, type TrueTurn } from './verdict.ts';
import type { Watch } from './watch.ts';

/** A heartbeat comes every 20 s, a lost turn is given up after 60 s: twice both is more than D7 and T9 allow. */
const DEADLINE_MS = 160_000;
const LOOK_EVERY_MS = 500;

export interface Settling {
  readonly turns: readonly TrueTurn[];
  readonly look: () => Promise<Shown>;
  readonly watch: Watch;
  readonly watched: HowWatched;
  readonly say: (line: string) => void;
}

/** Slower than this is told step by step. */
const SLOW_MS = 10_000;

/** When all runs are over: waits until what is shown is right, or for too long, and tells how it is then. */
export async function settle({ turns, look, watch, watched, say }: Settling): Promise<Outcome> {
  const end = performance.now() + DEADLINE_MS;
  const judged = async () => judge(turns, await look(), watched);
  let judgement = await judged();
  while (!(isRight(judgement) && watch.wrongNow(turns).length === 0) && performance.now() < end) {
    await pause(LOOK_EVERY_MS);
    judgement = await judged();
  }
  await watch.stop();
  const rightAfterMs = watch.rightAfterMs(turns);
  if (rightAfterMs > SLOW_MS) for (const line of watch.story(turns)) say(line);
  return { ...judgement, turns: turns.length, incomplete: incomplete(turns, await look()).length, rightAfterMs };
}
