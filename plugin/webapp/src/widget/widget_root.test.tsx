import type { Session } from '@livestatus/contract';
import { approvalSession, doneSession, plannedSession, workingSession } from '@livestatus/ui/samples';
import { act, fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostStore } from '../host/registry.ts';
import { createHostStore, list, renderIn, tell } from '../testing/fake_host.tsx';
import { CONFIG, update } from '../testing/fake_world.ts';
import { isMine } from './widget_mode.ts';
import { WidgetRoot } from './widget_root.tsx';

let store: HostStore;
const push = vi.fn();

const window_ = (): HTMLElement | null => screen.queryByRole('region', { name: 'Agent status' });
const bubble = (): HTMLElement => screen.getByRole('button', { name: /Show$/ });
const handle = (): HTMLElement => screen.getByRole('button', { name: /^Move/ });
const floating = (): CSSStyleDeclaration => (document.querySelector('.LiveStatusFloating') as HTMLElement).style;
const show = () => renderIn(store, <WidgetRoot />);
const change = (...sessions: Session[]): void =>
  act(() => tell(store, { type: 'updated', received: [{ update: update({ sessions }), atMs: 0 }] }));
const ended = (session: Session, seq = 2): Session => ({ ...doneSession(), id: session.id, agent: session.agent, seq });
const prefer = (value: string): void =>
  act(
    () =>
      void store.dispatch({
        type: 'entities',
        entities: { preferences: { myPreferences: { 'pp_com.openclaw.livestatus--widget': { value } } } },
      }),
  );

// jsdom has no pointer capture.
Element.prototype.setPointerCapture ??= () => undefined;

beforeEach(() => {
  localStorage.clear();
  push.mockClear();
  store = createHostStore();
  Object.assign(window, { innerWidth: 1280, innerHeight: 800, WebappUtils: { browserHistory: { push } } });
});
afterEach(() => {
  vi.useRealTimers();
  Reflect.deleteProperty(window, 'WebappUtils');
  window.history.replaceState(null, '', '/');
});

describe('the widget comes and goes by itself', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
  const pass = (ms: number): void => act(() => void vi.advanceTimersByTime(ms));

  it('appears when a session becomes active, without a click', () => {
    list(store);
    show();
    expect(window_()).toBeNull();
    change(workingSession());
    expect(window_()?.textContent).toContain('sol');
  });

  it('shows the result for 5 s after the last one ended, not less, then fades and is gone', () => {
    list(store, workingSession());
    show();
    change(ended(workingSession()));
    expect(window_()?.textContent).toContain('Done');
    pass(4999);
    expect(window_()?.className).not.toContain('fading');
    pass(1);
    expect(window_()?.className).toContain('fading');
    pass(200);
    expect(window_()).toBeNull();
  });

  it('stays when another one starts in the meantime', () => {
    list(store, workingSession());
    show();
    change(ended(workingSession()));
    pass(4000);
    change(approvalSession());
    pass(60_000);
    expect(window_()?.textContent).toContain('ops-bot');
  });

  it('is held while somebody points at it, and gets its 5 s afterwards', () => {
    list(store, workingSession());
    show();
    fireEvent.pointerEnter(window_() as HTMLElement);
    change(ended(workingSession()));
    pass(60_000);
    expect(window_()).not.toBeNull();
    fireEvent.pointerLeave(window_() as HTMLElement);
    pass(4999);
    expect(window_()).not.toBeNull();
    pass(201);
    pass(200);
    expect(window_()).toBeNull();
  });

  it('goes at once with a session that was withdrawn', () => {
    list(store, workingSession());
    show();
    act(() => tell(store, { type: 'updated', received: [{ update: update({ removed: ['working'] }), atMs: 0 }] }));
    expect(window_()).toBeNull();
  });
});

