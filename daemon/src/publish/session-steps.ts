import { LIMITS, type Session, type Step } from '@livestatus/contract';
import type { Turn, TurnStep } from '../turns/turn.ts';
import type { LabelOverrides } from './labels.ts';
import type { PrivacyLevel } from './privacy.ts';
import { publishStep } from './steps.ts';
import { visibleSteps } from './visible-steps.ts';

const NO_LABELS: LabelOverrides = new Map();

/** The steps that are shown, and how many are not. */
export function publishSteps(
  turn: Turn,
  level: PrivacyLevel,
  labels: LabelOverrides = NO_LABELS,
): Pick<Session, 'steps' | 'steps_dropped'> {
  const closing = noReplyStep(turn);
  const total = turn.stepsForgotten + turn.steps.length + closing.length;
  if (level === 'minimal') return { steps: [], steps_dropped: total };
  const shown = visibleSteps(turn.steps, LIMITS.stepsPerSession - closing.length);
  const asked = askedStep(turn);
  const known = remembered(labels)[level];
  const ids = new Set(shown.map((step) => step.id));
  const steps = shown.map((step) => {
    // Asking for an approval is a state of the turn, not of the step, so it is not remembered.
    const isWanted = step.id === asked;
    const published = isWanted
      ? publishStep(step, { level, isWanted, overrides: labels })
      : recall(known, step, () => publishStep(step, { level, isWanted, overrides: labels }));
    return withKnownParent(published, ids);
  });
  return { steps: [...steps, ...closing], steps_dropped: total - steps.length - closing.length };
}

/** The step that waits for somebody's approval. */
function askedStep({ phase }: Turn): string | undefined {
  return phase.status === 'active' && phase.waiting?.for === 'approval' ? phase.waiting.stepId : undefined;
}

/** A box that stands already, of a run that turned out to need no answer (T7). */
function noReplyStep({ phase }: Turn): Step[] {
  if (phase.status === 'active' || phase.noReply !== true) return [];
  const at = phase.endedMs;
  return [{ id: 'no-reply', kind: 'notice', label: 'No reply needed', status: 'done', started_ms: at, ended_ms: at }];
}

/** The contract wants every parent in the list; one that the turn itself has forgotten is not. */
function withKnownParent(step: Step, ids: ReadonlySet<string>): Step {
  if (step.parent_id === undefined || ids.has(step.parent_id)) return step;
  const { parent_id: _, ...root } = step;
  return root;
}

type Known = WeakMap<TurnStep, Step>;

/** Published steps by level, for each set of labels. A step never changes, so neither does its published form. */
const memory = new WeakMap<LabelOverrides, Readonly<Record<Exclude<PrivacyLevel, 'minimal'>, Known>>>();

function remembered(labels: LabelOverrides): Readonly<Record<Exclude<PrivacyLevel, 'minimal'>, Known>> {
  let known = memory.get(labels);
  if (known === undefined) {
    known = { full: new WeakMap(), summary: new WeakMap() };
    memory.set(labels, known);
  }
  return known;
}

function recall(known: Known, step: TurnStep, make: () => Step): Step {
  let published = known.get(step);
  if (published === undefined) {
    published = make();
    known.set(step, published);
  }
  return published;
}
