import type { Session } from '@livestatus/contract';
import type { Intent } from '@livestatus/ui';
import { approvalSession, doneSession, workingSession } from '@livestatus/ui/samples';
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import type { HostStore } from '../host/registry.ts';
import { StatusPost } from '../post/status_post.tsx';
import { boxPost, createHostStore, list, renderIn, tell } from '../testing/fake_host.tsx';
import { ActContext } from './use_box_actions.ts';

const doAct = vi.fn<(id: string, intent: Intent) => void>();
const here = (session: Session): Session => ({ ...session, channel_id: 'town', root_id: 'root', post_id: 'box' });
const approval = here(approvalSession());
let store: HostStore;

beforeEach(() => {
  doAct.mockClear();
  store = createHostStore();
});

const show = () =>
  renderIn(
    store,
    <ActContext.Provider value={doAct}>
      <StatusPost post={boxPost()} />
    </ActContext.Provider>,
  );
const names = (): string[] =>
  screen
    .queryAllByRole('button')
    .map((each) => each.textContent ?? '')
    .filter((name) => ['Allow once', 'Deny', 'Stop'].includes(name));

it('whoever may post has buttons, and a click says what it saw', async () => {
  list(store, approval);
  show();
  expect(names()).toEqual(['Stop', 'Allow once', 'Deny']);
  await userEvent.click(screen.getByRole('button', { name: 'Deny' }));
  expect(doAct).toHaveBeenCalledExactlyOnceWith(approval.id, { kind: 'deny', approvalId: '7f3a' });
});

it.each<[string, Session, object]>([
  ['in a channel where one may not post', approval, { roles: { roles: {} } }],
  ['while the host is offline', { ...approval, offline: true }, {}],
  ['while it is not observed', { ...approval, activity: 'unobserved' }, {}],
  ['when it is over', here(doneSession()), {}],
  ['before it is known whose box it is', { ...here(workingSession()), post_id: undefined as never }, {}],
])('there is no button %s', (_, session, entities) => {
  store = createHostStore(entities);
  list(store, session);
  show();
  expect(names()).toEqual([]);
});

it('there is no button while the page is cut off from the server', () => {
  list(store, approval);
  show();
  act(() => void store.dispatch({ type: 'websocket', connected: false }));
  expect(names()).toEqual([]);
});

it('a turn that works can be stopped, and says that it is being stopped', () => {
  const working = here(workingSession());
  list(store, working);
  show();
  expect(names()).toEqual(['Stop']);
  act(() => tell(store, { type: 'acted', id: working.id, intent: { kind: 'stop' }, nowMs: 0 }));
  expect(screen.getByText('Stopping…')).toBeDefined();
  expect(screen.getByRole('button', { name: 'Stop' }).getAttribute('aria-disabled')).toBe('true');
});
