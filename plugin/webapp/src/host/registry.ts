import type * as React from 'react';
import type { Action, AnyAction, Store } from 'redux';
import type { DesktopNotification, HostPost, HostState } from './host_state.ts';

export type HostStore = Store<HostState, AnyAction>;

/** What the host gives back for a panel: actions to dispatch. */
export interface PanelActions {
  readonly showRHSPlugin: AnyAction;
  readonly hideRHSPlugin: AnyAction;
  readonly toggleRHSPlugin: AnyAction;
}

/** One setting of a user in the host's settings dialog; texts are plain strings there. */
export interface UserSettings {
  readonly id: string;
  readonly uiName: string;
  readonly icon?: string;
  readonly sections: readonly {
    readonly title: string;
    readonly settings: readonly {
      readonly name: string;
      readonly type: 'radio';
      readonly default: string;
      readonly options: readonly { readonly value: string; readonly text: string; readonly helpText?: string }[];
    }[];
  }[];
}

/** Asked before the web client shows a notification for a post; what it answers as `args` is shown. */
export type DesktopNotificationHook = (
  post: HostPost,
  message: unknown,
  channel: unknown,
  teamId: string,
  notification: DesktopNotification,
) => Promise<{ readonly args: DesktopNotification }>;

/**
 * The parts of Mattermost's plugin registry that we use. All are optional: web clients of different ages (and apps that embed
 * them) lack some. Source: webapp/channels/src/plugins/registry.ts of Mattermost 9.9 to 11.6.
 */
export interface Registry {
  registerReducer?(reducer: (state: never, action: Action) => unknown): void;
  registerTranslations?(translationsOf: (locale: string) => Readonly<Record<string, string>>): void;
  registerPostTypeComponent?(type: string, component: React.ComponentType<never>): string;
  registerRootComponent?(component: React.ComponentType): string;
  registerDesktopNotificationHook?(hook: DesktopNotificationHook): string;
  registerRightHandSidebarComponent?(component: React.ComponentType, title: React.ReactNode): PanelActions;
  registerChannelHeaderButtonAction?(
    icon: React.ReactNode,
    action: () => void,
    dropdownText: React.ReactNode,
    tooltipText: React.ReactNode,
  ): string;
  registerAppBarComponent?(iconUrl: string, action: () => void, tooltipText: React.ReactNode): string;
  registerUserSettings?(settings: UserSettings): void;
  registerWebSocketEventHandler?(event: string, handler: (message: unknown) => void): void;
  unregisterWebSocketEventHandler?(event: string): void;
  registerReconnectHandler?(handler: () => void): void;
  unregisterReconnectHandler?(): void;
}
