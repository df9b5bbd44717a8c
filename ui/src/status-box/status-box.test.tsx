import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { sampleAnchor } from '../samples/builders.ts';
import * as samples from '../samples/index.ts';
import { createFakeTime, render } from '../testing/render.tsx';
import { RoutingRow } from './routing-row.tsx';
import { StatusBox, type StatusBoxProps } from './status-box.tsx';

function renderBox(props: Partial<StatusBoxProps> & Pick<StatusBoxProps, 'session'>) {
  const fake = createFakeTime();
  const box = (more: Partial<StatusBoxProps> = {}) => <StatusBox anchor={sampleAnchor()} {...props} {...more} />;
  const { rerender } = render(box(), fake.time);
  return { fake, update: (more: Partial<StatusBoxProps>) => rerender(box(more)) };
}

const lines = (): string[] => screen.getAllByRole('listitem').map((item) => item.textContent ?? '');
const toggle = (name: string): HTMLElement => screen.getByRole('button', { name });

describe('a working box', () => {
  it('says in one glance that it works, on what, and for how long', () => {
    renderBox({ session: samples.workingSession() });
    expect(screen.getByRole('status').textContent).toBe('sol: Working');
    expect(screen.getByText('0:42')).toBeDefined();
    expect(screen.getByText('npm test -- --watch=false')).toBeDefined();
    expect(screen.getByText('0:18')).toBeDefined();
    expect(screen.getByText('12 tools')).toBeDefined();
    expect(screen.getByText('23.4k tokens')).toBeDefined();
    expect(screen.getByText('$0.08')).toBeDefined();
    expect(screen.getByText('18% context')).toBeDefined();
  });

  it('does not repeat the running step in the log', () => {
    renderBox({ session: samples.workingSession() });
    expect(screen.getAllByText('npm test -- --watch=false')).toHaveLength(1);
    expect(lines().some((line) => line.includes('npm test'))).toBe(false);
  });

  it('ticks, and announces nothing while only the time moves', () => {
    const { fake } = renderBox({ session: samples.workingSession() });
    const status = screen.getByRole('status').textContent;
    act(() => fake.advance(3000));
    expect(screen.getByText('0:45')).toBeDefined();
    expect(screen.getByText('0:21')).toBeDefined();
    expect(screen.getByRole('status').textContent).toBe(status);
  });

  it('says in words how each step went', () => {
    renderBox({ session: samples.workingSession() });
    expect(lines()).toContainEqual(expect.stringMatching(/^Done:Read src\/app\.ts/));
    expect(lines()).toContainEqual(expect.stringMatching(/^Failed:Ran npm run lint · exit code 2/));
    expect(lines()).toContainEqual(expect.stringMatching(/^Said:I will look at the failing test first/));
  });

  it('folds its log away and shows it again', async () => {
    renderBox({ session: samples.workingSession() });
    await userEvent.click(toggle('Hide steps'));
    expect(screen.queryAllByRole('listitem')).toHaveLength(0);
    expect(screen.getByText('npm test -- --watch=false')).toBeDefined();
    await userEvent.click(toggle('Show steps'));
    expect(lines().length).toBeGreaterThan(5);
  });

  it('shows what a failed step said when asked', async () => {
    const detail = 'src/app.ts:14:7 error "redirect" is never used\n\n1 problem';
    const steps = [samples.sampleStep({ label: 'Ran lint', status: 'error', detail, ago: 5, took: 1 })];
    renderBox({ session: samples.sampleSession({ age: 9, steps }) });
    expect(screen.queryByText(/1 problem/)).toBeNull();
    await userEvent.click(toggle('Details'));
    expect(screen.getByText(/1 problem/)).toBeDefined();
  });

  it('folds to one line when the turn ends, unless the reader had chosen otherwise', async () => {
    const { update } = renderBox({ session: samples.workingSession() });
    update({ session: samples.doneSession() });
    expect(screen.queryAllByRole('listitem')).toHaveLength(0);
    await userEvent.click(toggle('Show details'));
    update({ session: { ...samples.doneSession(), seq: 2 } });
    expect(lines()).toHaveLength(3);
  });

  it('does as its host says when the host says something', async () => {
    const onExpandedChange = vi.fn();
    renderBox({ session: samples.workingSession(), expanded: false, onExpandedChange });
    await userEvent.click(toggle('Show steps'));
    expect(onExpandedChange).toHaveBeenCalledExactlyOnceWith(true);
    expect(screen.queryAllByRole('listitem')).toHaveLength(0);
  });

  it('names the agent and what was asked where no author line does', () => {
    renderBox({ session: samples.workingSession(), heading: 'agent' });
    expect(screen.getByText('sol')).toBeDefined();
    expect(screen.getByText('Fix the login redirect and run the tests')).toBeDefined();
  });
});

