import type { TurnStep } from '../turns/turn.ts';

/**
 * The steps to publish, in order of insertion, at most `max`: what runs now, then the latest. A parent stays as long as a
 * child of it is shown, for which an older step has to go.
 */
export function visibleSteps(steps: readonly TurnStep[], max: number): readonly TurnStep[] {
  if (steps.length <= max) return steps;
  const latest = steps.length - max;
  if (isSimple(steps, latest)) return steps.slice(latest);
  const byId = new Map(steps.map((step) => [step.id, step]));
  const kept = new Set<TurnStep>();
  const latestFirst = steps.toReversed();
  for (const step of [...latestFirst.filter(isRunning), ...latestFirst]) {
    if (kept.size >= max) break;
    const needed = withParents(step, byId, kept);
    if (kept.size + needed.length <= max) for (const one of needed) kept.add(one);
  }
  return steps.filter((step) => kept.has(step));
}

/** Nearly always: whatever runs is among the latest, and none of those has a parent. */
function isSimple(steps: readonly TurnStep[], latest: number): boolean {
  return steps.every((step, at) => (at < latest ? !isRunning(step) : step.parentId === undefined));
}

function isRunning(step: TurnStep): boolean {
  return step.status === 'running';
}

/** The step and those of its ancestors that are not kept yet. A loop of parents, which no runtime makes, ends it. */
function withParents(step: TurnStep, byId: ReadonlyMap<string, TurnStep>, kept: ReadonlySet<TurnStep>): TurnStep[] {
  const needed = new Set<TurnStep>();
  let next: TurnStep | undefined = step;
  while (next !== undefined && !kept.has(next) && !needed.has(next)) {
    needed.add(next);
    next = next.parentId === undefined ? undefined : byId.get(next.parentId);
  }
  return [...needed];
}
