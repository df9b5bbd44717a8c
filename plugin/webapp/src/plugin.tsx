import uiStyles from '@livestatus/ui/styles.css';
import type { HostStore, Registry } from './host/registry.ts';
import { addStyleSheet } from './host/style_sheet.ts';
import { browserPorts } from './live/browser_ports.ts';
import { type Feed, startFeed } from './live/feed.ts';
import { liveAction, liveReducer } from './live/live_action.ts';
import { UPDATE_EVENT } from './manifest.ts';

/** Events of the host after which other sessions may be seen, or some no longer. */
const MEMBERSHIP_EVENTS = ['user_added', 'user_removed'] as const;

/** What the web client starts and stops: everything that is registered stands in `initialize`. */
export class Plugin {
  private readonly undo: (() => void)[] = [];

  initialize(registry: Registry, store: HostStore): void {
    registry.registerReducer?.(liveReducer);
    const feed = startFeed(browserPorts(store, window));
    this.undo.push(
      addStyleSheet(document, uiStyles),
      follow(registry, feed),
      () => feed.stop(),
      () => void store.dispatch(liveAction({ type: 'left' })),
    );
  }

  uninitialize(): void {
    for (const undo of this.undo.splice(0).reverse()) undo();
  }
}

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
