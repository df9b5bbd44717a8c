import type { BoxProps, Session } from '@livestatus/contract';
import { doneSession, failedSession, HOSTILE_TEXTS, workingSession } from '@livestatus/ui/samples';
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostPost } from '../host/host_state.ts';
import type { HostStore } from '../host/registry.ts';
import { boxPost, createHostStore, list, renderIn, tell } from '../testing/fake_host.tsx';
import { update } from '../testing/fake_world.ts';
import { StatusPost } from './status_post.tsx';

let store: HostStore;
const here = (session: Session, fields: Partial<Session> = {}): Session => ({
  ...session,
  channel_id: 'town',
  ...fields,
});
const props = (session: Session | undefined, fields: Partial<BoxProps> = {}): HostPost['props'] => ({
  livestatus: JSON.stringify({
    v: 1,
    id: session?.id ?? 'gone',
    seq: session?.seq ?? 1,
    status: session?.status ?? 'active',
    agent: { id: 'main', name: 'sol', runtime: 'openclaw' },
    ...(session !== undefined && session.status !== 'active' ? { session } : {}),
    ...fields,
  }),
});
const show = (post: HostPost) => renderIn(store, <StatusPost post={post} />);
const isBox = (): boolean => screen.queryByRole('article') !== null;

beforeEach(() => {
  store = createHostStore();
});
afterEach(() => vi.restoreAllMocks());

describe('a box', () => {
  it('is live: it shows the session that the server says it is of, and follows it', () => {
    list(store, here(workingSession(), { post_id: 'box' }));
    show(boxPost());
    expect(screen.getByRole('status').textContent).toBe('sol: Working');
    const done = here(doneSession(), { id: 'working', seq: 2, post_id: 'box' });
    act(() => tell(store, { type: 'updated', received: [{ update: update({ sessions: [done] }), atMs: 0 }] }));
    expect(screen.getByRole('status').textContent).toBe('sol: Done');
  });

  it('is live when its author is a trusted bot and its props name the session', () => {
    list(store, here(workingSession()));
    show(boxPost({ props: props(here(workingSession())) }));
    expect(isBox()).toBe(true);
  });

  it('shows its final state from the post when the server has forgotten the session', () => {
    list(store);
    show(boxPost({ props: props(here(failedSession())) }));
    expect(screen.getByRole('status').textContent).toBe('ops-bot: Failed');
    expect(screen.getByText('The model provider answered 500 four times (overloaded).')).toBeDefined();
  });

  it('shows the newer of the two', () => {
    list(store, here(workingSession(), { seq: 5 }));
    show(boxPost({ props: props(here(doneSession(), { id: 'working', seq: 6 })) }));
    expect(screen.getByRole('status').textContent).toBe('sol: Done');
  });

  it.each([
    ['withdrawn', props(here(doneSession()), { withdrawn: true })],
    ['of a newer version', props(here(doneSession()), { v: 2 })],
    ['active and no longer known', props(undefined)],
    ['damaged', { livestatus: '{"v":1,"id":"x","seq":1,"session":{"status":"done"}}' }],
    ['not even JSON', { livestatus: '{' }],
    ['without props', undefined],
    ['of another channel', props({ ...doneSession(), channel_id: 'den' })],
  ])('%s is told in words', (_, given) => {
    list(store);
    show(boxPost({ props: given, message: 'No reply needed' }));
    expect(isBox()).toBe(false);
    expect(screen.getByText('No reply needed')).toBeDefined();
  });
});

describe('a post of our type by anybody else', () => {
  const forged = (fields: Partial<HostPost>): HostPost =>
    boxPost({ user_id: 'mallory', message: '**Done** <b>trust me</b>', props: props(here(doneSession())), ...fields });

  it.each([
    ['with a final state', {}],
    ['with the id of a live session', { props: props(here(workingSession())) }],
    ['before it is known who is trusted', { user_id: 'bot' }],
  ])('%s is plain text', (name, fields) => {
    if (!name.startsWith('before')) list(store, here(workingSession()));
    show(forged(fields));
    expect(isBox()).toBe(false);
    expect(screen.getByText('**Done** <b>trust me</b>')).toBeDefined();
  });

  it('shows no live session of another channel under a trusted name either', () => {
    list(store, { ...workingSession(), channel_id: 'den' });
    show(boxPost({ props: props({ ...workingSession(), channel_id: 'den' }) }));
    expect(isBox()).toBe(false);
  });
});

