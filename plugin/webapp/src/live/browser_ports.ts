import type { ActPorts } from '../actions/act_loop.ts';
import { createChatClient } from '../actions/chat_client.ts';
import { apiRoot, type HostWindow } from '../host/address.ts';
import type { HostStore } from '../host/registry.ts';
import type { FeedPorts } from './feed_ports.ts';
import { liveAction } from './live_action.ts';
import { createRestClient } from './rest_client.ts';
import { selectLive } from './selectors.ts';

/** The feed's world in a browser: the host's store, its server, real time. */
export function browserPorts(store: HostStore, host: HostWindow & Window): FeedPorts {
  return {
    ...timeAndStore(store, host),
    client: createRestClient(apiRoot(host, store.getState()), host.fetch.bind(host)),
    getState: () => selectLive(store.getState()),
    random: Math.random,
  };
}

/** The same world, for what people do. */
export function actPorts(store: HostStore, host: HostWindow & Window): ActPorts {
  const chat = createChatClient(host, store.getState);
  return { ...timeAndStore(store, host), chat, getState: store.getState };
}

function timeAndStore(store: HostStore, host: Window): Pick<FeedPorts, 'dispatch' | 'now' | 'after'> {
  return {
    dispatch: (event) => void store.dispatch(liveAction(event)),
    now: () => host.performance.now(),
    after(ms, callback) {
      const id = host.setTimeout(callback, ms);
      return () => host.clearTimeout(id);
    },
  };
}
