import type { LockInfo } from './lock.ts';
import type { ProcessView } from './process-view.ts';

export type Liveness = 'alive' | 'dead' | 'unknown';

/**
 * Whether the process that holds a lock is demonstrably dead (T9). Not to see a process proves nothing by itself: OpenClaw
 * may run in another container, or on another machine that shares the directory. It counts as dead only if processes of this
 * OpenClaw can be seen from here: one was seen, or we see the whole machine and nothing has shown that its locks
 * come from elsewhere.
 */
export class LivenessCheck {
  readonly #view: ProcessView;
  #seen = false;
  #elsewhere = false;

  constructor(view: ProcessView) {
    this.#view = view;
  }

  /** `working`: the lock has just appeared, or its transcript has just grown, so somebody holds it. */
  of(lock: LockInfo, working: boolean): Liveness {
    if (this.#view.sees(lock)) {
      this.#seen = true;
      return 'alive';
    }
    if (working && !this.#seen) this.#elsewhere = true;
    if (this.#seen) return working ? 'unknown' : 'dead';
    return this.#view.wholeMachine && !this.#elsewhere ? 'dead' : 'unknown';
  }
}
