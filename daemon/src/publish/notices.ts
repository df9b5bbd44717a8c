import { LIMITS } from '@livestatus/contract';
import type { NoticeStep } from '../turns/turn.ts';
import { providerError } from './error-text.ts';
import type { PrivacyLevel } from './privacy.ts';
import { cut, oneLine } from './text.ts';

export interface NoticeText {
  readonly label: string;
  readonly detail?: string;
}

/** What a notice says. Names, models and errors are told at `full` only. */
export function noticeText(step: NoticeStep, level: PrivacyLevel): NoticeText {
  const about = level === 'full' ? plain(step.text) : '';
  const isOver = step.status !== 'running';
  switch (step.code) {
    case 'missed-beginning':
      return { label: 'The beginning was not observed' };
    case 'steered':
      return { label: about === '' ? 'Steered by a message' : label(`Steered by ${person(about)}`) };
    case 'answered':
      return { label: about === '' ? 'The question was answered' : label(`Answered by ${person(about)}`) };
    case 'retrying':
      return withError(isOver ? 'Tried again' : 'Trying again', step, level);
    case 'fallback':
      return { label: about === '' ? 'Now using another model' : label(`Now using model ${about}`) };
    case 'compaction':
      return { label: isOver ? 'Tidied its memory' : 'Tidying its memory' };
    case 'approval-allowed':
      return { label: 'Approved' };
    case 'approval-denied':
      return { label: 'Denied' };
    case 'approval-expired':
      return { label: 'Nobody approved in time' };
    case 'approval-resolved':
      return { label: 'The approval was answered' };
    case 'resumed':
      return { label: 'Went on after a restart' };
    default:
      return step.code satisfies never;
  }
}

function withError(text: string, step: NoticeStep, level: PrivacyLevel): NoticeText {
  return level === 'full' && step.text !== undefined && step.text !== ''
    ? { label: text, detail: cut(providerError(step.text), LIMITS.detailMaxCodePoints) }
    : { label: text };
}

function plain(text: string | undefined): string {
  return text === undefined ? '' : oneLine(text).replaceAll('`', "'");
}

function label(text: string): string {
  return cut(text, LIMITS.labelMaxCodePoints);
}

/** A user name gets its @, a name with blanks is a display name. */
function person(name: string): string {
  return name.startsWith('@') || /\s/.test(name) ? name : `@${name}`;
}
