import { FIELDS, type FieldName, sameStep } from './fields.ts';
import type { Delta, DeltaSet, Session, Step } from './types.ts';

/**
 * The delta from `before` to `after`, two states of one session: `apply(before, diff(before, after))` equals `after`.
 *
 * null when they agree in everything but `as_of_ms`, which is no change. `seq` is copied from `after`; when something
 * else differs it must be greater than that of `before` before the delta is sent (D2). Nothing is copied: the delta shares
 * objects with `after`. Linear in the number of steps; steps that are the same object cost one comparison.
 */
export function diff(before: Session, after: Session): Delta | null {
  if (before === after) return null;
  if (before.id !== after.id)
    throw new TypeError(`diff needs two states of one session, got ${before.id} and ${after.id}`);
  const set = changedFields(before, after);
  const { upserts, removed } = changedSteps(before.steps, after.steps);
  const changed =
    before.seq !== after.seq ||
    before.steps_dropped !== after.steps_dropped ||
    upserts.length > 0 ||
    removed.length > 0 ||
    Object.keys(set).length > 0;
  if (!changed) return null;
  return {
    id: after.id,
    base_seq: before.seq,
    seq: after.seq,
    as_of_ms: after.as_of_ms,
    set,
    steps: upserts,
    removed_steps: removed,
    steps_dropped: after.steps_dropped,
  };
}

function changedFields(before: Session, after: Session): DeltaSet {
  const set: { [K in FieldName]?: unknown } = {};
  for (const [field, equal] of FIELDS) {
    const a = before[field];
    const b = after[field];
    if (a === b) continue;
    if (b === undefined) set[field] = null;
    else if (a === undefined || !equal(a, b)) set[field] = b;
  }
  return set as DeltaSet; // each value is that field's own, or null where `after` lacks an optional field
}

interface StepChanges {
  readonly upserts: Step[];
  readonly removed: string[];
}

const NO_STEP_CHANGES: StepChanges = { upserts: [], removed: [] };

/**
 * Walks both lists at once. As long as `after` is `before` with steps changed, left out or appended, each costs one entry.
 * When a step stands where appending cannot bring it (a dropped parent that comes back above its children), everything
 * from there on is removed and appended again.
 */
function changedSteps(before: readonly Step[], after: readonly Step[]): StepChanges {
  if (before === after) return NO_STEP_CHANGES;
  const upserts: Step[] = [];
  const removed: string[] = [];
  let kept: Set<string> | undefined;
  let next = 0;
  for (let i = 0; i < before.length; i++) {
    const old = before[i] as Step;
    const candidate = after[next];
    if (candidate !== undefined && candidate.id === old.id) {
      if (!sameStep(old, candidate)) upserts.push(candidate);
      next++;
      continue;
    }
    kept ??= new Set(after.map((step) => step.id));
    removed.push(old.id);
    if (!kept.has(old.id)) continue;
    for (let rest = i + 1; rest < before.length; rest++) removed.push((before[rest] as Step).id);
    break;
  }
  for (; next < after.length; next++) upserts.push(after[next] as Step);
  return { upserts, removed };
}
