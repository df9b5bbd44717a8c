import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import type { Secret } from '../config/secret.ts';
import { Failure } from '../errors.ts';
import type { Clock } from '../sources/source.ts';
import { addDashboardFiles } from './dashboard-files.ts';
import { addDecisionRoute, type Decide } from './decision-route.ts';
import { ApiError, errorBody } from './errors.ts';
import { addGatekeeper } from './gatekeeper.ts';
import type { DaemonIdentity } from './health.ts';
import type { Metrics } from './metrics.ts';
import type { HealthView, SessionFeed } from './ports.ts';
import { addSessionRoutes } from './session-routes.ts';
import { EventHub } from './stream/hub.ts';
import { addStreamRoute } from './stream-route.ts';
import { addSystemRoutes } from './system-routes.ts';
import { TokenGate } from './token.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Asked of everybody if given. The configuration demands it beyond loopback. */
  readonly token: Secret | undefined;
  /** Further names under which browsers reach the server. */
  readonly allowedHosts: readonly string[];
  /** Absolute path of the built dashboard (`dashboard/dist`). */
  readonly dashboardDir: string;
  readonly identity: DaemonIdentity;
  readonly feed: SessionFeed;
  readonly health: HealthView;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Absent: this page only shows. It is never there without a token. */
  readonly decide?: Decide | undefined;
}

export interface DashboardServer {
  /** Where a person on this machine opens it. */
  readonly url: string;
  readonly port: number;
  /** Ends all streams and connections. Idempotent; takes at most a second. */
  stop(): Promise<void>;
}

/** A stopping server waits this long for answers that are under way. */
const STOP_MS = 1000;

/**
 * Starts the daemon's own web server: dashboard, API, events, health, metrics.
 * Rejects with `Failure` `port_taken` or `address_unusable`.
 */
export async function startServer(options: ServerOptions): Promise<DashboardServer> {
  const gate = options.token && new TokenGate(options.token);
  const decide = gate === undefined ? undefined : options.decide;
  const hub = new EventHub({
    ...options,
    mayDecide: decide !== undefined,
    counters: options.metrics.stream,
    streamName: randomBytes(4).toString('hex'),
  });
  const app = createApp(options.log);
  addMetricsHook(app, options.metrics);
  addGatekeeper(app, { boundHost: options.host, allowedHosts: options.allowedHosts }, gate);
  addSessionRoutes(app, options.feed, options.identity.daemonId);
  addDecisionRoute(app, options.feed, decide);
  addStreamRoute(app, hub);
  addSystemRoutes(app, { ...options, gate });
  addDashboardFiles(app, options.dashboardDir);
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    hub.stop();
    await app.close();
    throw listenFailure(error, options);
  }
  options.metrics.observe({ feed: options.feed, health: options.health, streamClients: () => hub.size });
  const { port } = app.server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  return {
    url: localUrl(options.host, port),
    port,
    stop() {
      stopping ??= stop(app, hub);
      return stopping;
    },
  };
}

function createApp(log: Logger): FastifyInstance {
  const app = fastify({
    // Fastify tells where it listens at level info; who starts us does that. (pino's own type says more than Fastify's,
    // which would change the type of the whole app.)
    loggerInstance: log.child({}, { level: 'warn' }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: () => randomUUID(),
    bodyLimit: 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    http: { maxHeaderSize: 16 * 1024 },
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  });
  app.setErrorHandler<FastifyError>(sendError);
  app.setNotFoundHandler(() => {
    throw new ApiError('not_found');
  });
  return app;
}

function sendError(error: FastifyError | ApiError, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = toApiError(error);
  if (refusal.code === 'internal') request.log.error({ err: error }, 'request failed');
  reply.code(refusal.status).headers(refusal.headers).send(errorBody(refusal, request.id));
}

function toApiError(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error;
  const status = error.statusCode ?? 500;
  return status === 404 ? new ApiError('not_found') : new ApiError(status < 500 ? 'bad_request' : 'internal');
}

/**
 * What is no HTTP never becomes a request; the answer is written by hand, without the words behind the status, which nobody
 * reads (RFC 9112, 4). They would have to be imported from node:http, which loads the whole of `fetch`: 12 MB.
 */
function refuseBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = new ApiError(error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'bad_request');
  const body = JSON.stringify(errorBody(refusal, randomUUID()));
  socket.end(
    `HTTP/1.1 ${refusal.status} \r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function addMetricsHook(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    metrics.request(request.routeOptions.url ?? 'none', reply.statusCode);
  });
}

function listenFailure(error: unknown, { host, port }: ServerOptions): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const message = `port ${port} of ${host} is taken by another program (perhaps another Live Status daemon)`;
    return new Failure('port_taken', message, { cause: error });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new Failure('address_unusable', `cannot listen on port ${port} of ${host} (${code})`, { cause: error });
  return error;
}

function localUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

async function stop(app: FastifyInstance, hub: EventHub): Promise<void> {
  hub.stop();
  const cutOff = setTimeout(() => app.server.closeAllConnections(), STOP_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(cutOff);
  }
}
