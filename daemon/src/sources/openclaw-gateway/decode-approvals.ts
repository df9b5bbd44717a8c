import type { ApprovalRequestedEvent } from '../../turns/events.ts';
import { isObject, object, optional, text, time } from './fields.ts';

/**
 * What waits for an approval now: `[{id, request{sessionKey, runId, toolCallId, ...}, createdAtMs, expiresAtMs}]` (OpenClaw's
 * `exec.approval.list`, scope operator.approvals). The only place that tells a late joiner, and when an approval expires.
 */
export const APPROVALS_METHOD = 'exec.approval.list';

/** The same as if they had been asked for just now; what was resolved meanwhile is not in the list. */
export function pendingApprovals(
  payload: unknown,
  at: number,
  shift: (ms: number) => number,
): readonly ApprovalRequestedEvent[] {
  if (!Array.isArray(payload)) return [];
  return payload.flatMap((entry: unknown) => {
    if (!isObject(entry)) return [];
    const request = object(entry, 'request');
    const [approvalId, key, runId] = [text(entry, 'id'), text(request, 'sessionKey'), text(request, 'runId')];
    if (approvalId === undefined || key === undefined || runId === undefined) return [];
    const [createdMs, expiresMs] = [time(entry, 'createdAtMs'), time(entry, 'expiresAtMs')];
    return {
      type: 'approval.requested' as const,
      key,
      run: { runId },
      at,
      approvalId,
      tsMs: createdMs === undefined ? at : shift(createdMs),
      ...optional('callId', text(request, 'toolCallId')),
      ...optional('expiresMs', expiresMs === undefined ? undefined : shift(expiresMs)),
    };
  });
}