describe('a box that cannot be drawn', () => {
  it('shows the text of its post, and tries again with the next state', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const stopReport = (event: ErrorEvent): void => event.preventDefault();
    window.addEventListener('error', stopReport);
    const broken = here(workingSession(), { post_id: 'box', agent: undefined as never });
    list(store, broken);
    show(boxPost());
    expect(screen.getByText('**Working** · 42 s')).toBeDefined();
    const sound = here(workingSession(), { seq: 2, post_id: 'box' });
    act(() => tell(store, { type: 'updated', received: [{ update: update({ sessions: [sound] }), atMs: 0 }] }));
    expect(isBox()).toBe(true);
    window.removeEventListener('error', stopReport);
  });

  it("draws the text by the web client's own formatter where there is one", () => {
    Object.assign(window, {
      PostUtils: {
        formatText: (text: string) => `<p>${text}</p>`,
        messageHtmlToComponent: (html: string) => <em>{html}</em>,
      },
    });
    list(store);
    show(boxPost());
    expect(screen.getByText('<p>**Working** · 42 s</p>').tagName).toBe('EM');
    Reflect.deleteProperty(window, 'PostUtils');
  });
});

describe('hostile texts', () => {
  it.each(HOSTILE_TEXTS)('stay text in a forged post and in a box: %s', (_, text) => {
    list(store);
    const forged = show(boxPost({ user_id: 'mallory', message: text }));
    expect(forged.container.querySelector('script, img, a, b, [onerror]')).toBeNull();
    forged.unmount();
    const session = here(doneSession(), { title: text, error: { code: 'x', message: text } });
    const box = show(boxPost({ props: props(session) }));
    expect(box.container.querySelector('script, img, [onerror]')).toBeNull();
  });
});

describe('the links of a box', () => {
  const push = vi.fn();
  beforeEach(() => {
    push.mockClear();
    Object.assign(window, { WebappUtils: { browserHistory: { push } }, basename: '/chat' });
  });
  afterEach(() => {
    Reflect.deleteProperty(window, 'WebappUtils');
    Reflect.deleteProperty(window, 'basename');
  });

  const open = async (post: HostPost): Promise<void> => {
    show(post);
    await userEvent.click(screen.getByRole('button', { name: 'Show details' }));
  };

  it('lead to the request and, once it is there, to the answer', async () => {
    const answer = boxPost({ id: 'answer', type: '', create_at: 200 });
    const others = [
      boxPost({ id: 'early', type: '', create_at: 50 }),
      boxPost({ id: 'person', type: '', user_id: 'me', create_at: 150 }),
      boxPost({ id: 'elsewhere', type: '', root_id: 'another', create_at: 150 }),
      boxPost({ id: 'later', type: '', create_at: 300 }),
    ];
    list(store, here(doneSession(), { post_id: 'box', request_post_id: 'request' }));
    await open(boxPost());
    expect(screen.getByRole('link', { name: 'Jump to request' }).getAttribute('href')).toBe('/chat/crew/pl/request');
    expect(screen.queryByRole('link', { name: 'Jump to answer' })).toBeNull();
    const posts = Object.fromEntries([...others, answer].map((post) => [post.id, post]));
    act(() => void store.dispatch({ type: 'entities', entities: { posts: { posts } } }));
    await userEvent.click(screen.getByRole('link', { name: 'Jump to answer' }));
    expect(push).toHaveBeenCalledExactlyOnceWith('/crew/pl/answer');
  });

  it('copy the turn as text', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } });
    list(store, here(doneSession(), { post_id: 'box' }));
    await open(boxPost());
    screen.getByRole('button', { name: 'Copy as text' }).click();
    await screen.findByRole('button', { name: 'Copied' });
    expect(writeText).toHaveBeenCalledWith(expect.stringContaining('sol: Done · 48 s'));
    vi.unstubAllGlobals();
  });
});
