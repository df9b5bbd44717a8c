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
  return sameTurns(before, after) ? changedInPlace(before, after) : changedByName(before, after);
}

/** Nearly always: no turn was opened, dropped or folded. */
function sameTurns(before: Family, after: Family): boolean {
  if (before.turns.length !== after.turns.length) return false;
  return before.turns.every((state, at) => state.uid === after.turns[at]?.uid);
}

function changedInPlace(before: Family, after: Family): readonly TurnChange[] {
  let changes: TurnChange[] | undefined;
  for (let at = 0; at < before.turns.length; at += 1) {
    const [old, next] = [before.turns[at], after.turns[at]];
    if (old === next || old === undefined || next === undefined) continue;
    const change = { before: shown(old), after: shown(next) };
    if (change.before !== change.after) changes = [...(changes ?? []), change];
  }
  return changes ?? NOTHING;
}

function changedByName(before: Family, after: Family): readonly TurnChange[] {
  const old = new Map(before.turns.map((state) => [state.uid, shown(state)]));
  const changes: TurnChange[] = [];
  for (const state of after.turns) {
    const change = { before: old.get(state.uid), after: shown(state) };
    old.delete(state.uid);
    if (change.before !== change.after) changes.push(change);
  }
  for (const gone of old.values()) {
    if (gone?.phase.status === 'active') changes.push({ before: gone, after: undefined });
  }
  return changes;
}

function shown(state: TurnState): Turn | undefined {
  return state.turn.hidden || state.withdrawn ? undefined : state.turn;
}
