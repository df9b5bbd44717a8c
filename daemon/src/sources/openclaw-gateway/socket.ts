import type { GatewayProtocolSocket } from '@openclaw/gateway-client/browser';
import { WebSocket } from 'ws';
import type { Clock } from '../source.ts';
import type { SocketCause } from './classify.ts';

/** The gateway's own limit in both directions (`policy.maxPayload`), and what OpenClaw's client allows. */
const MAX_FRAME_BYTES = 26_214_400;
/** How long the other side may take to answer a close frame, in ms. */
const CLOSE_GRACE_MS = 1_000;

export interface SocketHandlers {
  open(): void;
  message(text: string): void;
  pong(): void;
  /** Called once, also after `terminate`. `cause` tells of an error the close code does not carry. */
  close(code: number, reason: string, cause: SocketCause): void;
}

export interface GatewaySocket extends GatewayProtocolSocket {
  ping(): void;
  terminate(): void;
}

/** Opens a WebSocket. Throws for an address that is no URL; everything later comes through the handlers. */
export function openSocket(url: string, clock: Clock, handlers: SocketHandlers): GatewaySocket {
  // The gateway never negotiates compression; asking for it would only cost memory.
  const ws = new WebSocket(url, { maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false, handshakeTimeout: 15_000 });
  let cause: SocketCause = {};
  let cancelGrace = (): void => {};

  ws.on('open', () => handlers.open());
  ws.on('message', (data) => handlers.message(data.toString()));
  ws.on('pong', () => handlers.pong());
  ws.on('unexpected-response', (request, response) => {
    cause = { httpStatus: response.statusCode ?? 0 };
    request.destroy();
    ws.terminate();
  });
  ws.on('error', (error) => {
    // After an unexpected answer `ws` also reports the abort; the status says more.
    if (cause.httpStatus === undefined) cause = { errno: errnoOf(error) };
  });
  ws.on('close', (code, reason) => {
    cancelGrace();
    handlers.close(code, reason.toString(), cause);
  });

  return {
    isOpen: () => ws.readyState === WebSocket.OPEN,
    send: (text) => ws.send(text),
    ping: () => {
      if (ws.readyState === WebSocket.OPEN) ws.ping();
    },
    close: (code, reason) => {
      if (ws.readyState === WebSocket.CLOSED) return;
      cancelGrace();
      cancelGrace = clock.after(CLOSE_GRACE_MS, () => ws.terminate());
      ws.close(code, reason);
    },
    terminate: () => ws.terminate(),
  };
}

function errnoOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
