import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import {
  approvalSession,
  doneSession,
  failedSession,
  longSession,
  plannedSession,
  sampleAnchor,
  workingSession,
} from '../samples/index.ts';
import { render } from '../testing/render.tsx';
import { lastLines, orderTabs } from './model.ts';
import { clampPosition, homePosition, moveByKey, type Point } from './position.ts';
import { useDrag } from './use-drag.ts';
import { HIDDEN, reduceVisibility, type Visibility, type VisibilityEvent } from './visibility.ts';
import { Widget, type WidgetProps } from './widget.tsx';
import { CollapsedWidget, DockedWidget } from './widget-small.tsx';

const widget = { width: 320, height: 200 };
const viewport = { width: 1280, height: 800 };

describe('where the widget stands', () => {
  it('its corner is right below', () => expect(homePosition(widget, viewport)).toEqual({ x: 944, y: 584 }));

  it.each([
    [
      { x: -10, y: -10 },
      { x: 0, y: 0 },
    ],
    [
      { x: 2000, y: 2000 },
      { x: 960, y: 600 },
    ],
    [
      { x: 5, y: 6 },
      { x: 5, y: 6 },
    ],
  ])('%j is kept in the window as %j', (point, kept) => expect(clampPosition(point, widget, viewport)).toEqual(kept));

  it('its header stays in a window smaller than itself', () =>
    expect(clampPosition({ x: 50, y: 50 }, widget, { width: 200, height: 100 })).toEqual({ x: 0, y: 0 }));

  it.each([
    ['ArrowLeft', false, { x: 84, y: 100 }],
    ['ArrowRight', true, { x: 164, y: 100 }],
    ['ArrowUp', true, { x: 100, y: 36 }],
    ['ArrowDown', false, { x: 100, y: 116 }],
    ['a', false, undefined],
  ])('%s with Shift %s moves it to %j', (key, isBig, moved) =>
    expect(moveByKey({ x: 100, y: 100 }, key, isBig)).toEqual(moved),
  );
});

describe('when the widget shows', () => {
  const play = (...events: VisibilityEvent[]): Visibility => events.reduce(reduceVisibility, HIDDEN);
  const active = (count: number, nowMs: number): VisibilityEvent => ({ type: 'active', count, nowMs });

  it('appears with the first active session', () => expect(play(active(1, 0)).phase).toBe('live'));
  it('stays away when none is', () => expect(play(active(0, 0))).toBe(HIDDEN));

  it('shows the result for 5 s, fades for 200 ms and is gone', () => {
    const lingering = play(active(1, 0), active(0, 1000));
    expect(lingering).toEqual({ phase: 'lingering', isHeld: false, deadlineMs: 6000 });
    expect(reduceVisibility(lingering, { type: 'deadline', nowMs: 5999 })).toBe(lingering);
    const fading = reduceVisibility(lingering, { type: 'deadline', nowMs: 6000 });
    expect(fading).toEqual({ phase: 'fading', isHeld: false, deadlineMs: 6200 });
    expect(reduceVisibility(fading, { type: 'deadline', nowMs: 6200 })).toBe(HIDDEN);
  });

  it('is held while somebody points at it, and gets its 5 s afterwards', () => {
    const held = play(active(1, 0), { type: 'held' }, active(0, 1000));
    expect(reduceVisibility(held, { type: 'deadline', nowMs: 60_000 })).toBe(held);
    expect(reduceVisibility(held, { type: 'released', nowMs: 60_000 })).toMatchObject({ deadlineMs: 65_000 });
  });

  it('comes back when it is pointed at while it fades', () => {
    const fading = play(active(1, 0), active(0, 0), { type: 'deadline', nowMs: 5000 });
    expect(reduceVisibility(fading, { type: 'held' })).toEqual({ phase: 'lingering', isHeld: true });
  });

  it('lives again when another session starts while it lingers', () =>
    expect(play(active(1, 0), active(0, 0), active(2, 3000)).phase).toBe('live'));
});

