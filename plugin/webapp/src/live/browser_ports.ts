import { apiRoot, type HostWindow } from '../host/address.ts';
import type { HostStore } from '../host/registry.ts';
import type { FeedPorts } from './feed_ports.ts';
import { liveAction } from './live_action.ts';
import { createRestClient } from './rest_client.ts';
import { selectLive } from './selectors.ts';

/** The feed's world in a browser: the host's store, its server, real time. */
export function browserPorts(store: HostStore, host: HostWindow & Window): FeedPorts {
  return {
    client: createRestClient(apiRoot(host, store.getState()), host.fetch.bind(host)),
    getState: () => selectLive(store.getState()),
    dispatch: (event) => void store.dispatch(liveAction(event)),
    now: () => host.performance.now(),
    after(ms, callback) {
      const id = host.setTimeout(callback, ms);
      return () => host.clearTimeout(id);
    },
    random: Math.random,
  };
}
