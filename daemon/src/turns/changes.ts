import type { Family, TurnState } from './state.ts';
import type { Turn } from './turn.ts';

/** What one event or deadline changed; turns that are held back (T1, T7) do not appear. */
export interface TurnChange {
  readonly before: Turn | undefined;
  /** Undefined: withdrawn (T7), or folded into another turn before it had ended. */
  readonly after: Turn | undefined;
}

const NOTHING: readonly TurnChange[] = [];

/** The turns that are shown and differ. An ended turn that merely grew old stays published; only what was taken back is gone. */
export function turnChanges(before: Family, after: Family): readonly TurnChange[] {
  if (before.turns === after.turns) return NOTHING;
  const changes: TurnChange[] = [];
  const taken = inOrder(before.turns, after.turns, changes);
  if (taken === undefined) return changedByName(before, after);
  for (const gone of taken) addGone(changes, gone);
  return changes;
}

/**
 * Turns keep their order, so one walk finds each at its place; nearly always all but one are the very same. Returns those that
 * are there no more; undefined if the order was another one.
 */
function inOrder(
  before: readonly TurnState[],
  after: readonly TurnState[],
  changes: TurnChange[],
): readonly TurnState[] | undefined {
  const gone: TurnState[] = [];
  let at = 0;
  for (const next of after) {
    const old = before[at];
    if (old === next) at += 1;
    else {
      const place = old?.uid === next.uid ? at : before.findIndex((state) => state.uid === next.uid);
      if (place >= 0 && place < at) return undefined;
      addChange(changes, before[place], next);
      if (place < 0) continue;
      gone.push(...before.slice(at, place));
      at = place + 1;
    }
  }
  return at === before.length ? gone : [...gone, ...before.slice(at)];
}

function changedByName(before: Family, after: Family): readonly TurnChange[] {
  const old = new Map(before.turns.map((state) => [state.uid, state]));
  const changes: TurnChange[] = [];
  for (const next of after.turns) {
    addChange(changes, old.get(next.uid), next);
    old.delete(next.uid);
  }
  for (const gone of old.values()) addGone(changes, gone);
  return changes;
}

function addChange(changes: TurnChange[], old: TurnState | undefined, next: TurnState): void {
  const change = { before: old && shown(old), after: shown(next) };
  if (change.before !== change.after) changes.push(change);
}

function addGone(changes: TurnChange[], gone: TurnState): void {
  const before = shown(gone);
  if (before?.phase.status === 'active') changes.push({ before, after: undefined });
}

function shown(state: TurnState): Turn | undefined {
  return state.turn.hidden || state.withdrawn ? undefined : state.turn;
}
