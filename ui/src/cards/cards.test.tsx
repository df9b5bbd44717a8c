import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { doneSession, failedSession, sampleAnchor, unobservedSession, workingSession } from '../samples/index.ts';
import { render } from '../testing/render.tsx';
import { RecentRow } from './recent-row.tsx';
import { SessionCard } from './session-card.tsx';

it('a card says who works, on what, where and for how long, and opens the turn', async () => {
  const onOpen = vi.fn();
  const session = workingSession();
  render(<SessionCard session={session} anchor={sampleAnchor()} place="town-square" onOpen={onOpen} />);
  const card = screen.getByRole('button');
  expect(card.textContent).toBe('solWorking0:42Running npm test -- --watch=falsetown-square12 tools · 23.4k tokens');
  await userEvent.click(card);
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(session);
});

it('a card of a turn that nobody sees keeps the time at which it was last seen', () => {
  render(<SessionCard session={unobservedSession()} anchor={sampleAnchor()} place="" onOpen={() => undefined} />);
  expect(screen.getByText('2:10')).toBeDefined();
});

it('a recent turn is one line: how it went in words, who, what, how long, when', () => {
  render(
    <div>
      <RecentRow session={doneSession()} anchor={sampleAnchor()} onOpen={() => undefined} />
      <RecentRow session={failedSession()} anchor={sampleAnchor()} place="Direct message" onOpen={() => undefined} />
    </div>,
  );
  expect(screen.getAllByRole('button').map((row) => row.textContent)).toEqual([
    'DonesolFix the login redirect48 s5 min. ago',
    'Failedops-botDeploy to stagingDirect message19 s12 min. ago',
  ]);
});

it('a recent turn without a title is named by how it went', () => {
  const { title: _, ...untitled } = doneSession();
  render(<RecentRow session={untitled} anchor={sampleAnchor()} onOpen={() => undefined} />);
  expect(screen.getByRole('button').textContent).toContain('solDone48 s');
});
