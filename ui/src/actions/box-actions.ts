import type { Act } from './act.ts';
import type { Intent } from './intent.ts';

/** What a box may do, given by the host. Absent = this reader may not, or not here. */
export interface BoxActions {
  /** What became of the last click; undefined = nothing is under way. */
  readonly act: Act | undefined;
  readonly onAct: (intent: Intent) => void;
}