describe('the widget is moved', () => {
  const drag = (fromX: number, toX: number, toY: number): void => {
    const grip = handle();
    fireEvent.pointerDown(grip, { button: 0, clientX: fromX, clientY: 590 });
    fireEvent.pointerMove(grip, { clientX: toX, clientY: toY });
    fireEvent.pointerUp(grip);
  };

  beforeEach(() => list(store, workingSession()));

  it('by pointer, anywhere in the window, and remembers its place', () => {
    const first = show();
    const { left } = floating();
    drag(1000, 500, 300);
    expect(floating().left).toBe(`${Number.parseInt(left, 10) - 500}px`);
    const place = floating().cssText;
    first.unmount();
    show();
    expect(floating().cssText).toBe(place);
  });

  it('by keyboard, and Home brings it back to its corner', () => {
    show();
    const corner = floating().cssText;
    fireEvent.keyDown(handle(), { key: 'ArrowLeft', shiftKey: true });
    expect(floating().cssText).not.toBe(corner);
    fireEvent.keyDown(handle(), { key: 'Home' });
    expect(floating().cssText).toBe(corner);
  });

  it('into a smaller window, and back to its place in a larger one', () => {
    show();
    const place = floating().left;
    act(() => {
      window.innerWidth = 900;
      fireEvent(window, new Event('resize'));
    });
    expect(Number.parseInt(floating().left, 10)).toBeLessThan(900);
    act(() => {
      window.innerWidth = 1280;
      fireEvent(window, new Event('resize'));
    });
    expect(floating().left).toBe(place);
  });

  it.each(['nonsense', '[]', 'null', '{"x":"a","y":1}', '{"x":1e999,"y":0}'])(
    'to its corner when %s is stored',
    (text) => {
      localStorage.setItem('livestatus.widget', text);
      show();
      expect(window_()).not.toBeNull();
    },
  );

  it('to its corner where the browser allows no storage', () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new Error('denied');
    });
    show();
    expect(window_()).not.toBeNull();
    vi.restoreAllMocks();
  });
});

describe('the widget collapses', () => {
  it('to a dot with the count, keeps the focus, remembers it, and opens again', async () => {
    list(store, workingSession(), plannedSession());
    const first = show();
    await userEvent.click(screen.getByRole('button', { name: 'Collapse' }));
    expect(window_()).toBeNull();
    expect(bubble().textContent).toBe('2');
    expect(document.activeElement).toBe(bubble());
    first.unmount();
    show();
    await userEvent.click(bubble());
    expect(window_()).not.toBeNull();
  });

  it('by Escape', async () => {
    list(store, workingSession());
    show();
    act(() => handle().focus());
    await userEvent.keyboard('{Escape}');
    expect(bubble()).toBeDefined();
  });
});

it('has a tab for each of several sessions, and jumps to the thread of the one that is shown', async () => {
  list(
    store,
    { ...workingSession(), post_id: 'box1', channel_id: 'den' },
    { ...approvalSession(), request_post_id: 'r2' },
  );
  show();
  expect(screen.getAllByRole('tab')).toHaveLength(2);
  await userEvent.click(screen.getByRole('button', { name: 'Open thread' }));
  expect(push).toHaveBeenLastCalledWith('/crew/pl/r2');
  await userEvent.click(screen.getByRole('tab', { name: /sol/ }));
  expect(screen.getByText('Den (private)')).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: 'Open thread' }));
  expect(push).toHaveBeenLastCalledWith('/crew/pl/box1');
});

it('is a bar over the composer on a phone, opens from it, and collapses to it', async () => {
  window.innerWidth = 390;
  list(store, workingSession());
  show();
  expect(window_()).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: /sol/ }));
  expect(window_()).not.toBeNull();
  expect(screen.queryByRole('button', { name: /^Move/ })).toBeNull();
  await userEvent.keyboard('{Escape}');
  expect(window_()).toBeNull();
});

it('is nothing in a window that was popped out, under a path too', () => {
  window.history.replaceState(null, '', '/chat/_popout/thread/crew/x');
  Object.assign(window, { basename: '/chat' });
  list(store, workingSession());
  expect(show().container.textContent).toBe('');
  Reflect.deleteProperty(window, 'basename');
});

describe('whose sessions open it', () => {
  it('is the admin’s choice until the user has one', () => {
    tell(store, { type: 'configured', config: { ...CONFIG, widget_default: 'off' } });
    change(workingSession());
    show();
    expect(window_()).toBeNull();
    prefer('all');
    expect(window_()).not.toBeNull();
    prefer('off');
    expect(window_()).toBeNull();
  });

  it.each([
    ['that I asked for', { requested_by: 'me' }, true],
    ['in my direct messages', { user_id: 'me' }, true],
    ['of the channel I look at', { channel_id: 'town' }, true],
    ['of somebody else', { requested_by: 'you', channel_id: 'den' }, false],
    ['without any of it', {}, false],
  ])('mine: a session %s', (_, fields, expected) =>
    expect(isMine({ ...workingSession(), channel_id: 'x', ...fields }, { userId: 'me', channelId: 'town' })).toBe(
      expected,
    ),
  );

  it('mine: what left the view because I look elsewhere has not ended', () => {
    list(store, { ...workingSession(), channel_id: 'town' });
    prefer('mine');
    show();
    expect(window_()).not.toBeNull();
    act(
      () =>
        void store.dispatch({ type: 'entities', entities: { channels: { currentChannelId: 'den', channels: {} } } }),
    );
    expect(window_()).toBeNull();
  });
});
