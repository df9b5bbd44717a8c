import { sampleSession, workingSession } from '@livestatus/ui/samples';
import { act, screen } from '@testing-library/react';
import type * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostPost } from './host/host_state.ts';
import type { DesktopNotificationHook, HostStore, Registry, UserSettings } from './host/registry.ts';
import { selectActive } from './live/selectors.ts';
import { Plugin } from './plugin.tsx';
import { boxPost, createHostStore, FakeRegistry, renderIn } from './testing/fake_host.tsx';
import { CONFIG, message } from './testing/fake_world.ts';

const UPDATE = 'custom_com.openclaw.livestatus_update';
const ALL: readonly (keyof Registry)[] = [
  'registerReducer',
  'registerTranslations',
  'registerPostTypeComponent',
  'registerRootComponent',
  'registerDesktopNotificationHook',
  'registerRightHandSidebarComponent',
  'registerChannelHeaderButtonAction',
  'registerAppBarComponent',
  'registerUserSettings',
  'registerWebSocketEventHandler',
  'unregisterWebSocketEventHandler',
  'registerReconnectHandler',
  'unregisterReconnectHandler',
];

let plugin: Plugin;
let store: HostStore;
const answers: Record<string, unknown> = {};

const start = async (missing: readonly (keyof Registry)[] = []): Promise<FakeRegistry> => {
  const fake = new FakeRegistry(missing);
  plugin.initialize(fake.registry, store);
  await vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(2));
  await act(async () => undefined);
  return fake;
};

beforeEach(() => {
  answers['/sessions'] = { sessions: [workingSession()], daemons: [] };
  answers['/config'] = CONFIG;
  vi.spyOn(window, 'fetch').mockImplementation(async (url) => {
    const path = String(url).replace('/plugins/com.openclaw.livestatus/api/v1', '');
    return new Response(JSON.stringify(answers[path] ?? {}), { status: path in answers ? 200 : 404 });
  });
  plugin = new Plugin();
  store = createHostStore();
});
afterEach(() => {
  plugin.uninitialize();
  vi.restoreAllMocks();
});

it('gets the list when it starts, before anything of it is drawn', async () => {
  await start();
  await vi.waitFor(() => expect(selectActive(store.getState())).toHaveLength(1));
});

it('follows the events of its server, and asks again when the host reconnects or memberships change', async () => {
  const fake = await start();
  fake.handlerOf(UPDATE)(message({ sessions: [sampleSession({ age: 1, id: 'new' })] }));
  expect(selectActive(store.getState()).map(({ id }) => id)).toContain('new');
  const reconnect = fake.calls.registerReconnectHandler?.[0]?.[0] as () => void;
  reconnect();
  reconnect();
  await vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(4));
  fake.handlerOf('user_removed')({});
  await vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(6));
});

it('P6: keeps the web client from ringing for our boxes, and for nothing else', async () => {
  const fake = await start();
  const hook = fake.calls.registerDesktopNotificationHook?.[0]?.[0] as DesktopNotificationHook;
  const rings = async (post: HostPost): Promise<boolean> => {
    const { args } = await hook(post, {}, {}, 'team', { title: 'bot', notify: true });
    return args.notify;
  };
  expect(await rings(boxPost())).toBe(false);
  expect(await rings(boxPost({ user_id: 'mallory' }))).toBe(true);
  expect(await rings(boxPost({ type: '' }))).toBe(true);
  // A call for the asker of an agent that waits (P7).
  expect(await rings(boxPost({ props: { livestatus_wait: 'turn' } }))).toBe(true);
});

it('registers exactly one panel, and a button that opens it with the count of active sessions', async () => {
  const fake = await start();
  expect(fake.calls.registerRightHandSidebarComponent).toHaveLength(1);
  const [icon, action] = fake.calls.registerChannelHeaderButtonAction?.[0] ?? [];
  expect(fake.calls.registerAppBarComponent).toBeUndefined();
  const dispatch = vi.spyOn(store, 'dispatch');
  (action as () => void)();
  expect(dispatch).toHaveBeenCalledWith({ type: 'toggle' });
  renderIn(store, icon as React.ReactElement);
  expect(await screen.findByText('Agent Status: 1 agent working')).toBeDefined();
});

it('puts the button into the App Bar where there are no channel header buttons', async () => {
  const fake = await start(['registerChannelHeaderButtonAction']);
  const [picture] = fake.calls.registerAppBarComponent?.[0] ?? [];
  expect(picture).toMatch(/^data:image\/svg\+xml,/);
});

it("offers the widget's setting with the admin's default, once that is known", async () => {
  answers['/config'] = { ...CONFIG, widget_default: 'mine' };
  const fake = await start();
  await vi.waitFor(() => expect(fake.calls.registerUserSettings).toHaveLength(1));
  const [settings] = (fake.calls.registerUserSettings?.[0] ?? []) as UserSettings[];
  const [setting] = settings?.sections[0]?.settings ?? [];
  expect(setting).toMatchObject({ name: 'widget', type: 'radio', default: 'mine' });
  expect(setting?.options.map(({ value }) => value)).toEqual(['all', 'mine', 'off']);
});

describe('a web client', () => {
  it.each(ALL)('that lacks %s is served as far as it goes', async (name) => {
    await start([name]);
    plugin.uninitialize();
  });

  it('that has none of it at all is left alone', async () => {
    await start(ALL);
    expect(document.head.querySelectorAll('style')).toHaveLength(1);
  });
});

it('leaves nothing behind: no style sheet, no handler, no timer, nothing in the store', async () => {
  const fake = await start();
  await vi.waitFor(() => expect(selectActive(store.getState())).toHaveLength(1));
  expect(document.head.querySelectorAll('style')).toHaveLength(1);
  plugin.uninitialize();
  expect(document.head.querySelectorAll('style')).toHaveLength(0);
  const registered = fake.calls.registerWebSocketEventHandler?.map(([event]) => event);
  expect(fake.calls.unregisterWebSocketEventHandler?.map(([event]) => event)).toEqual(registered);
  expect(fake.calls.unregisterReconnectHandler).toHaveLength(1);
  expect(selectActive(store.getState())).toEqual([]);
  fake.handlerOf(UPDATE)(message({ sessions: [sampleSession({ age: 1, id: 'late' })] }));
  expect(selectActive(store.getState())).toEqual([]);
});
