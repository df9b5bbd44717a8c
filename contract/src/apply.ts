import { FIELDS, type FieldName, isClearable, sameStep } from './fields.ts';
import type { Change, Delta, Session, Step } from './types.ts';

/** Tells deltas from snapshots on the wire. */
export const isDelta = (change: Change): change is Delta => 'base_seq' in change;

/**
 * `session` as it is after `delta`. Pure: neither argument is changed; what did not change keeps its reference.
 *
 * Whether the delta fits the session at all is not its question: see `accept`.
 */
export function apply(session: Session, delta: Delta): Session {
  const next: Session = {
    ...session,
    seq: delta.seq,
    as_of_ms: delta.as_of_ms,
    steps_dropped: delta.steps_dropped,
    steps: applySteps(session.steps, delta),
  };
  const fields: Partial<Record<FieldName, unknown>> = next;
  for (const [field] of FIELDS) {
    const value = delta.set[field];
    if (value === undefined) continue;
    if (value !== null) fields[field] = value;
    else if (isClearable(field)) delete fields[field];
  }
  return next;
}

/** Removals first, so an id in both lists moves to the end. */
function applySteps(steps: Step[], delta: Delta): Step[] {
  if (delta.steps.length === 0 && delta.removed_steps.length === 0) return steps;
  const removed = new Set(delta.removed_steps);
  const next = removed.size === 0 ? steps.slice() : steps.filter((step) => !removed.has(step.id));
  for (const step of delta.steps) upsert(next, step);
  return next;
}

/** Searched from the end: what changes is nearly always among the last steps. */
function upsert(steps: Step[], step: Step): void {
  for (let i = steps.length - 1; i >= 0; i--) {
    const old = steps[i] as Step;
    if (old.id !== step.id) continue;
    if (!sameStep(old, step)) steps[i] = step;
    return;
  }
  steps.push(step);
}
