import type { Step } from '@livestatus/contract';

/** Longer details are behind a button, so that they do not push the label out of its line. */
const SHORT_CHARS = 80;

/** Why a step failed, or what a notice is about, where that fits into its line: "exit code 2". */
export function shortReason(step: Step): string | undefined {
  const { detail } = step;
  const isExplained = step.status === 'error' || step.kind === 'notice';
  if (!isExplained || detail === undefined || detail === '') return undefined;
  return detail.length <= SHORT_CHARS && !detail.includes('\n') ? detail : undefined;
}

/** What is worth a button of its own: a detail that the line does not already show. */
export function longDetail(step: Step): string | undefined {
  return step.detail === '' || shortReason(step) !== undefined ? undefined : step.detail;
}
