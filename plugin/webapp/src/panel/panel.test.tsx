import type { Session } from '@livestatus/contract';
import {
  answerSession,
  approvalSession,
  doneSession,
  failedSession,
  plannedSession,
  recentSessions,
  workingSession,
} from '@livestatus/ui/samples';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ActContext } from '../actions/use_box_actions.ts';
import { guarded } from '../host/guarded.tsx';
import type { HostStore } from '../host/registry.ts';
import { OpenerIcon } from '../opener/opener.tsx';
import { createHostStore, list, renderIn, tell } from '../testing/fake_host.tsx';
import { update } from '../testing/fake_world.ts';
import { NO_CARDS, orderCards } from './card_order.ts';
import { Panel } from './panel.tsx';

let store: HostStore;
const onRetry = vi.fn();
const show = () => renderIn(store, React.createElement(guarded(() => <Panel onRetry={onRetry} />)));
const cards = (): (string | null)[] =>
  within(screen.getByRole('region', { name: /^Active/ }))
    .getAllByRole('listitem')
    .map((item) => item.querySelector('b')?.textContent ?? null);
const change = (...sessions: Session[]): void =>
  act(() => tell(store, { type: 'updated', received: [{ update: update({ sessions }), atMs: 0 }] }));

beforeEach(() => {
  onRetry.mockClear();
  store = createHostStore();
});
afterEach(() => vi.useRealTimers());

describe('the panel', () => {
  it('is full at once when the list is there', () => {
    list(store, { ...workingSession(), channel_id: 'den' }, doneSession());
    show();
    expect(screen.getByRole('heading', { name: 'Active · 1' })).toBeDefined();
    expect(screen.getByText('Den (private)')).toBeDefined();
    expect(screen.getByRole('button', { name: /Done\s*sol\s*Fix the login redirect/ })).toBeDefined();
  });

  it('says that all is quiet when there is nothing', () => {
    list(store);
    show();
    expect(screen.getByRole('heading', { name: 'All quiet here' })).toBeDefined();
  });

  it('shows that it loads, after 150 ms', () => {
    vi.useFakeTimers();
    show();
    expect(screen.queryByRole('status')).toBeNull();
    act(() => vi.advanceTimersByTime(150));
    expect(screen.getByRole('status').textContent).toBe('Loading the status of the agents');
  });

  it.each([
    ['unreachable', 'There is no connection to the server. It is tried again by itself.'],
    ['store_failed', 'The plugin did not answer as it should (store_failed).'],
  ])('says why it could not be loaded (%s), and what to do', async (code, text) => {
    tell(store, { type: 'list_failed', code });
    show();
    expect(screen.getByText(text)).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onRetry).toHaveBeenCalledOnce();
  });

  it('keeps what it knows when a later try fails, and says so', () => {
    list(store, workingSession());
    show();
    act(() => tell(store, { type: 'list_failed', code: 'timeout' }));
    expect(screen.getByText(/^This may be out of date\./)).toBeDefined();
    expect(cards()).toEqual(['sol']);
  });

  it('is limited to the open channel on demand', async () => {
    list(store, { ...workingSession(), channel_id: 'town' }, { ...plannedSession(), channel_id: 'den' });
    show();
    expect(cards()).toHaveLength(2);
    await userEvent.click(screen.getByRole('radio', { name: 'This channel' }));
    expect(cards()).toEqual(['sol']);
    act(() => void store.dispatch({ type: 'entities', entities: { channels: { currentChannelId: 'other' } } }));
    expect(screen.getByRole('heading', { name: 'All quiet here' })).toBeDefined();
  });

  it('opens a card in place, with the way to its thread, and folds it again', async () => {
    list(store, { ...workingSession(), channel_id: 'town', post_id: 'box' });
    show();
    await userEvent.click(screen.getByRole('button', { name: /sol/ }));
    expect(screen.getByRole('article', { name: 'sol' })).toBeDefined();
    expect(screen.getByRole('link', { name: 'Open thread' }).getAttribute('href')).toBe('/crew/pl/box');
    await userEvent.click(screen.getByRole('button', { name: 'Hide steps' }));
    expect(screen.queryByRole('article')).toBeNull();
  });

  it('opens an ended turn in place and closes it', async () => {
    list(store, failedSession());
    show();
    const row = screen.getByRole('button', { name: /Failed/ });
    await userEvent.click(row);
    expect(screen.getByRole('article', { name: 'ops-bot' })).toBeDefined();
    await userEvent.click(row);
    expect(screen.queryByRole('article')).toBeNull();
  });

  it('lists many ended turns 50 at a time', async () => {
    list(store, ...recentSessions(120));
    show();
    const rows = () => within(screen.getByRole('region', { name: 'Recent' })).getAllByRole('listitem');
    expect(rows()).toHaveLength(50);
    await userEvent.click(screen.getByRole('button', { name: 'Show older' }));
    expect(rows()).toHaveLength(100);
    await userEvent.click(screen.getByRole('button', { name: 'Show older' }));
    expect(rows()).toHaveLength(120);
    expect(screen.queryByRole('button', { name: 'Show older' })).toBeNull();
  });

  it('lists many active turns 50 at a time, and keeps the one that is open', async () => {
    const many = Array.from({ length: 120 }, (_, i) => ({
      ...workingSession(),
      id: `turn-${i}`,
      last_event_ms: 1000 - i,
    }));
    list(store, ...many);
    show();
    const region = screen.getByRole('region', { name: 'Active · 120' });
    expect(within(region).getAllByRole('button', { name: /sol/ })).toHaveLength(50);
    await userEvent.click(within(region).getAllByRole('button', { name: /sol/ })[49] as HTMLElement);
    // 60 others come to the front.
    change(...many.slice(60).map((session) => ({ ...session, seq: session.seq + 1, stalled: true })));
    expect(within(region).getAllByRole('article')).toHaveLength(1);
    expect(within(region).getAllByRole('button', { name: /sol/ })).toHaveLength(50);
    await userEvent.click(screen.getByRole('button', { name: 'Show 50 more' }));
    expect(within(region).getAllByRole('article')).toHaveLength(1);
    await userEvent.click(screen.getByRole('button', { name: 'Show 20 more' }));
    expect(within(region).getAllByRole('button', { name: /sol/ })).toHaveLength(119);
    expect(screen.queryByRole('button', { name: /more/ })).toBeNull();
  });

  it('follows what happens', () => {
    list(store, workingSession());
    show();
    change(approvalSession());
    expect(cards()).toEqual(['ops-bot', 'sol']);
    change({ ...doneSession(), id: 'working', seq: 2 });
    expect(cards()).toEqual(['ops-bot']);
    expect(screen.getByRole('region', { name: 'Recent' })).toBeDefined();
  });
});

