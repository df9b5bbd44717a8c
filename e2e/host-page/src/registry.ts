import type { ComponentType, ReactNode } from 'react';
import type { Reducer } from 'redux';
import type { HostSocket } from './host-socket.ts';
import {
  type HostState,
  type PluginComponent,
  type PostTypeProps,
  selectLocale,
  type UserSettings,
} from './host-state.ts';
import { change, type HostStore, type Thunk } from './store.ts';

export interface RegistryPorts {
  readonly store: HostStore;
  readonly socket: HostSocket;
  readonly addReducer: (key: string, reducer: Reducer) => void;
}

type Named = Readonly<Record<string, unknown>>;

/**
 * The web client's plugin registry, as far as Live Status uses it. As there, every function takes its arguments one by
 * one, or all in one object with their names.
 */
export class PluginRegistry {
  readonly id: string;
  readonly supports = { globalAppBar: true, globalRhs: true };
  readonly #ports: RegistryPorts;
  #nextId = 1;

  constructor(id: string, ports: RegistryPorts) {
    this.id = id;
    this.#ports = ports;
  }

  registerRootComponent = (...given: unknown[]): string => {
    const { component } = named(['component'], given);
    return this.#add('Root', { component: component as ComponentType<never> });
  };

  registerPostTypeComponent = (...given: unknown[]): string => {
    const { type, component } = named(['type', 'component'], given);
    const entry = { id: this.#newId(), pluginId: this.id, component: component as ComponentType<PostTypeProps> };
    this.#changePlugins((plugins) => ({ ...plugins, postTypes: { ...plugins.postTypes, [String(type)]: entry } }));
    return entry.id;
  };

  registerChannelHeaderButtonAction = (...given: unknown[]): string => {
    const { icon, action, dropdownText, tooltipText } = named(['icon', 'action', 'dropdownText', 'tooltipText'], given);
    return this.#add('ChannelHeaderButton', {
      icon: icon as ReactNode,
      action: action as () => void,
      dropdownText: dropdownText as ReactNode,
      tooltipText: tooltipText as ReactNode,
    });
  };

  registerAppBarComponent = (...given: unknown[]): string => {
    const { iconUrl, action, tooltipText } = named(['iconUrl', 'action', 'tooltipText'], given);
    return this.#add('AppBar', {
      iconUrl: String(iconUrl),
      action: action as () => void,
      tooltipText: tooltipText as ReactNode,
    });
  };

  registerRightHandSidebarComponent = (...given: unknown[]): object => {
    const { component, title } = named(['component', 'title'], given);
    const id = this.#add('RightHandSidebarComponent', {
      component: component as ComponentType<never>,
      title: title as ReactNode,
    });
    return { id, showRHSPlugin: showPanel(id), hideRHSPlugin: hidePanel(id), toggleRHSPlugin: togglePanel(id) };
  };

  registerUserSettings = (...given: unknown[]): void => {
    const { setting } = named(['setting'], given);
    const settings = setting as UserSettings;
    this.#changePlugins((plugins) => ({ ...plugins, userSettings: { ...plugins.userSettings, [this.id]: settings } }));
  };

  registerReducer = (...given: unknown[]): void => {
    const { reducer } = named(['reducer'], given);
    this.#ports.addReducer(`plugins-${this.id}`, reducer as Reducer);
  };

  registerTranslations = (...given: unknown[]): void => {
    const { getTranslationsForLocale } = named(['getTranslationsForLocale'], given);
    const source = getTranslationsForLocale as (locale: string) => Readonly<Record<string, string>>;
    const messages = source(selectLocale(this.#ports.store.getState()));
    this.#changePlugins((plugins) => ({ ...plugins, translations: { ...plugins.translations, [this.id]: messages } }));
  };

  registerWebSocketEventHandler = (...given: unknown[]): void => {
    const { event, handler } = named(['event', 'handler'], given);
    this.#ports.socket.setHandler(this.id, String(event), handler as (message: unknown) => void);
  };

  unregisterWebSocketEventHandler = (...given: unknown[]): void => {
    const { event } = named(['event'], given);
    this.#ports.socket.setHandler(this.id, String(event), undefined);
  };

  registerReconnectHandler = (...given: unknown[]): void => {
    const { handler } = named(['handler'], given);
    this.#ports.socket.setReconnectHandler(this.id, handler as () => void);
  };

  unregisterReconnectHandler = (): void => this.#ports.socket.setReconnectHandler(this.id, undefined);

  unregisterComponent = (...given: unknown[]): void => {
    const { componentId } = named(['componentId'], given);
    this.#changePlugins((plugins) => ({
      ...plugins,
      components: Object.fromEntries(
        Object.entries(plugins.components).map(([name, list]) => [name, list.filter(({ id }) => id !== componentId)]),
      ),
    }));
  };

  unregisterPostTypeComponent = (...given: unknown[]): void => {
    const { componentId } = named(['componentId'], given);
    this.#changePlugins((plugins) => ({
      ...plugins,
      postTypes: Object.fromEntries(Object.entries(plugins.postTypes).filter(([, { id }]) => id !== componentId)),
    }));
  };

  #add(name: string, part: Omit<PluginComponent, 'id' | 'pluginId'>): string {
    const entry: PluginComponent = { id: this.#newId(), pluginId: this.id, ...part };
    this.#changePlugins((plugins) => ({
      ...plugins,
      components: { ...plugins.components, [name]: [...(plugins.components[name] ?? []), entry] },
    }));
    return entry.id;
  }

  #changePlugins(apply: (plugins: HostState['plugins']) => HostState['plugins']): void {
    this.#ports.store.dispatch(change((state) => ({ ...state, plugins: apply(state.plugins) })));
  }

  #newId(): string {
    this.#nextId += 1;
    return `${this.id}-${this.#nextId}`;
  }
}

/** One object that has the first name is all arguments in one. React elements and components are no such objects. */
function named(names: readonly string[], given: readonly unknown[]): Named {
  const [first] = given;
  if (given.length === 1 && isPlainObject(first) && names.some((name) => Object.hasOwn(first, name))) return first;
  return Object.fromEntries(names.map((name, index) => [name, given[index]]));
}

function isPlainObject(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function showPanel(pluggableId: string) {
  return { type: 'UPDATE_RHS_STATE', state: 'plugin', pluggableId };
}

function hidePanel(pluggableId: string): Thunk {
  return (dispatch, getState) => {
    if (getState().views.rhs.pluggableId === pluggableId) dispatch({ type: 'UPDATE_RHS_STATE', state: null });
  };
}

function togglePanel(pluggableId: string): Thunk {
  return (dispatch, getState) => {
    const isShown = getState().views.rhs.pluggableId === pluggableId;
    dispatch(isShown ? hidePanel(pluggableId) : showPanel(pluggableId));
  };
}
