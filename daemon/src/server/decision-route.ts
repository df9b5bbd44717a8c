import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiError } from './errors.ts';
import type { SessionFeed } from './ports.ts';

/**
 * Tells the runtime what a person decided. Resolves when it was taken; rejects with an error whose message is fit for a
 * person. Undefined = this daemon may not.
 */
export type Decide = (approvalId: string, decision: 'allow_once' | 'deny') => Promise<void>;

export const DECISION_PATH = '/api/v1/sessions/:id/decision';

const decisionBody = z.object({
  approval_id: z.string().min(1).max(128),
  decision: z.enum(['allow_once', 'deny']),
});

/** POST /api/v1/sessions/{id}/decision: only for what the session waits for at this moment. */
export function addDecisionRoute(app: FastifyInstance, feed: SessionFeed, decide: Decide | undefined): void {
  app.post<{ Params: { id: string } }>(DECISION_PATH, async (request, reply) => {
    if (decide === undefined) throw new ApiError('acting_disabled');
    mustComeFromUs(request);
    const body = decisionBody.safeParse(request.body);
    if (!body.success)
      throw new ApiError('bad_request', 'The body takes approval_id and decision: allow_once or deny.');
    const session = feed.get(request.params.id);
    if (session === undefined) throw new ApiError('session_not_found');
    const { approval_id: approvalId, decision } = body.data;
    const isOpen = session.status === 'active' && session.activity === 'waiting';
    if (!isOpen || session.waiting?.approval_id !== approvalId) throw new ApiError('approval_not_open');
    try {
      await decide(approvalId, decision);
    } catch (error) {
      throw new ApiError('gateway_refused', error instanceof Error ? error.message : undefined);
    }
    return reply.code(202).send({});
  });
}

/** A foreign page was refused already; a browser that does not say where it comes from may not use the cookie to act. */
function mustComeFromUs({ headers }: FastifyRequest): void {
  const hasBearer = /^Bearer /i.test(headers.authorization ?? '');
  if (headers.origin === undefined && !hasBearer) throw new ApiError('origin_not_allowed');
}
