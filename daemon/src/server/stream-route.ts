import type { FastifyInstance, FastifyReply } from 'fastify';
import { ApiError } from './errors.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import type { EventHub } from './stream/hub.ts';

const HEADERS = {
  ...SECURITY_HEADERS,
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would collect the stream otherwise.
  'x-accel-buffering': 'no',
};

/** The browser's wait before it connects again, as it reads it from the stream. */
const RECONNECT = 'retry: 1000\n\n';
const RETRY_AFTER_S = '10';

/** GET /events: server-sent events. */
export function addStreamRoute(app: FastifyInstance, hub: EventHub): void {
  app.get('/events', (request, reply) => {
    if (!hub.hasRoom) throw new ApiError('too_many_streams', undefined, { 'retry-after': RETRY_AFTER_S });
    reply.hijack();
    if (request.method === 'HEAD') {
      reply.raw.writeHead(200, HEADERS).end();
      return;
    }
    const lastEventId = request.headers['last-event-id'];
    open(reply, hub, typeof lastEventId === 'string' ? lastEventId : undefined);
  });
}

function open(reply: FastifyReply, hub: EventHub, lastEventId: string | undefined): void {
  const response = reply.raw;
  // A message must leave at once, however small, and the connection may be quiet for long.
  response.socket?.setNoDelay(true);
  response.socket?.setTimeout(0);
  response.writeHead(200, HEADERS);
  response.write(RECONNECT);
  const connection = hub.connect(response, lastEventId);
  response.on('drain', connection.drained);
  // A broken connection is the reader's own affair; `close` follows.
  response.on('error', () => undefined);
  response.on('close', connection.remove);
}
