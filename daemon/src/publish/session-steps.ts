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
  // What the end adds is a state of the turn, not of its steps, so it is not remembered.
  const known = remembered(labels)[level];
  const before = known.get(turn.id);
  if (closing.length === 0 && asked === undefined && before?.all === turn.steps) {
    return { steps: before.steps, steps_dropped: total - before.steps.length };
  }
  const usable = before === undefined || asked === undefined ? before : without(before, asked);
  const latest = publishedSteps(turn, LIMITS.stepsPerSession - closing.length, usable, (step) =>
    publishStep(step, { level, isWanted: step.id === asked, overrides: labels }),
  );
  if (turn.phase.status === 'active') known.set(turn.id, asked === undefined ? latest : without(latest, asked));
  else known.delete(turn.id);
  const steps = closing.length === 0 ? latest.steps : [...latest.steps, ...closing];
  return { steps, steps_dropped: total - steps.length };
}

/** What was published of a turn last: a step never changes, so neither does its published form. */
interface Published {
  /** All steps of the turn, as it had them; absent: not every one of them may be taken as it is. */
  readonly all?: readonly TurnStep[];
  /** Those that were shown, beside what they became. */
  readonly shown: readonly (TurnStep | undefined)[];
  readonly forms: readonly Step[];
  /** The forms, without parents that nobody sees. */
  readonly steps: Step[];
}

function publishedSteps(
  { steps: all }: Turn,
  max: number,
  before: Published | undefined,
  publish: (step: TurnStep) => Step,
): Published {
  const shown = visibleSteps(all, max);
  let from = 0;
  const forms = shown.map((step) => {
    // Order never changes: the search goes on where the last one ended, and nearly always finds at once.
    const at = before?.shown.indexOf(step, from) ?? -1;
    if (at < 0) return publish(step);
    from = at + 1;
    return before?.forms[at] ?? publish(step);
  });
  if (shown.every((step) => step.parentId === undefined)) return { all, shown, forms, steps: forms };
  const ids = new Set(shown.map((step) => step.id));
  return { all, shown, forms, steps: forms.map((form) => withKnownParent(form, ids)) };
}

/** That a person is asked about a step is a state of the turn: the step is published anew when that is over. */
function without({ shown, forms, steps }: Published, asked: string): Published {
  return { shown: shown.map((step) => (step?.id === asked ? undefined : step)), forms, steps };
}

/** The step that waits for somebody's approval. */
function askedStep({ phase }: Turn): string | undefined {
  const waiting = phase.status === 'active' ? phase.waiting : undefined;
  return waiting?.for === 'approval' && waiting.guess !== true ? waiting.stepId : undefined;
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

/** More turns than this are never at work at once; of those that were left behind the oldest is forgotten. */
const MAX_TURNS = 5_000;

/** What was published last of the turns at work, by turn. Bounded. */
class LatestByTurn {
  readonly #published = new Map<string, Published>();

  get(turnId: string): Published | undefined {
    return this.#published.get(turnId);
  }

  set(turnId: string, published: Published): void {
    this.#published.set(turnId, published);
    if (this.#published.size <= MAX_TURNS) return;
    for (const oldest of this.#published.keys()) {
      this.#published.delete(oldest);
      return;
    }
  }

  delete(turnId: string): void {
    this.#published.delete(turnId);
  }
}

/** By level, for each set of labels. */
const memory = new WeakMap<LabelOverrides, Readonly<Record<Exclude<PrivacyLevel, 'minimal'>, LatestByTurn>>>();

function remembered(labels: LabelOverrides): Readonly<Record<Exclude<PrivacyLevel, 'minimal'>, LatestByTurn>> {
  let known = memory.get(labels);
  if (known === undefined) {
    known = { full: new LatestByTurn(), summary: new LatestByTurn() };
    memory.set(labels, known);
  }
  return known;
}
