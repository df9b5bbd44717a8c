import { act, fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it } from 'vitest';
import { sampleAnchor, sampleStep, waitingForAgentsSession } from '../samples/index.ts';
import { render } from '../testing/render.tsx';
import { isAtEnd } from './follow-end.ts';
import { lineForKey } from './move-focus.ts';
import { StepLog } from './step-log.tsx';

const steps = (count: number) =>
  Array.from({ length: count }, (_, index) => sampleStep({ id: `s${index}`, label: `Step ${index}`, ago: 5, took: 1 }));

const log = (count: number, follow = true) => (
  <StepLog steps={steps(count)} stepsDropped={0} anchor={sampleAnchor()} follow={follow} height="capped" />
);

/** jsdom has no layout: a log of 300 px with lines of 24. */
function layOut(element: HTMLElement): void {
  Object.defineProperty(element, 'clientHeight', { value: 300 });
  Object.defineProperty(element, 'scrollHeight', { get: () => element.querySelectorAll('li').length * 24 });
}

describe('the end of a log', () => {
  it.each([
    [{ scrollTop: 700, clientHeight: 300, scrollHeight: 1000 }, true],
    [{ scrollTop: 680, clientHeight: 300, scrollHeight: 1000 }, true],
    [{ scrollTop: 640, clientHeight: 300, scrollHeight: 1000 }, false],
    [{ scrollTop: 0, clientHeight: 300, scrollHeight: 200 }, true],
  ])('%j is at it: %s', (place, expected) => expect(isAtEnd(place)).toBe(expected));

  it('is followed as lines come', () => {
    const { rerender } = render(log(20));
    const scroll = screen.getByRole('group', { name: 'Steps' });
    layOut(scroll);
    rerender(log(30));
    expect(scroll.scrollTop).toBe(30 * 24);
    expect(screen.queryByRole('button', { name: 'Jump to latest' })).toBeNull();
  });

  it('is left alone once the reader scrolls up, until the jump', async () => {
    const { rerender } = render(log(30));
    const scroll = screen.getByRole('group', { name: 'Steps' });
    layOut(scroll);
    scroll.scrollTop = 100;
    fireEvent.scroll(scroll);
    rerender(log(31));
    expect(scroll.scrollTop).toBe(100);
    await userEvent.click(screen.getByRole('button', { name: 'Jump to latest' }));
    expect(scroll.scrollTop).toBe(31 * 24);
    rerender(log(32));
    expect(scroll.scrollTop).toBe(32 * 24);
  });

  it('is not run after when the turn has ended: the reader begins at the top', () => {
    const { rerender } = render(log(30, false));
    const scroll = screen.getByRole('group', { name: 'Steps' });
    layOut(scroll);
    rerender(log(31, false));
    expect(scroll.scrollTop).toBe(0);
  });

  it('lets only new lines slide in, and only while it is followed', () => {
    const { rerender, container } = render(log(3));
    const entering = () => container.getElementsByClassName('LiveStatusStep--entering').length;
    expect(entering()).toBe(0);
    rerender(log(4));
    expect(entering()).toBe(1);
    const scroll = screen.getByRole('group', { name: 'Steps' });
    Object.defineProperty(scroll, 'scrollHeight', { value: 1000 });
    Object.defineProperty(scroll, 'clientHeight', { value: 300 });
    scroll.scrollTop = 10;
    fireEvent.scroll(scroll);
    rerender(log(5));
    expect(entering()).toBe(1);
  });
});

describe('keys in a log', () => {
  it.each([
    ['ArrowDown', -1, 5, 4],
    ['ArrowUp', -1, 5, 4],
    ['ArrowDown', 1, 5, 2],
    ['ArrowDown', 4, 5, 4],
    ['ArrowUp', 0, 5, 0],
    ['Home', 3, 5, 0],
    ['End', 0, 5, 4],
    ['Enter', 0, 5, undefined],
    ['Home', -1, 0, undefined],
  ])('%s on line %d of %d goes to %s', (key, current, count, target) =>
    expect(lineForKey(key, current, count)).toBe(target),
  );

  it('walk from line to line behind one Tab stop', async () => {
    render(log(3));
    await userEvent.tab();
    expect(document.activeElement).toBe(screen.getByRole('group', { name: 'Steps' }));
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    expect(document.activeElement?.textContent).toContain('Step 1');
    await userEvent.keyboard('{Home}');
    expect(document.activeElement?.textContent).toContain('Step 0');
  });
});

describe('sub-agents in a log', () => {
  const agents = () => {
    const session = waitingForAgentsSession();
    render(<StepLog steps={session.steps} stepsDropped={0} anchor={sampleAnchor()} follow height="capped" />);
  };
  const fold = (name: RegExp): HTMLElement => screen.getByRole('button', { name });

  it('are one line with their number of tools when they have many lines or are done', () => {
    agents();
    expect(fold(/reviewer sub-agent · 11 tools/).getAttribute('aria-expanded')).toBe('false');
    expect(fold(/translator sub-agent · 1 tool/).getAttribute('aria-expanded')).toBe('false');
    expect(screen.queryByText('de.json')).toBeNull();
  });

  it('open and close as the reader likes', async () => {
    agents();
    await userEvent.click(fold(/translator/));
    expect(screen.getByText('de.json')).toBeDefined();
    await userEvent.click(fold(/translator/));
    expect(screen.queryByText('de.json')).toBeNull();
  });

  it('stay as the reader chose when more lines come', async () => {
    const parent = sampleStep({ id: 'agent', kind: 'agent', label: 'helper', ago: 9 });
    const child = (index: number) => sampleStep({ parent_id: 'agent', label: `Line ${index}`, ago: 5, took: 1 });
    const few = [parent, ...Array.from({ length: 8 }, (_, index) => child(index))];
    const show = (list: typeof few) => (
      <StepLog steps={list} stepsDropped={0} anchor={sampleAnchor()} follow height="capped" />
    );
    const { rerender } = render(show(few));
    expect(screen.getByText('Line 7')).toBeDefined();
    await userEvent.click(fold(/helper/));
    await userEvent.click(fold(/helper/));
    act(() => rerender(show([...few, child(8), child(9)])));
    expect(screen.getByText('Line 9')).toBeDefined();
  });
});