describe('the state of a box', () => {
  it.each([
    ['planned', samples.plannedSession(), 'Working', 'Writing the answer'],
    ['approval', samples.approvalSession(), 'Waiting for approval', /Wants to run rm -rf build/],
    ['answer', samples.answerSession(), 'Waiting for an answer', /Asking: Which of the two branches/],
    ['agents', samples.waitingForAgentsSession(), 'Waiting for sub-agents', 'Its sub-agents are still working'],
    ['retrying', samples.retryingSession(), 'Waiting to retry', /the agent will try again/],
    ['compacting', samples.compactingSession(), 'Tidying its memory', /Shortening its memory/],
    ['stalled', samples.stalledSession(), 'Quiet', /Last: Read src\/index\.ts/],
    ['unobserved', samples.unobservedSession(), 'Not observed', /cannot see this agent/],
    ['offline', samples.offlineSession(), 'Host offline', /lost the connection to this agent’s host/],
    ['failed', samples.failedSession(), 'Failed', 'The model provider answered 500 four times (overloaded).'],
    ['interrupted', samples.interruptedSession(), 'Interrupted', /its end was not seen/],
  ])('%s is said in words', (_, session, word, text) => {
    renderBox({ session, expanded: false });
    expect(screen.getByRole('status').textContent).toBe(`${session.agent.name}: ${word}`);
    const box = screen.getByRole('article', { name: session.agent.name });
    expect(box.textContent).toMatch(text);
  });

  it('waiting for approval tells how to answer', () => {
    renderBox({ session: samples.approvalSession() });
    expect(screen.getByText('/approve 7f3a allow-once')).toBeDefined();
    expect(screen.getByText('/approve 7f3a deny')).toBeDefined();
  });

  it('quiet for 1:20 goes on counting the silence', () => {
    const { fake } = renderBox({ session: samples.stalledSession() });
    act(() => fake.advance(5000));
    expect(screen.getByText('for', { exact: false }).textContent).toBe('for 1:25');
  });

  it('not observed stops the turn’s clock and says when the last news came', () => {
    const { fake } = renderBox({ session: samples.unobservedSession() });
    act(() => fake.advance(5000));
    expect(screen.getByText('2:10')).toBeDefined();
    expect(screen.getByText(/last news/).textContent).toBe('last news 1:25 ago');
  });

  it('a step that was running when the news stopped shows no running time', () => {
    renderBox({ session: samples.unobservedSession(), expanded: false });
    expect(screen.queryByText('1:40')).toBeNull();
  });

  it('done is one line: duration, steps, figures', () => {
    renderBox({ session: samples.doneSession() });
    const box = screen.getByRole('article', { name: 'sol' });
    expect(box.textContent).toBe('sol: Done48 s12 steps10 tools23.4k tokens$0.08Show details');
  });

  it('a stop that somebody asked for needs no reason', () => {
    renderBox({ session: samples.stoppedSession() });
    expect(screen.queryByText('Stopped on request.')).toBeNull();
  });
});

describe('the plan', () => {
  it('is a checklist that says how far it is', () => {
    renderBox({ session: samples.plannedSession() });
    expect(screen.getByRole('button', { name: /Plan.*2 of 4/ })).toBeDefined();
    expect(lines().slice(0, 4)).toEqual([
      'Done:Read the transcript',
      'Done:Collect decisions and open questions',
      'Now:Write the summary',
      'To do:Send it to the team',
    ]);
  });

  it('folds to its heading', async () => {
    renderBox({ session: samples.plannedSession() });
    await userEvent.click(screen.getByRole('button', { name: /Plan/ }));
    expect(screen.queryByText('Read the transcript')).toBeNull();
  });
});

describe('earlier steps and copying', () => {
  it('says how many earlier steps are not listed', () => {
    renderBox({ session: samples.plannedSession() });
    expect(screen.getByText('+ 37 earlier steps')).toBeDefined();
  });

  it('offers the text to the host and says whether it was copied', async () => {
    const onCopy = vi.fn(() => Promise.resolve());
    const session = samples.workingSession();
    renderBox({ session, onCopy });
    await userEvent.click(toggle('Copy as text'));
    expect(onCopy).toHaveBeenCalledExactlyOnceWith(session);
    expect(toggle('Copied')).toBeDefined();
  });

  it('says so when the browser refused', async () => {
    renderBox({ session: samples.workingSession(), onCopy: () => Promise.reject(new Error('denied')) });
    await userEvent.click(toggle('Copy as text'));
    expect(toggle('The browser did not allow it')).toBeDefined();
  });

  it('copies a selection over several lines as plain text, one step a line', () => {
    renderBox({ session: samples.doneSession(), expanded: true });
    const log = screen.getByRole('group', { name: 'Steps' });
    window.getSelection()?.selectAllChildren(within(log).getByRole('list'));
    const setData = vi.fn();
    fireEvent.copy(log, { clipboardData: { setData } });
    expect(setData).toHaveBeenCalledExactlyOnceWith(
      'text/plain',
      '✓ Read src/login.ts (0.1 s)\n✓ Edited src/login.ts (0.2 s)\n✓ Ran npm test (31 s)',
    );
  });

  it('leaves a selection within one line to the browser', () => {
    renderBox({ session: samples.doneSession(), expanded: true });
    window.getSelection()?.selectAllChildren(screen.getByText('npm test'));
    const setData = vi.fn();
    fireEvent.copy(screen.getByRole('group', { name: 'Steps' }), { clipboardData: { setData } });
    expect(setData).not.toHaveBeenCalled();
  });
});

describe('a turn that is not shown in Mattermost as it should be', () => {
  it.each([
    { state: 'dashboard_only' as const, text: 'Only on this page. Set MM_BOT_TOKEN_WORK.' },
    { state: 'no_box' as const, text: 'No status box in Mattermost. Set MM_BOT_TOKEN_WORK.' },
  ])('says why where the host notes it: $state', ({ state, text }) => {
    const routing = { state, code: 'no_bot', reason: 'Set MM_BOT_TOKEN_WORK.' };
    const session = { ...samples.workingSession(), routing };
    renderBox({ session, note: <RoutingRow session={session} /> });
    expect(screen.getByText(text).title).toBe('no_bot');
  });
});
