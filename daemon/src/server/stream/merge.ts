import type { Delta, Step } from '@livestatus/contract';

/**
 * One delta that does what `first` and then `second` do: `apply(apply(s, first), second) = apply(s, merge(first, second))`.
 * Undefined when `second` does not continue `first`.
 *
 * A step that `second` removes is taken out of what `first` adds before the rest is merged; so one that is removed and added
 * again moves to the end, as it does step by step. Removing what the base has not is nothing.
 */
export function merge(first: Delta, second: Delta): Delta | undefined {
  if (first.id !== second.id || second.base_seq !== first.seq) return undefined;
  const steps = new Map<string, Step>(first.steps.map((step) => [step.id, step]));
  for (const id of second.removed_steps) steps.delete(id);
  for (const step of second.steps) steps.set(step.id, step);
  return {
    id: first.id,
    base_seq: first.base_seq,
    seq: second.seq,
    as_of_ms: second.as_of_ms,
    set: { ...first.set, ...second.set },
    steps: [...steps.values()],
    removed_steps: [...new Set([...first.removed_steps, ...second.removed_steps])],
    steps_dropped: second.steps_dropped,
  };
}