describe('what waits for this user', () => {
  const waiting = (): HTMLElement | null => screen.queryByRole('region', { name: /^Waiting for you/ });
  const approval = { ...approvalSession(), channel_id: 'den', post_id: 'box' };

  it('stands above all else, the longest wait first, and is not listed twice', () => {
    list(store, { ...workingSession(), channel_id: 'town' }, approval, { ...answerSession(), channel_id: 'den' });
    show();
    const headings = screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent);
    expect(headings).toEqual(['Waiting for you · 2', 'Active · 1']);
    const names = within(waiting() as HTMLElement).getAllByRole('article');
    expect(names.map((box) => box.getAttribute('aria-label'))).toEqual(['sol', 'ops-bot']);
    expect(cards()).toEqual(['sol']);
  });

  it('is what the user asked for, wherever that is', () => {
    list(store, { ...approvalSession(), channel_id: 'elsewhere', requested_by: 'me' });
    show();
    expect(waiting()).not.toBeNull();
  });

  it.each([
    ['of a channel where the user may not post', { channel_id: 'elsewhere' }],
    [
      'that is only a guess',
      { activity: 'tool' as const, waiting: { for: 'approval' as const, since_ms: 1, guess: true } },
    ],
    ['whose host is offline', { offline: true }],
  ])('is nothing %s', (_, part) => {
    list(store, { ...approval, ...part });
    show();
    expect(waiting()).toBeNull();
    expect(cards()).toHaveLength(1);
  });

  it('can be decided there, and shows its steps on demand', async () => {
    const doAct = vi.fn();
    list(store, approval);
    renderIn(
      store,
      <ActContext.Provider value={doAct}>
        <Panel onRetry={onRetry} />
      </ActContext.Provider>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Allow once' }));
    expect(doAct).toHaveBeenCalledExactlyOnceWith(approval.id, { kind: 'allow', approvalId: '7f3a' });
    expect(screen.queryByText('Makefile')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Show steps' }));
    expect(screen.getByText('Makefile')).toBeDefined();
  });

  it('is the number on the button', () => {
    list(store, { ...workingSession(), channel_id: 'town' }, approval);
    renderIn(store, <OpenerIcon />);
    expect(screen.getByText('Agent Status: 1 agent waits for you')).toBeDefined();
    expect(screen.getByText('1')).toBeDefined();
  });
});

describe('the order of cards', () => {
  const at = (session: Session, last_event_ms: number): Session => ({ ...session, last_event_ms });

  it('is newest activity first at the beginning', () => {
    const sessions = [at(workingSession(), 1), at(plannedSession(), 3), at(approvalSession(), 2)];
    expect(orderCards(NO_CARDS, sessions).ids).toEqual(['planned', 'approval', 'working']);
  });

  it('stays while sessions work, and a change of state comes to the front', () => {
    const before = orderCards(NO_CARDS, [at(workingSession(), 1), at(plannedSession(), 3)]);
    expect(orderCards(before, [at(workingSession(), 99), at(plannedSession(), 3)])).toBe(before);
    const stalled = { ...at(workingSession(), 100), activity: 'compacting' as const };
    expect(orderCards(before, [stalled, at(plannedSession(), 3)]).ids).toEqual(['working', 'planned']);
  });

  it('forgets who left', () => {
    const before = orderCards(NO_CARDS, [at(workingSession(), 1), at(plannedSession(), 3)]);
    expect(orderCards(before, [at(workingSession(), 1)]).ids).toEqual(['working']);
  });
});

it('times stand still while the web client is not connected', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
  list(store, workingSession());
  show();
  const time = (): string | null | undefined => document.querySelector('.LiveStatusCard__time')?.textContent;
  const first = time();
  act(() => void vi.advanceTimersByTime(5000));
  const second = time();
  expect(second).not.toBe(first);
  act(() => void store.dispatch({ type: 'websocket', connected: false }));
  act(() => void vi.advanceTimersByTime(60_000));
  expect(time()).toBe(second);
});
