import type { Step } from '@livestatus/contract';
import { defineMessages, type IntlShape, type MessageDescriptor } from 'react-intl';
import type { IconName } from '../icons/icon.tsx';

const words = defineMessages({
  running: { id: 'livestatus.step.running', defaultMessage: 'Running:' },
  background: { id: 'livestatus.step.background', defaultMessage: 'In the background:' },
  done: { id: 'livestatus.step.done', defaultMessage: 'Done:' },
  error: { id: 'livestatus.step.error', defaultMessage: 'Failed:' },
  cancelled: { id: 'livestatus.step.cancelled', defaultMessage: 'Cancelled:' },
  said: { id: 'livestatus.step.said', defaultMessage: 'Said:' },
  note: { id: 'livestatus.step.note', defaultMessage: 'Note:' },
});

const STATUS_ICONS: Readonly<Record<Step['status'], IconName>> = {
  running: 'ring',
  background: 'background',
  done: 'check',
  error: 'cross',
  cancelled: 'dash',
};

/** The sign in front of a line. How a step went matters most; what kind it is only where "done" would say nothing. */
export function stepIcon(step: Step): IconName {
  if (step.kind === 'text') return 'quote';
  if (step.status === 'done' && step.kind === 'thinking') return 'thought';
  if (step.status === 'done' && step.kind === 'notice') return 'note';
  return STATUS_ICONS[step.status];
}

/** What a screen reader says for that sign. */
export function stepWord(intl: IntlShape, step: Step): string {
  return intl.formatMessage(wordOf(step));
}

function wordOf(step: Step): MessageDescriptor {
  if (step.kind === 'text') return words.said;
  if (step.status === 'done' && step.kind === 'notice') return words.note;
  return words[step.status];
}
