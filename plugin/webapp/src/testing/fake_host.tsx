import type { Session } from '@livestatus/contract';
import { type RenderResult, render } from '@testing-library/react';
import * as React from 'react';
import { IntlProvider } from 'react-intl';
import { Provider } from 'react-redux';
import { combineReducers, createStore } from 'redux';
import type { HostPost, HostState } from '../host/host_state.ts';
import type { HostStore, Registry } from '../host/registry.ts';
import { liveAction, liveReducer } from '../live/live_action.ts';
import type { LiveEvent } from '../live/live_state.ts';
import { PLUGIN_ID, POST_TYPE } from '../manifest.ts';
import { CONFIG } from './fake_world.ts';

type Entities = NonNullable<HostState['entities']>;

const ENTITIES: Entities = {
  general: { config: { SiteURL: 'https://chat.example.org' } },
  users: { currentUserId: 'me', profiles: { me: { locale: 'en', roles: 'system_user' }, bot: { username: 'sol' } } },
  roles: { roles: { system_user: { permissions: [] }, channel_user: { permissions: ['create_post'] } } },
  teams: { currentTeamId: 'team', teams: { team: { name: 'crew' } } },
  channels: {
    currentChannelId: 'town',
    myMembers: { town: { roles: 'channel_user' }, den: { roles: 'channel_user' } },
    channels: {
      town: { id: 'town', type: 'O', name: 'town-square', display_name: 'Town Square', team_id: 'team' },
      den: { id: 'den', type: 'P', name: 'den', display_name: 'Den', team_id: 'team' },
    },
  },
  posts: { posts: {}, postsInThread: {} },
  preferences: { myPreferences: {} },
};

/** A web client's store with our slice in it, and what a test changes of the rest. */
export function createHostStore(entities: Partial<Entities> = {}): HostStore {
  const entitiesReducer = (
    state: Entities = { ...ENTITIES, ...entities },
    action: { type: string; entities?: object },
  ) => (action.type === 'entities' ? { ...state, ...action.entities } : state);
  const websocket = (state = { connected: true }, action: { type: string; connected?: boolean }) =>
    action.type === 'websocket' ? { connected: action.connected === true } : state;
  const reducer = combineReducers({ entities: entitiesReducer, websocket, [`plugins-${PLUGIN_ID}`]: liveReducer });
  return createStore(reducer as never) as unknown as HostStore;
}

export function tell(store: HostStore, event: LiveEvent): void {
  store.dispatch(liveAction(event));
}

/** The server has answered with these. */
export function list(store: HostStore, ...sessions: Session[]): void {
  tell(store, { type: 'configured', config: CONFIG });
  tell(store, { type: 'listed', list: { sessions, daemons: [] }, atMs: performance.now(), meanwhile: [] });
}

export function renderIn(store: HostStore, element: React.ReactElement): RenderResult {
  return render(element, {
    wrapper: ({ children }: { children: React.ReactNode }) => (
      <Provider store={store}>
        <IntlProvider locale="en" onError={() => undefined}>
          {children}
        </IntlProvider>
      </Provider>
    ),
  });
}

export function boxPost(fields: Partial<HostPost> = {}): HostPost {
  return {
    id: 'box',
    user_id: 'bot',
    channel_id: 'town',
    root_id: 'root',
    create_at: 100,
    type: POST_TYPE,
    message: '**Working** · 42 s',
    ...fields,
  };
}

/** A registry that remembers what was registered, without those functions that a test leaves out. */
export class FakeRegistry {
  readonly calls: Record<string, unknown[][]> = {};
  readonly registry: Registry;

  constructor(missing: readonly (keyof Registry)[] = []) {
    const target: Registry = {};
    this.registry = new Proxy(target, {
      get: (_, name) => (missing.includes(name as keyof Registry) ? undefined : this.note(String(name))),
    });
  }

  handlerOf(event: string): (message: unknown) => void {
    const call = this.calls.registerWebSocketEventHandler?.find(([name]) => name === event);
    if (call === undefined) throw new Error(`no handler of ${event}`);
    return call[1] as (message: unknown) => void;
  }

  private note(name: string): (...args: unknown[]) => unknown {
    return (...args) => {
      this.calls[name] = [...(this.calls[name] ?? []), args];
      return name === 'registerRightHandSidebarComponent' ? { toggleRHSPlugin: { type: 'toggle' } } : name;
    };
  }
}
