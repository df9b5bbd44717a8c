import type { Session } from '@livestatus/contract';
import {
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
import { guarded } from '../host/guarded.tsx';
import type { HostStore } from '../host/registry.ts';
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
    list(store, { ...workingSession(), channel_id: 'town' }, { ...approvalSession(), channel_id: 'den' });
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

  it('lists many ended turns in two goes', async () => {
    list(store, ...recentSessions(80));
    show();
    const rows = () => within(screen.getByRole('region', { name: 'Recent' })).getAllByRole('listitem');
    expect(rows()).toHaveLength(30);
    await userEvent.click(screen.getByRole('button', { name: 'Show older' }));
    expect(rows()).toHaveLength(80);
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
