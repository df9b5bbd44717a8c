import { LIMITS, SESSION_STATUSES, type SessionList } from '@livestatus/contract';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError } from './errors.ts';
import type { SessionFeed } from './ports.ts';

const SESSION_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** `?status=done,error`, `?status=done&status=error`; empty items are passed over. */
const statusFilter = z
  .union([z.string(), z.array(z.string())])
  .transform((value) =>
    [value]
      .flat()
      .flatMap((text) => text.split(','))
      .filter((text) => text !== ''),
  )
  .pipe(z.array(z.enum(SESSION_STATUSES)));

const listQuery = z.object({
  status: statusFilter.optional(),
  limit: z.string().regex(/^\d+$/).transform(Number).pipe(z.int().max(LIMITS.listEndedMax)).optional(),
});

const ALLOWED: Readonly<Record<string, string>> = {
  status: `status takes ${SESSION_STATUSES.join(', ')}, separated by commas.`,
  limit: `limit takes a whole number from 0 to ${LIMITS.listEndedMax}.`,
};

/** GET /api/v1/sessions and /api/v1/sessions/{id}, in the shapes of the plugin's. */
export function addSessionRoutes(app: FastifyInstance, feed: SessionFeed, daemonId: string): void {
  app.get('/api/v1/sessions', (request): SessionList => {
    const query = listQuery.safeParse(request.query);
    if (!query.success) throw new ApiError('invalid_query', whatIsAllowed(query.error));
    const { status, limit = LIMITS.listEndedDefault } = query.data;
    return { sessions: select(feed, status, limit), daemons: [{ daemon_id: daemonId, offline: false }] };
  });

  app.get<{ Params: { id: string } }>('/api/v1/sessions/:id', (request) => {
    const session = SESSION_ID.test(request.params.id) ? feed.get(request.params.id) : undefined;
    if (session === undefined) throw new ApiError('session_not_found');
    return session;
  });
}

/** `limit` counts the ended ones; active ones are always all there, as far as the filter wants them. */
function select(feed: SessionFeed, statuses: readonly string[] | undefined, limit: number): SessionList['sessions'] {
  if (statuses === undefined || statuses.length === 0) return [...feed.list(limit)];
  let ended = 0;
  return feed
    .list(LIMITS.listEndedMax)
    .filter((session) => statuses.includes(session.status))
    .filter((session) => session.status === 'active' || ++ended <= limit);
}

function whatIsAllowed(error: z.ZodError): string {
  const names = new Set(error.issues.map((issue) => String(issue.path[0])));
  return [...names].map((name) => ALLOWED[name] ?? '').join(' ');
}
