import type { Family, TurnState } from '../state.ts';

/** What must hold in every state, and between one state of a family and the next. Sentences about what does not. */
export function brokenInvariants(before: Family | undefined, after: Family): readonly string[] {
  return [...inState(after), ...(before === undefined ? [] : between(before, after))];
}

function inState(family: Family): readonly string[] {
  const broken: string[] = [];
  const names = family.turns.filter((state) => state.nameBy === undefined).map((state) => state.turn.name);
  if (new Set(names).size < names.length) broken.push(`two turns share a name: ${names.join(', ')}`);
  for (const state of family.turns) broken.push(...inTurn(state));
  for (const run of family.runs) {
    if (!family.turns.some((state) => state.uid === run.turn)) broken.push(`run ${run.runId} serves no turn`);
  }
  return broken;
}

function inTurn({ turn, nameBy, uid }: TurnState): readonly string[] {
  const broken: string[] = [];
  const ids = new Set(turn.steps.map((step) => step.id));
  if (ids.size < turn.steps.length) broken.push(`${uid}: two steps share an id`);
  if (turn.phase.status !== 'active' && turn.steps.some((step) => step.status === 'running')) {
    broken.push(`${uid}: ended with a running step`);
  }
  if (turn.steps.some((step) => step.id.length > 64)) broken.push(`${uid}: a step's id is too long`);
  for (const step of turn.steps) {
    if (step.parentId !== undefined && !ids.has(step.parentId)) broken.push(`${uid}: step ${step.id} has no parent`);
    if ((step.endedMs ?? step.startedMs) < step.startedMs) broken.push(`${uid}: step ${step.id} ends before it began`);
  }
  if (nameBy === undefined && (turn.name === '' || turn.id === '')) broken.push(`${uid}: shown without a name`);
  return broken;
}

function between(before: Family, after: Family): readonly string[] {
  return before.turns.flatMap((old) => {
    const now = after.turns.find((state) => state.uid === old.uid);
    return now === undefined ? [] : turnBetween(old, now);
  });
}

function turnBetween(old: TurnState, now: TurnState): readonly string[] {
  const broken: string[] = [];
  const isPublished = old.nameBy === undefined;
  if (isPublished && (now.turn.name !== old.turn.name || now.turn.id !== old.turn.id)) {
    broken.push(`${old.turn.name} changed its name to ${now.turn.name}`);
  }
  if (now.turn.toolCalls < old.turn.toolCalls) broken.push(`${old.uid}: fewer tool calls than before`);
  if (now.turn.stepsForgotten < old.turn.stepsForgotten) broken.push(`${old.uid}: fewer forgotten steps than before`);
  if (common(now, old).join() !== common(old, now).join()) broken.push(`${old.uid}: the order of the steps changed`);
  return broken;
}

/** Ids of the steps of one state that the other has too, in order. */
function common({ turn }: TurnState, other: TurnState): readonly string[] {
  if (turn.steps === other.turn.steps) return [];
  const ids = new Set(other.turn.steps.map((step) => step.id));
  return turn.steps.map((step) => step.id).filter((id) => ids.has(id));
}
