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
  const asked = askedStep(turn);
  const known = remembered(labels)[level];
  // What an approval or the end adds is a state of the turn, not of its steps, so it is not remembered.
  const isPlain = closing.length === 0 && asked === undefined;
  const steps = (isPlain ? known.lists.get(turn.steps) : undefined) ?? [
    ...shownSteps(turn, LIMITS.stepsPerSession - closing.length, (step) => {
      const isWanted = step.id === asked;
      if (isWanted) return publishStep(step, { level, isWanted, overrides: labels });
      return recall(known.steps, step, () => publishStep(step, { level, isWanted, overrides: labels }));
    }),
    ...closing,
  ];
  if (isPlain) known.lists.set(turn.steps, steps);
  return { steps, steps_dropped: total - steps.length };
}

function shownSteps({ steps }: Turn, max: number, publish: (step: TurnStep) => Step): Step[] {
  const shown = visibleSteps(steps, max);
  if (shown.every((step) => step.parentId === undefined)) return shown.map(publish);
  const ids = new Set(shown.map((step) => step.id));
  return shown.map((step) => withKnownParent(publish(step), ids));
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

/** A step never changes, so neither does its published form; most events change none of a turn's steps. */
interface Known {
  readonly steps: WeakMap<TurnStep, Step>;
  readonly lists: WeakMap<readonly TurnStep[], Step[]>;
}

/** What was published, by level, for each set of labels. */
const memory = new WeakMap<LabelOverrides, Readonly<Record<Exclude<PrivacyLevel, 'minimal'>, Known>>>();

function remembered(labels: LabelOverrides): Readonly<Record<Exclude<PrivacyLevel, 'minimal'>, Known>> {
  let known = memory.get(labels);
  if (known === undefined) {
    known = { full: nothingKnown(), summary: nothingKnown() };
    memory.set(labels, known);
  }
  return known;
}

function nothingKnown(): Known {
  return { steps: new WeakMap(), lists: new WeakMap() };
}

function recall(known: Known['steps'], step: TurnStep, make: () => Step): Step {
  let published = known.get(step);
  if (published === undefined) {
    published = make();
    known.set(step, published);
  }
  return published;
}
