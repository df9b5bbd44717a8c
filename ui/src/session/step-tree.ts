import type { Step } from '@livestatus/contract';

/** A step with what its sub-agent did. Steps keep the identity they have in the session, so that rows can be memoised. */
export interface StepNode {
  readonly step: Step;
  readonly children: readonly StepNode[];
}

/**
 * The tree behind a flat list: order of insertion is kept, a step hangs below its parent. A parent that is missing or
 * stands later in the list (so cycles too) is no parent: the step is shown at the top level instead of being lost.
 */
export function buildStepTree(steps: readonly Step[]): StepNode[] {
  const roots: StepNode[] = [];
  const childrenOf = new Map<string, StepNode[]>();
  for (const step of steps) {
    const children: StepNode[] = [];
    const siblings = (step.parent_id === undefined ? undefined : childrenOf.get(step.parent_id)) ?? roots;
    siblings.push({ step, children });
    childrenOf.set(step.id, children);
  }
  return roots;
}

/** Same steps by identity in the same shape: nothing to draw again. */
export function isSameNode(a: StepNode, b: StepNode): boolean {
  if (a.step !== b.step || a.children.length !== b.children.length) return false;
  return a.children.every((child, index) => {
    const other = b.children[index];
    return other !== undefined && isSameNode(child, other);
  });
}

/** Lines that a sub-agent adds below its own. */
export function countLines(node: StepNode): number {
  return node.children.reduce((lines, child) => lines + 1 + countLines(child), 0);
}

/** Tool calls of a sub-agent and of its own sub-agents, as far as they are still listed. */
export function countTools(node: StepNode): number {
  return node.children.reduce((tools, child) => tools + (child.step.kind === 'tool' ? 1 : 0) + countTools(child), 0);
}

/** Whether something in it still runs, so that it shows a ticking time. */
export function hasRunning(node: StepNode): boolean {
  return node.step.status === 'running' || node.children.some(hasRunning);
}

/** More lines than this fold by themselves while the sub-agent works (ui README, "Anatomy of the box"). */
const MAX_LINES_WHILE_WORKING = 8;

/** Whether a sub-agent's lines are folded as long as the reader has not said otherwise. */
export function isFoldedByItself(node: StepNode): boolean {
  return node.step.status !== 'running' || countLines(node) > MAX_LINES_WHILE_WORKING;
}
