import type { Session } from '@livestatus/contract';
import { waitsForPerson } from '../actions/intent.ts';
import { severityOf } from '../session/describe.ts';
import { buildStepTree, type StepNode } from '../session/step-tree.ts';

/** Tabs, worst first (a person is waited for, failed, waiting, working), then oldest first: what needs a person is in front. */
export function orderTabs(sessions: readonly Session[]): Session[] {
  return [...sessions].sort(
    (a, b) => severityOf(b) - severityOf(a) || a.started_ms - b.started_ms || (a.id < b.id ? -1 : 1),
  );
}

const MAX_LINES = 5;

/** The last lines of the turn itself; what sub-agents do stays behind their one line. */
export function lastLines(session: Session): StepNode[] {
  return buildStepTree(session.steps)
    .slice(-MAX_LINES)
    .map(({ step }) => ({ step, children: [] }));
}

/** What a widget of several says in a word: how many wait for a person, else how many work. */
export function countOf(sessions: readonly Session[]): { readonly waiting: number; readonly active: number } {
  return {
    waiting: sessions.filter(waitsForPerson).length,
    active: sessions.filter(({ status }) => status === 'active').length,
  };
}
