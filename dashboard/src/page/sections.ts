import type { Session } from '@livestatus/contract';
import { endedInOrder, inStartOrder } from '@livestatus/ui';

export interface Sections {
  /** Active turns and those that ended a moment ago, by their start. */
  readonly grid: readonly Session[];
  /** The other ended turns, newest end first. */
  readonly recent: readonly Session[];
}

/** A box shows how its turn ended for this long, before it leaves the grid. */
export const LINGER_MS = 5000;

/** Which turn is shown where at `nowMs` (daemon's clock). */
export function toSections(sessions: readonly Session[], nowMs: number): Sections {
  const isInGrid = ({ status, ended_ms: endedMs }: Session): boolean =>
    status === 'active' || (endedMs !== undefined && endedMs > nowMs - LINGER_MS);
  return {
    grid: inStartOrder(sessions.filter(isInGrid)),
    recent: endedInOrder(sessions.filter((session) => !isInGrid(session))),
  };
}
