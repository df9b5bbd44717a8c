import type { Step } from '@livestatus/contract';

/**
 * The steps whose lines a selection touches, in the order of the log. A selection inside one line is none of our
 * business (undefined): the browser copies exactly what was marked.
 */
export function selectedSteps(log: Element, selection: Selection | null, steps: readonly Step[]): Step[] | undefined {
  if (selection === null || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  const touched = new Set<string>();
  for (const line of log.querySelectorAll<HTMLElement>('[data-step-id]')) {
    if (range.intersectsNode(line)) touched.add(line.dataset.stepId ?? '');
  }
  if (touched.size < 2) return undefined;
  return steps.filter((step) => touched.has(step.id));
}
