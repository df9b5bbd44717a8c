import { expect, it } from 'vitest';
import { doneSession, failedSession, hostileSession, workingSession } from '../samples/index.ts';
import { intl } from '../testing/render.tsx';
import { sessionAsText } from './as-text.ts';

it('an ended turn is its figures, its title and one step a line', () => {
  expect(sessionAsText(intl, doneSession())).toBe(
    [
      'sol: Done · 48 s · 10 tools · 23.4k tokens · $0.08',
      'Fix the login redirect',
      '+ 9 earlier steps',
      '✓ Read src/login.ts (0.1 s)',
      '✓ Edited src/login.ts (0.2 s)',
      '✓ Ran npm test (31 s)',
    ].join('\n'),
  );
});

it('a failed one says why', () => {
  expect(sessionAsText(intl, failedSession())).toContain('The model provider answered 500 four times (overloaded).');
});

it("a sub-agent's steps are indented, running ones have no duration, and what the agent says is quoted", () => {
  const lines = sessionAsText(intl, workingSession()).split('\n');
  expect(lines).toContain('◦ counter-helper');
  expect(lines).toContain('  ✓ Ran ls | wc -l (3.0 s)');
  expect(lines).toContain('  ◦ Reading README.md');
  expect(lines).toContain('“ I will look at the failing test first, then at the reducer.');
});

it('a label never takes more than its line', () => {
  const session = hostileSession();
  const heading = 2;
  expect(sessionAsText(intl, session).split('\n')).toHaveLength(heading + session.steps.length);
});
