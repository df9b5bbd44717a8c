import type { ApprovalRequestedEvent } from '../../turns/events.ts';
import { isObject, type Json, list, object, optional, text, time } from './fields.ts';

/**
 * What waits for an approval now: `[{id, request{sessionKey, runId, toolCallId, ...}, createdAtMs, expiresAtMs}]` (OpenClaw's
 * `exec.approval.list`, scope operator.approvals). Only of what this device may review: of a channel's runs it is empty.
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

/** One approval as `session.approval` and the replay of a subscription tell it: without the run and the call that ask. */
interface Waiting {
  readonly id: string;
  readonly key: string;
  /** A command, not something of a plugin. */
  readonly isCommand: boolean;
  readonly createdMs: number | undefined;
  readonly expiresMs: number | undefined;
}

const MAX_WAITING = 1_000;

/**
 * Approvals that wait, by what subscriptions tell (`includeApprovals`). Which run asks is known from the run's own events, or
 * from the history that is read after the subscription: so each is told when its key's run is known.
 */
export class WaitingApprovals {
  readonly #byId = new Map<string, Waiting>();

  /** The connection is gone: the next one tells them all again. */
  clear(): void {
    this.#byId.clear();
  }

  /** `approvalReplay` of `sessions.messages.subscribe`. */
  replay(replay: Json | undefined): void {
    for (const approval of list(replay, 'approvals')) {
      if (isObject(approval)) this.#note(approval, text(approval, 'sourceSessionKey') ?? text(replay, 'sessionKey'));
    }
  }

  /** A `session.approval` event; the key whose run asks, undefined if nothing waits by it. */
  told(payload: Json | undefined): string | undefined {
    const approval = object(payload, 'approval');
    const key = text(payload, 'sourceSessionKey') ?? text(payload, 'sessionKey');
    if (approval === undefined) return undefined;
    if (text(payload, 'phase') === 'pending') return this.#note(approval, key);
    this.#byId.delete(text(approval, 'id') ?? '');
    return undefined;
  }

  /** What waits under this key, as if the run had just asked. */
  askedBy(key: string, runId: string, at: number, shift: (ms: number) => number): readonly ApprovalRequestedEvent[] {
    const asked = [...this.#byId.values()].filter((waiting) => waiting.key === key);
    return asked.map(({ id, isCommand, createdMs, expiresMs }) => ({
      type: 'approval.requested',
      key,
      run: { runId },
      at,
      approvalId: id,
      tsMs: createdMs === undefined ? at : shift(createdMs),
      ...(isCommand && { kind: 'exec' }),
      ...optional('expiresMs', expiresMs === undefined ? undefined : shift(expiresMs)),
    }));
  }

  #note(approval: Json, key: string | undefined): string | undefined {
    const id = text(approval, 'id');
    if (id === undefined || key === undefined || this.#byId.size >= MAX_WAITING) return undefined;
    const isCommand = text(object(approval, 'presentation'), 'kind') === 'exec';
    const [createdMs, expiresMs] = [time(approval, 'createdAtMs'), time(approval, 'expiresAtMs')];
    this.#byId.set(id, { id, key, isCommand, createdMs, expiresMs });
    return key;
  }
}