describe('what the widget shows', () => {
  const props = (more: Partial<WidgetProps> = {}): WidgetProps => ({
    sessions: [workingSession()],
    selectedId: undefined,
    anchorOf: () => sampleAnchor(),
    placeOf: () => 'town-square',
    handle: {
      onPointerDown: () => undefined,
      onPointerMove: () => undefined,
      onPointerUp: () => undefined,
      onPointerCancel: () => undefined,
      onClickCapture: () => undefined,
      onKeyDown: () => undefined,
    },
    onSelect: () => undefined,
    onCollapse: () => undefined,
    onOpenThread: () => undefined,
    ...more,
  });

  it('tabs are ordered: a person is waited for, then worst first', () => {
    const sessions = [doneSession(), workingSession(), approvalSession(), failedSession()];
    expect(orderTabs(sessions).map(({ id }) => id)).toEqual(['approval', 'failed', 'working', 'done']);
  });

  it('lines are the last five of the agent itself', () => {
    expect(lastLines(longSession(40)).map(({ step }) => step.label)).toHaveLength(5);
    expect(lastLines(workingSession()).map(({ step }) => step.label)).toContain('counter-helper');
    expect(lastLines(workingSession()).every(({ children }) => children.length === 0)).toBe(true);
  });

  it('one agent: its name, state and time; Escape collapses; the thread opens', async () => {
    const [onCollapse, onOpenThread] = [vi.fn(), vi.fn()];
    render(<Widget {...props({ onCollapse, onOpenThread })} />);
    expect(screen.getByRole('region', { name: 'Agent status' }).textContent).toContain('solWorking0:42');
    await userEvent.click(screen.getByRole('button', { name: 'Open thread' }));
    expect(onOpenThread).toHaveBeenCalledOnce();
    await userEvent.keyboard('{Escape}');
    expect(onCollapse).toHaveBeenCalledOnce();
  });

  it('several: a tab each, chosen by arrow keys', async () => {
    const onSelect = vi.fn();
    const sessions = [workingSession(), plannedSession(), approvalSession()];
    render(<Widget {...props({ sessions, onSelect })} />);
    expect(screen.getByText('1 agent waits for a person')).toBeDefined();
    expect(screen.getAllByRole('tab').map((tab) => tab.textContent)).toEqual([
      'ops-botWaiting for approval',
      'scribeWorking',
      'solWorking',
    ]);
    screen.getByRole('tab', { selected: true }).focus();
    await userEvent.keyboard('{ArrowLeft}');
    expect(onSelect).toHaveBeenCalledExactlyOnceWith('working');
  });

  it('collapsed, it says how many agents work', () => {
    render(<CollapsedWidget sessions={[workingSession(), plannedSession()]} onOpen={() => undefined} />);
    expect(screen.getByRole('button', { name: '2 agents working. Show' }).textContent).toBe('2');
  });

  it('collapsed, it says first how many wait for a person', () => {
    render(<CollapsedWidget sessions={[workingSession(), approvalSession()]} onOpen={() => undefined} />);
    expect(screen.getByRole('button', { name: '1 agent waits for a person. Show' }).textContent).toBe('1');
  });

  it('docked, it is one line of the worst session', () => {
    render(
      <DockedWidget
        sessions={[workingSession(), approvalSession()]}
        anchorOf={() => sampleAnchor()}
        onOpen={() => undefined}
      />,
    );
    expect(screen.getByRole('button').textContent).toBe(
      'ops-botWaiting for approvalWants to run rm -rf build/ && make dist1:05',
    );
  });
});

describe('dragging', () => {
  function Draggable({ onMove }: { onMove: (position: Point | undefined) => void }) {
    const [position, setPosition] = React.useState<Point | undefined>({ x: 100, y: 100 });
    const move = (next: Point | undefined): void => {
      setPosition(next);
      onMove(next);
    };
    const handle = useDrag({ position, onMove: move, measure: () => ({ widget, viewport }) });
    return <div data-testid="handle" tabIndex={-1} {...handle} />;
  }

  const show = () => {
    const onMove = vi.fn();
    render(<Draggable onMove={onMove} />);
    const handle = screen.getByTestId('handle');
    handle.setPointerCapture = () => undefined;
    return { onMove, handle };
  };

  it('by pointer keeps the grip and stays in the window', () => {
    const { onMove, handle } = show();
    fireEvent.pointerDown(handle, { button: 0, clientX: 110, clientY: 120 });
    fireEvent.pointerMove(handle, { clientX: 210, clientY: 170 });
    expect(onMove).toHaveBeenLastCalledWith({ x: 200, y: 150 });
    fireEvent.pointerMove(handle, { clientX: 9000, clientY: -50 });
    expect(onMove).toHaveBeenLastCalledWith({ x: 960, y: 0 });
    fireEvent.pointerUp(handle);
    fireEvent.pointerMove(handle, { clientX: 0, clientY: 0 });
    expect(onMove).toHaveBeenCalledTimes(2);
  });

  it('of a button is no click, a click that trembles is one', () => {
    const [onMove, onOpen] = [vi.fn(), vi.fn()];
    function Bubble() {
      const handle = useDrag({ position: { x: 100, y: 100 }, onMove, measure: () => ({ widget, viewport }) });
      return <CollapsedWidget sessions={[workingSession()]} handle={handle} onOpen={onOpen} />;
    }
    render(<Bubble />);
    const bubble = screen.getByRole('button');
    bubble.setPointerCapture = () => undefined;
    const press = (toX: number): void => {
      fireEvent.pointerDown(bubble, { button: 0, clientX: 110, clientY: 110 });
      fireEvent.pointerMove(bubble, { clientX: toX, clientY: 110 });
      fireEvent.pointerUp(bubble);
      fireEvent.click(bubble, { detail: 1 });
    };
    press(200);
    expect([onMove.mock.calls.length, onOpen.mock.calls.length]).toEqual([1, 0]);
    press(112);
    expect([onMove.mock.calls.length, onOpen.mock.calls.length]).toEqual([1, 1]);
  });

  it('by keyboard moves in steps, and Home returns it to its corner', () => {
    const { onMove, handle } = show();
    fireEvent.keyDown(handle, { key: 'ArrowRight' });
    expect(onMove).toHaveBeenLastCalledWith({ x: 116, y: 100 });
    fireEvent.keyDown(handle, { key: 'Home' });
    expect(onMove).toHaveBeenLastCalledWith(undefined);
    fireEvent.keyDown(handle, { key: 'ArrowUp', shiftKey: true });
    expect(onMove).toHaveBeenLastCalledWith({ x: 944, y: 520 });
  });
});
