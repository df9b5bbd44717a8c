import type { Family } from './state.ts';
import { isGivenUp } from './steps.ts';

/** A turn that was given up, and a key by which its family is found. */
interface LostTurn {
  readonly uid: string;
  readonly key: string;
}

/** The turns of all families that were given up as lost and wait for late evidence (T9), in order of their loss. */
export class LostTurns {
  readonly #byUid = new Map<string, LostTurn>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** What a change of a family means for them. */
  note(before: Family | undefined, after: Family): void {
    if (this.#byUid.size > 0) {
      for (const { uid } of before?.turns ?? []) {
        if (this.#byUid.has(uid) && !after.turns.some((state) => state.uid === uid)) this.#byUid.delete(uid);
      }
    }
    for (const state of after.turns) {
      if (!isGivenUp(state)) this.#byUid.delete(state.uid);
      else if (!this.#byUid.has(state.uid)) this.#byUid.set(state.uid, { uid: state.uid, key: state.turn.key });
    }
  }

  /** The oldest, if there are too many. */
  excess(): LostTurn | undefined {
    if (this.#byUid.size <= this.#max) return undefined;
    for (const oldest of this.#byUid.values()) {
      this.#byUid.delete(oldest.uid);
      return oldest;
    }
    return undefined;
  }
}
