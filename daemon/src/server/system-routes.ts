import type { FastifyInstance } from 'fastify';
import type { Clock } from '../sources/source.ts';
import { type DaemonIdentity, daemonHealth, withoutDetails } from './health.ts';
import type { Metrics } from './metrics.ts';
import type { HealthView, SessionFeed } from './ports.ts';
import type { TokenGate } from './token.ts';

export interface SystemRoutesOptions {
  readonly identity: DaemonIdentity;
  readonly feed: SessionFeed;
  readonly health: HealthView;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly gate: TokenGate | undefined;
}

/** GET /health and /metrics, for watchdogs and monitoring. */
export function addSystemRoutes(app: FastifyInstance, options: SystemRoutesOptions): void {
  const { identity, feed, health, clock, metrics, gate } = options;

  app.get('/health', (request, reply) => {
    const full = daemonHealth(identity, health, feed, clock.now());
    const maySeeAll = gate === undefined || gate.admits(request.headers);
    return reply.code(full.status === 'unhealthy' ? 503 : 200).send(maySeeAll ? full : withoutDetails(full));
  });

  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
