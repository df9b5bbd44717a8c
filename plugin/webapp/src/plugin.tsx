import * as React from 'react';
import type { Unsubscribe } from 'redux';
import { type ActLoop, startActLoop } from './actions/act_loop.ts';
import { ActContext } from './actions/use_box_actions.ts';
import { guarded } from './host/guarded.tsx';
import type { HostStore, PanelActions, Registry } from './host/registry.ts';
import { addStyleSheet } from './host/style_sheet.ts';
import { actPorts, browserPorts } from './live/browser_ports.ts';
import { type Feed, startFeed } from './live/feed.ts';
import { liveAction, liveReducer } from './live/live_action.ts';
import { selectLive } from './live/selectors.ts';
import { POST_TYPE, UPDATE_EVENT } from './manifest.ts';
import { OPENER_PICTURE, OpenerIcon, OpenerText, PanelTitle } from './opener/opener.tsx';
import { Panel } from './panel/panel.tsx';
import { quietNotification } from './post/quiet_notification.ts';
import { StatusPost } from './post/status_post.tsx';
import { userSettings } from './settings/user_settings.ts';
import styles from './styles.css';
import { registrationIntl, translationsOf } from './texts/translations.ts';
import { WidgetRoot } from './widget/widget_root.tsx';

/** What the web client starts and stops. All that is registered stands in `initialize`; the registry may lack any of it. */
export class Plugin {
  private undo: (() => void)[] = [];

  initialize(registry: Registry, store: HostStore): void {
    registry.registerReducer?.(liveReducer);
    registry.registerTranslations?.(translationsOf);
    const feed = startFeed(browserPorts(store, window));
    const loop = startActLoop(actPorts(store, window));
    const PanelView = guarded(acting(loop, () => <Panel onRetry={feed.retry} />));
    const panel = registry.registerRightHandSidebarComponent?.(PanelView, <PanelTitle />);
    registry.registerPostTypeComponent?.(POST_TYPE, acting(loop, StatusPost));
    registry.registerRootComponent?.(guarded(WidgetRoot));
    registry.registerDesktopNotificationHook?.(quietNotification(store.getState));
    if (panel !== undefined) registerOpener(registry, store, panel);
    this.undo = [
      addStyleSheet(document, styles),
      registerSettings(registry, store),
      follow(registry, feed),
      feed.stop,
      loop.stop,
      () => void store.dispatch(liveAction({ type: 'left' })),
    ];
  }

  /** The host takes away what is registered as a component; the rest is ours to end. */
  uninitialize(): void {
    for (const undo of this.undo.splice(0)) undo();
  }
}

/** A component whose boxes can be acted on. */
function acting<P extends object>(loop: ActLoop, Component: React.ComponentType<P>): (props: P) => React.ReactElement {
  return function Acting(props: P) {
    return (
      <ActContext.Provider value={loop.act}>
        <Component {...props} />
      </ActContext.Provider>
    );
  };
}

/**
 * The button of the panel. A channel header button is drawn by the web client in the App Bar too, with our own icon and so
 * with the live count; an App Bar component would be a picture without one, so it is only the second choice.
 */
function registerOpener(registry: Registry, store: HostStore, panel: PanelActions): void {
  const toggle = (): void => void store.dispatch(panel.toggleRHSPlugin);
  if (registry.registerChannelHeaderButtonAction !== undefined) {
    registry.registerChannelHeaderButtonAction(<OpenerIcon />, toggle, <OpenerText />, <OpenerText />);
  } else {
    registry.registerAppBarComponent?.(OPENER_PICTURE, toggle, <OpenerText />);
  }
}

/** The settings need the admin's default: they are registered when the server has told it. */
function registerSettings(registry: Registry, store: HostStore): () => void {
  let unsubscribe: Unsubscribe = () => undefined;
  const register = (): void => {
    const { config } = selectLive(store.getState());
    if (config === undefined) return;
    unsubscribe();
    registry.registerUserSettings?.(userSettings(registrationIntl(store.getState()), config.widget_default));
  };
  unsubscribe = store.subscribe(register);
  return () => unsubscribe();
}

/** Events of the host after which other sessions may be seen, or some no longer. */
const MEMBERSHIP_EVENTS = ['user_added', 'user_removed'];

/** The ways in which the host tells that something is new. */
function follow(registry: Registry, feed: Feed): () => void {
  registry.registerWebSocketEventHandler?.(UPDATE_EVENT, feed.receive);
  for (const event of MEMBERSHIP_EVENTS) registry.registerWebSocketEventHandler?.(event, feed.refetch);
  registry.registerReconnectHandler?.(feed.refetch);
  return () => {
    for (const event of [UPDATE_EVENT, ...MEMBERSHIP_EVENTS]) registry.unregisterWebSocketEventHandler?.(event);
    registry.unregisterReconnectHandler?.();
  };
}
