import type { Act } from './act.ts';
import type { Intent, IntentKind } from './intent.ts';

/** What a box may do, given by the host. Absent = this reader may not, or not here. */
export interface BoxActions {
  /** What became of the last click; undefined = nothing is under way. */
  readonly act: Act | undefined;
  readonly onAct: (intent: Intent) => void;
  /** What this host can do; absent = everything. For the rest the box says what to type. */
  readonly kinds?: readonly IntentKind[];
}

export function canDo(actions: BoxActions | undefined, kind: IntentKind): actions is BoxActions {
  return actions !== undefined && (actions.kinds === undefined || actions.kinds.includes(kind));
}
