import type { Session } from '@livestatus/contract';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { sampleAnchor } from '../samples/builders.ts';
import { answerSession, approvalSession, guessSession } from '../samples/index.ts';
import { StatusBox } from '../status-box/status-box.tsx';
import { render } from '../testing/render.tsx';

const show = (session: Session, onCopyCommand?: (command: string) => Promise<void>) =>
  render(<StatusBox session={session} anchor={sampleAnchor()} onCopyCommand={onCopyCommand} />);

it('where there are no buttons, what to type is shown, and copied on demand', async () => {
  const copy = vi.fn(() => Promise.resolve());
  show(approvalSession(), copy);
  expect(screen.getByText('/approve 7f3a allow-once')).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: 'Copy /approve 7f3a deny' }));
  expect(copy).toHaveBeenCalledExactlyOnceWith('/approve 7f3a deny');
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeDefined();
});

it('a browser that does not allow it is not a success', async () => {
  show(approvalSession(), () => Promise.reject(new Error('denied')));
  await userEvent.click(screen.getByRole('button', { name: 'Copy /approve 7f3a allow-once' }));
  expect(await screen.findByRole('button', { name: 'The browser did not allow it' })).toBeDefined();
});

it('without a clipboard it is only shown', () => {
  show(approvalSession());
  expect(screen.getByText('/approve 7f3a deny')).toBeDefined();
  expect(screen.queryByRole('button', { name: /^Copy/ })).toBeNull();
});

it('a question says where to answer it', () => {
  show(answerSession());
  expect(screen.getByText(/with your answer/)).toBeDefined();
});

it('a guess is said as a guess, and can be neither approved nor typed', () => {
  show(guessSession());
  expect(screen.getByText(/it may be waiting for an approval/)).toBeDefined();
  expect(screen.queryByText(/approve/)).toBeNull();
  expect(screen.getByRole('status').textContent).toBe('sol: Working');
});
