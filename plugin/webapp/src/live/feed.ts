import { decodeUpdate } from './decode_update.ts';
import type { FeedPorts } from './feed_ports.ts';
import { createListLoop } from './list_loop.ts';
import type { Received } from './live_state.ts';
import { createStaleLoop } from './stale_loop.ts';

/** Follows the plugin's server: the list at first and after every reconnect, events in between (D6, D7). */
export interface Feed {
  /** A WebSocket message of the plugin. */
  receive(message: unknown): void;
  /** Something may have been missed. May be called often: calls close to each other are one request. */
  refetch(): void;
  /** A person asks for another try: at once. */
  retry(): void;
  /** Nothing happens afterwards. */
  stop(): void;
}

/** Changes that come faster than this are drawn together: each dispatch costs the host. */
const FRAME_MS = 50;

export function startFeed(ports: FeedPorts): Feed {
  const list = createListLoop(ports, () => stale.check());
  const stale = createStaleLoop(ports, list.refetch);
  const drawing = createDrawing(ports, () => {
    if (!list.isBusy()) stale.check();
  });
  list.now();
  return {
    receive(message) {
      const decoded = decodeUpdate(message);
      if (decoded.kind === 'refetch') return list.refetch();
      const received = { update: decoded.update, atMs: ports.now() };
      list.note(received);
      drawing.add(received);
    },
    refetch: list.refetch,
    retry() {
      ports.dispatch({ type: 'retried' });
      list.now();
    },
    stop() {
      drawing.stop();
      list.stop();
      stale.stop();
    },
  };
}

interface Drawing {
  add(received: Received): void;
  stop(): void;
}

/** The first change is dispatched at once, those that follow within a frame together. */
function createDrawing(ports: FeedPorts, onDrawn: () => void): Drawing {
  let waiting: Received[] = [];
  let cancelFrame: (() => void) | undefined;
  let hasStopped = false;

  const draw = (): void => {
    cancelFrame = undefined;
    if (waiting.length === 0) return;
    const received = waiting;
    waiting = [];
    ports.dispatch({ type: 'updated', received });
    cancelFrame = ports.after(FRAME_MS, draw);
    onDrawn();
  };

  return {
    add(received) {
      if (hasStopped) return;
      waiting.push(received);
      if (cancelFrame === undefined) draw();
    },
    stop() {
      hasStopped = true;
      cancelFrame?.();
    },
  };
}
