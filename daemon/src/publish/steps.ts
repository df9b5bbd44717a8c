import { LIMITS, type Step } from '@livestatus/contract';
import type { AgentStep, TextStep, ToolStep, TurnStep } from '../turns/turn.ts';
import { toolError } from './error-text.ts';
import { hasRun, type LabelOverrides, type Tense, toolLabel, toolSummary } from './labels.ts';
import { noticeText } from './notices.ts';
import type { PrivacyLevel } from './privacy.ts';
import { cut, firstLine, oneLine, plainText } from './text.ts';
import { TextPool } from './text-pool.ts';

/** How one step is shown. */
export interface StepView {
  readonly level: Exclude<PrivacyLevel, 'minimal'>;
  /** A person is asked whether this call may run. */
  readonly isWanted: boolean;
  readonly overrides: LabelOverrides;
}

/** Agents do the same things again and again, and each step keeps its label for as long as its turn lasts. */
const LABELS = new TextPool(4_096);

type Words = Pick<Step, 'label'> & { readonly name?: string; readonly detail?: string | undefined };

/** The published step. */
export function publishStep(step: TurnStep, view: StepView): Step {
  const { label, name, detail } = wordsOf(step, view);
  const isOpen = step.status === 'running' || step.status === 'background';
  return {
    id: step.id,
    ...(step.parentId !== undefined && { parent_id: step.parentId }),
    kind: step.kind,
    ...(name !== undefined && name !== '' && { name }),
    label: LABELS.shared(label),
    ...(view.level === 'full' && detail !== undefined && detail !== '' && { detail }),
    status: step.status,
    started_ms: step.startedMs,
    ...(!isOpen && step.endedMs !== undefined && { ended_ms: step.endedMs }),
  };
}

function wordsOf(step: TurnStep, view: StepView): Words {
  switch (step.kind) {
    case 'tool':
      return toolWords(step, view);
    case 'agent':
      return agentWords(step, view);
    case 'text':
      return textWords(step, view);
    case 'thinking':
      return { label: step.status === 'running' ? 'Thinking' : 'Thought' };
    case 'notice':
      return noticeText(step, view.level);
    default:
      return step satisfies never;
  }
}

function toolWords(step: ToolStep, { level, isWanted, overrides }: StepView): Words {
  const tense = tenseOf(step, isWanted);
  const name = cut(oneLine(step.name), LIMITS.stepNameMaxCodePoints);
  if (level === 'summary') return { name, label: toolSummary(step.name, tense, hasRun(step), overrides) };
  const failed = tense === 'failed' || tense === 'blocked';
  return {
    name,
    label: toolLabel(step, tense, overrides),
    detail: failed ? toolError(step.error, step.exitCode, tense === 'blocked') : undefined,
  };
}

/** How OpenClaw's tools say that somebody stopped them ("Aborted", "Command aborted by signal SIGTERM"). */
const ABORTED = /^\W{0,4}(?:(?:command|request|operation|run|tool call) (?:was )?)?aborted\b/i;

function tenseOf(step: ToolStep, isWanted: boolean): Tense {
  if (step.blocked === true && step.status !== 'running') return 'blocked';
  if (step.status === 'error') return ABORTED.test(step.error ?? '') ? 'cancelled' : 'failed';
  return step.status === 'running' && isWanted ? 'wanted' : step.status;
}

const SUB_AGENT = 'sub-agent';

/** A sub-agent is called as its parent called it; at `summary` that is an argument like any other. */
function agentWords(step: AgentStep, { level }: StepView): Words {
  const name = level === 'full' ? oneLine(step.name).replaceAll('`', "'") : '';
  if (name === '') return { name: SUB_AGENT, label: 'Sub-agent' };
  const detail = step.status === 'error' ? toolError(step.error, undefined, false) : firstLine(step.task ?? '');
  return {
    name: cut(name, LIMITS.stepNameMaxCodePoints),
    label: cut(name, LIMITS.labelMaxCodePoints),
    detail: detail === undefined ? undefined : cut(detail, MAX_TASK),
  };
}

const MAX_TASK = 300;

/** The assistant's own words: one line, and all of them in the detail if that line is not all. */
function textWords(step: TextStep, { level }: StepView): Words {
  if (level === 'summary') return { label: 'Wrote a note' };
  const line = oneLine(step.text).replaceAll('`', "'");
  const label = cut(line, LIMITS.labelMaxCodePoints);
  if (label === '') return { label: 'Wrote a note' };
  return { label, detail: label === line ? undefined : cut(plainText(step.text), LIMITS.detailMaxCodePoints) };
}
