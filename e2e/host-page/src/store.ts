import {
  type Action,
  applyMiddleware,
  combineReducers,
  legacy_createStore as createStore,
  type Middleware,
  type Reducer,
  type Store,
} from 'redux';
import type { HostState } from './host-state.ts';

/** Changes part of the host's own state; a plugin's action passes it by. */
interface ChangeAction extends Action {
  readonly type: 'host/change';
  readonly change: (state: HostState) => HostState;
}

/** The actions of the web client that plugins get from `registerRightHandSidebarComponent`. */
interface RhsAction extends Action {
  readonly type: 'UPDATE_RHS_STATE';
  readonly state: string | null;
  readonly pluggableId?: string;
}

export type Thunk = (dispatch: HostStore['dispatch'], getState: () => HostState) => unknown;
// biome-ignore lint/suspicious/noExplicitAny: plugins dispatch actions of every kind, functions too.
export type HostStore = Store<HostState, any>;

const INITIAL: HostState = {
  entities: {
    general: { config: {}, serverVersion: '' },
    users: { currentUserId: '', profiles: {} },
    teams: { currentTeamId: '', teams: {}, myMembers: {} },
    channels: { currentChannelId: '', channels: {}, myMembers: {}, roles: {} },
    roles: { roles: {} },
    posts: { posts: {}, postsInThread: {} },
    preferences: { myPreferences: {} },
  },
  views: {
    rhs: { isSidebarOpen: false, rhsState: null, selectedPostId: '', selectedChannelId: '', pluggableId: '' },
  },
  plugins: { plugins: {}, components: {}, postTypes: {}, userSettings: {}, translations: {} },
  websocket: { connected: false, lastConnectAt: 0, lastDisconnectAt: 0 },
};

const thunks: Middleware = (store) => (next) => (action) =>
  typeof action === 'function' ? (action as Thunk)(store.dispatch as never, store.getState) : next(action);

/** The store and a way for plugins to add their slice. */
export function createHostStore(): { store: HostStore; addReducer: (key: string, reducer: Reducer) => void } {
  const added: Record<string, Reducer> = {};
  const store = createStore(rootReducer(added), applyMiddleware(thunks)) as unknown as HostStore;
  return {
    store,
    addReducer: (key, reducer) => {
      added[key] = reducer;
      store.replaceReducer(rootReducer(added) as never);
    },
  };
}

/** One of the host's own changes. */
export function change(apply: (state: HostState) => HostState): ChangeAction {
  return { type: 'host/change', change: apply };
}

function rootReducer(added: Readonly<Record<string, Reducer>>): Reducer {
  const slices = Object.keys(added).length === 0 ? undefined : combineReducers(added);
  return (state: (HostState & Record<string, unknown>) | undefined, action: Action) => {
    const own = reduceOwn(state ?? INITIAL, action as ChangeAction | RhsAction);
    if (slices === undefined) return own;
    const before = Object.fromEntries(Object.keys(added).map((key) => [key, state?.[key]]));
    const after = slices(before, action) as Record<string, unknown>;
    return Object.keys(after).every((key) => after[key] === state?.[key]) && own === state
      ? state
      : { ...own, ...after };
  };
}

function reduceOwn(state: HostState, action: ChangeAction | RhsAction): HostState {
  if (action.type === 'host/change') return action.change(state);
  if (action.type !== 'UPDATE_RHS_STATE') return state;
  const rhs = {
    ...state.views.rhs,
    isSidebarOpen: action.state !== null,
    rhsState: action.state,
    pluggableId: action.pluggableId ?? '',
    selectedPostId: '',
  };
  return { ...state, views: { ...state.views, rhs } };
}
