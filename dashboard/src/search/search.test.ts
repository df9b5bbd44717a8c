import { approvalSession, doneSession, failedSession, workingSession } from '@livestatus/ui/samples';
import { describe, expect, it } from 'vitest';
import { agentsOf, EVERYTHING, matches, type Query } from './search.ts';

const all = [workingSession(), approvalSession(), doneSession(), failedSession()];
const found = (query: Partial<Query>): string[] =>
  all.filter((session) => matches(session, { ...EVERYTHING, ...query })).map(({ id }) => id);

describe('a search', () => {
  it.each([
    ['', ['working', 'approval', 'done', 'failed']],
    ['OPS', ['approval', 'failed']],
    ['login', ['working', 'done']],
    ['login tests', ['working']],
    ['npm run lint', ['working']],
    ['overloaded', ['failed']],
    ['chreleases8', ['approval', 'failed']],
    ['  ', ['working', 'approval', 'done', 'failed']],
    ['nobody wrote this', []],
  ])('for "%s" finds %j', (text, ids) => expect(found({ text })).toEqual(ids));

  it('by state and by agent leaves the others out', () => {
    expect(found({ status: 'active' })).toEqual(['working', 'approval']);
    expect(found({ status: 'error', agent: 'ops' })).toEqual(['failed']);
    expect(found({ status: 'done', agent: 'ops' })).toEqual([]);
  });

  it('offers every agent once, by name', () => {
    expect(agentsOf(all)).toEqual([
      { id: 'ops', name: 'ops-bot' },
      { id: 'main', name: 'sol' },
    ]);
  });
});
