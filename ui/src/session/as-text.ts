import type { Session, Step } from '@livestatus/contract';
import { defineMessages, type IntlShape } from 'react-intl';
import { formatDuration } from '../format/format.ts';
import { describeState, stateWord } from './describe.ts';
import { shortReason } from './detail.ts';
import { droppedText, figuresOf } from './figures.ts';
import { labelText } from './label.ts';
import { buildStepTree, type StepNode } from './step-tree.ts';

/** Plain text of a turn for copying: a heading, then one step a line, sub-agents indented. */

const messages = defineMessages({
  heading: { id: 'livestatus.text.heading', defaultMessage: '{agent}: {state}' },
});

const MARKS: Readonly<Record<Step['status'], string>> = {
  running: '◦',
  background: '◦',
  done: '✓',
  error: '✕',
  cancelled: '–',
};

export function sessionAsText(intl: IntlShape, session: Session): string {
  const lines = [headingLine(intl, session)];
  if (session.title !== undefined) lines.push(session.title);
  if (session.error !== undefined) lines.push(session.error.message);
  if (session.steps_dropped > 0) lines.push(droppedText(intl, session.steps_dropped));
  for (const node of buildStepTree(session.steps)) appendNode(intl, lines, node, 0);
  return lines.join('\n');
}

/** One step as a line: mark, label, duration once it is over. Labels are one line by contract; newlines are not trusted. */
export function stepAsText(intl: IntlShape, step: Step): string {
  const label = labelText(step.label).replace(/\s*\n\s*/g, ' ');
  const reason = shortReason(step);
  const mark = step.kind === 'text' ? '“' : MARKS[step.status];
  const line = `${mark} ${label}${reason === undefined ? '' : ` · ${reason}`}`;
  if (step.ended_ms === undefined || step.kind === 'text') return line;
  return `${line} (${formatDuration(intl, step.ended_ms - step.started_ms)})`;
}

function headingLine(intl: IntlShape, session: Session): string {
  const state = stateWord(intl, describeState(session));
  const figures = [intl.formatMessage(messages.heading, { agent: session.agent.name, state })];
  if (session.ended_ms !== undefined) figures.push(formatDuration(intl, session.ended_ms - session.started_ms));
  for (const figure of figuresOf(intl, session)) figures.push(figure.text);
  return figures.join(' · ');
}

function appendNode(intl: IntlShape, lines: string[], node: StepNode, depth: number): void {
  lines.push('  '.repeat(depth) + stepAsText(intl, node.step));
  for (const child of node.children) appendNode(intl, lines, child, depth + 1);
}
