import { pause } from '../../openclaw/harness/wait.ts';
import type { Outcome } from './outcome.ts';
import { isRight, judge, type Shown, type TrueTurn } from './verdict.ts';
import type { Watch } from './watch.ts';

/** A heartbeat comes every 20 s, a lost turn is given up after 60 s: twice both is more than D7 and T9 allow. */
const DEADLINE_MS = 160_000;
const LOOK_EVERY_MS = 500;

export interface Settling {
  readonly turns: readonly TrueTurn[];
  readonly look: () => Promise<Shown>;
  readonly watch: Watch;
  readonly wasWatched?: (turn: TrueTurn) => boolean;
}

/** When all runs are over: waits until what is shown is right, or for too long, and tells how it is then. */
export async function settle({ turns, look, watch, wasWatched }: Settling): Promise<Outcome> {
  const end = performance.now() + DEADLINE_MS;
  const judged = async () => judge(turns, await look(), wasWatched);
  let judgement = await judged();
  while (!(isRight(judgement) && watch.wrongNow(turns).length === 0) && performance.now() < end) {
    await pause(LOOK_EVERY_MS);
    judgement = await judged();
  }
  await watch.stop();
  return { ...judgement, turns: turns.length, rightAfterMs: watch.rightAfterMs(turns) };
}
