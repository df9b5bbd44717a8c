import type { AgentEvent, RunOutcome, RunRef, ToolEvent } from '../../turns/events.ts';
import { isSilent } from './decode-message.ts';
import { planItems, spawnedChild, toolInput, toolOutcome } from './decode-tool.ts';
import { flag, type Json, object, optional, text, time } from './fields.ts';

/** What every event of one payload shares. */
export interface RunContext {
  readonly key: string;
  readonly run: RunRef;
  readonly at: number;
  /** The payload's own time, on the daemon's clock. */
  readonly tsMs: number;
  readonly spawnedBy: string | undefined;
  readonly heartbeat: boolean;
  /** Moves a runtime time to the daemon's clock (T11). */
  readonly shift: (ms: number) => number;
}

/** `opens`: this payload shows that its run is going on, so a run never seen before is opened by it (late). */
export interface Decoded {
  readonly events: readonly AgentEvent[];
  readonly opens: boolean;
  readonly unknown?: boolean;
}

const NOTHING: Decoded = { events: [], opens: false };
const UNKNOWN: Decoded = { events: [], opens: false, unknown: true };

function one(event: AgentEvent, opens = true): Decoded {
  return { events: [event], opens };
}

/** An `agent` or `session.tool` payload: `{runId, seq, stream, ts, data, ...}`. */
export function decodeStream(stream: string, data: Json, context: RunContext): Decoded {
  const { key, run, at, tsMs } = context;
  switch (stream) {
    case 'lifecycle':
      return decodeLifecycle(data, context);
    case 'thinking':
      return one({ type: 'thinking', key, run, at, tsMs });
    case 'assistant':
      // An empty text takes back what a failed attempt had streamed (retry-429-then-ok).
      return text(data, 'text') === undefined && text(data, 'delta') === undefined
        ? signOfLife(context)
        : one({ type: 'writing', key, run, at, tsMs });
    case 'tool':
      return decodeTool(data, context);
    case 'item':
      return decodeItem(data, context);
    case 'approval':
      return decodeApproval(data, context);
    case 'compaction':
      return decodeCompaction(data, context);
    case 'usage':
    case 'command_output':
      return signOfLife(context);
    case 'run_status':
      // It prepares (before its start) or retries, which the failed attempt and the next start say too.
      return { ...signOfLife(context), opens: false };
    default:
      return UNKNOWN;
  }
}

function signOfLife({ key, run, at, tsMs }: RunContext): Decoded {
  return one({ type: 'run.model', key, run, at, tsMs });
}

function decodeLifecycle(data: Json, context: RunContext): Decoded {
  const { key, run, at, tsMs } = context;
  switch (text(data, 'phase')) {
    case 'start':
      return one(startedEvent(data, context));
    case 'model': {
      const provider = text(data, 'provider');
      const model = text(data, 'model');
      // `provider: null` closes a run's model; it comes after `finishing` and says nothing.
      if (provider === undefined || model === undefined) return NOTHING;
      return one({ type: 'run.model', key, run, at, tsMs, provider, model });
    }
    case 'finishing':
      return decodeFinishing(data, context);
    case 'fallback_step':
      return fallback(data, context);
    case 'waiting-approval':
      return approvalRequested(data, context);
    case 'approval-resolved':
      return one(
        {
          type: 'approval.resolved',
          key,
          run,
          at,
          tsMs,
          ...optional('approvalId', text(data, 'approvalId')),
          ...optional('callId', text(data, 'toolCallId')),
        },
        false,
      );
    case 'end':
    case 'error':
      return one(endedEvent(data, context), false);
    case 'fallback':
      return NOTHING;
    default:
      return UNKNOWN;
  }
}

/** An attempt is over; only an error is news. */
function decodeFinishing(data: Json, { key, run, at, tsMs }: RunContext): Decoded {
  const message = text(data, 'error');
  if (message === undefined) return NOTHING;
  const reason = text(object(data, 'errorObservation'), 'failoverReason');
  // The prompt was too long: OpenClaw compacts and goes on in the same run (compaction-overflow).
  if (reason === 'context_overflow') return one({ type: 'compaction', key, run, at, tsMs, phase: 'started' }, false);
  return one({ type: 'run.attemptFailed', key, run, at, tsMs, message, ...optional('reason', reason) }, false);
}

function approvalRequested(data: Json, { key, run, at, tsMs, shift }: RunContext): Decoded {
  const approvalId = text(data, 'approvalId');
  if (approvalId === undefined) return UNKNOWN;
  const expiresMs = time(data, 'expiresAtMs') ?? time(data, 'expiresAt');
  return one({
    type: 'approval.requested',
    key,
    run,
    at,
    tsMs,
    approvalId,
    ...optional('callId', text(data, 'toolCallId')),
    ...optional('expiresMs', expiresMs === undefined ? undefined : shift(expiresMs)),
  });
}

function startedEvent(data: Json, context: RunContext): AgentEvent {
  const { key, run, at, tsMs, shift, spawnedBy, heartbeat } = context;
  const startedAt = time(data, 'startedAt');
  return {
    type: 'run.started',
    key,
    run,
    at,
    startedMs: startedAt === undefined ? tsMs : shift(startedAt),
    ...(heartbeat && { heartbeat }),
    ...optional('spawnedBy', spawnedBy),
  };
}

function endedEvent(data: Json, context: RunContext): AgentEvent {
  const { key, run, at, tsMs, shift, heartbeat } = context;
  const endedAt = time(data, 'endedAt');
  const startedAt = time(data, 'startedAt');
  return {
    type: 'run.ended',
    key,
    run,
    at,
    endedMs: endedAt === undefined ? tsMs : shift(endedAt),
    ...optional('startedMs', startedAt === undefined ? undefined : shift(startedAt)),
    outcome: outcomeOf(data),
    ...(heartbeat && { heartbeat }),
  };
}

/** T9. `aborted` is told by a flag, whoever asked for it; `superseded` is the watchdog, `rpc` a `chat.abort` of one run. */
export function outcomeOf(data: Json): RunOutcome {
  const stopReason = text(data, 'stopReason');
  if (flag(data, 'aborted') || (text(data, 'phase') === 'error' && isAbort(stopReason))) {
    const alone = text(data, 'phase') === 'end' && stopReason === 'rpc' && { alone: true };
    return { kind: 'aborted', code: stopReason === 'superseded' ? 'superseded' : 'aborted', ...alone };
  }
  if (text(data, 'phase') === 'error') {
    const reason = text(object(data, 'errorObservation'), 'failoverReason');
    return {
      kind: 'error',
      message: text(data, 'error') ?? 'The run failed without a reason.',
      ...optional('code', reason),
    };
  }
  const reply = object(data, 'terminalReply');
  const silent = text(reply, 'disposition') === 'silent' || isSilent(text(reply, 'text'));
  return { kind: 'done', ...(flag(data, 'yielded') && { yielded: true }), ...(silent && { silent: true }) };
}

function isAbort(stopReason: string | undefined): boolean {
  return stopReason === 'aborted' || stopReason === 'superseded';
}

function fallback(data: Json, { key, run, at, tsMs }: RunContext): Decoded {
  if (text(data, 'fallbackStepFinalOutcome') !== 'next_fallback') return NOTHING;
  const from = text(data, 'fallbackStepFromModel');
  const to = text(data, 'fallbackStepToModel');
  return one({ type: 'run.fallback', key, run, at, tsMs, ...optional('from', from), ...optional('to', to) }, false);
}

/** Made field by field: these two are most of the frames. */
type Draft = { -readonly [K in keyof ToolEvent]: ToolEvent[K] };

function toolEvent(data: Json, callId: string, phase: ToolEvent['phase'], { key, run, at, tsMs }: RunContext): Draft {
  const event: Draft = { type: 'tool', key, run, at, tsMs, callId, phase };
  const name = text(data, 'name');
  const meta = text(data, 'meta');
  if (name !== undefined) event.name = name;
  if (meta !== undefined) event.meta = meta;
  return event;
}

function decodeTool(data: Json, context: RunContext): Decoded {
  const callId = text(data, 'toolCallId');
  if (callId === undefined) return UNKNOWN;
  switch (text(data, 'phase')) {
    case 'start':
      return toolStarted(data, callId, context);
    case 'update':
      return one(nested(toolEvent(data, callId, 'updated', context), data));
    case 'result':
      return one(toolEnded(data, callId, context));
    default:
      return UNKNOWN;
  }
}

function nested(event: Draft, data: Json): Draft {
  const wrapperCallId = text(data, 'parentToolCallId');
  if (wrapperCallId !== undefined) event.wrapperCallId = wrapperCallId;
  return event;
}

function toolStarted(data: Json, callId: string, context: RunContext): Decoded {
  const args = object(data, 'args');
  const event = nested(toolEvent(data, callId, 'started', context), data);
  const input = toolInput(args);
  if (input !== undefined) event.input = input;
  const items = event.name === 'progress_card' ? planItems(args) : undefined;
  if (items === undefined) return one(event);
  const { key, run, at, tsMs } = context;
  return { events: [event, { type: 'plan', key, run, at, tsMs, callId, items }], opens: true };
}

function toolEnded(data: Json, callId: string, context: RunContext): ToolEvent {
  const result = object(data, 'result');
  const event = nested(toolEvent(data, callId, 'ended', context), data);
  const { outcome, exitCode, error } = toolOutcome(flag(data, 'isError'), result);
  const child = event.name === 'sessions_spawn' ? spawnedChild(result) : undefined;
  event.outcome = outcome;
  if (exitCode !== undefined) event.exitCode = exitCode;
  if (error !== undefined) event.error = error;
  if (child !== undefined) event.child = child;
  return event;
}

function decodeItem(data: Json, context: RunContext): Decoded {
  const kind = text(data, 'kind');
  if (kind === 'preamble') return decodePreamble(data, context);
  const callId = text(data, 'toolCallId');
  if (kind !== 'tool' || callId === undefined) return UNKNOWN;
  const phase = itemPhase(text(data, 'phase'));
  const event = toolEvent(data, callId, phase, context);
  const title = text(data, 'title');
  const startedAt = time(data, 'startedAt');
  if (title !== undefined) event.title = title;
  if (startedAt !== undefined) event.startedMs = context.shift(startedAt);
  if (phase === 'ended') endItem(event, data, context);
  return one(event);
}

function itemPhase(phase: string | undefined): ToolEvent['phase'] {
  if (phase === 'end') return 'ended';
  return phase === 'start' ? 'started' : 'updated';
}

function endItem(event: Draft, data: Json, { shift }: RunContext): void {
  const status = text(data, 'status');
  const error = text(data, 'error');
  const endedAt = time(data, 'endedAt');
  event.outcome = status === 'failed' ? 'error' : status === 'blocked' ? 'blocked' : 'done';
  if (error !== undefined) event.error = error;
  if (endedAt !== undefined) event.endedMs = shift(endedAt);
}

/** The assistant's text before its tools. */
function decodePreamble(data: Json, { key, run, at, tsMs }: RunContext): Decoded {
  const itemId = text(data, 'itemId');
  const progress = text(data, 'progressText');
  // Only the finished text: a half-streamed one could end in the middle of a secret.
  if (text(data, 'phase') !== 'end' || itemId === undefined || progress === undefined) {
    return one({ type: 'writing', key, run, at, tsMs });
  }
  return one({ type: 'text', key, run, at, tsMs, itemId, text: progress });
}

const DECISIONS = { denied: 'denied', approved: 'allowed', allowed: 'allowed', expired: 'expired' } as const;

function decodeApproval(data: Json, { key, run, at, tsMs }: RunContext): Decoded {
  if (text(data, 'phase') !== 'resolved') return NOTHING;
  const decision = DECISIONS[(text(data, 'status') ?? '') as keyof typeof DECISIONS];
  return one(
    {
      type: 'approval.resolved',
      key,
      run,
      at,
      tsMs,
      ...optional('callId', text(data, 'toolCallId')),
      ...optional('decision', decision),
    },
    false,
  );
}

function decodeCompaction(data: Json, { key, run, at, tsMs }: RunContext): Decoded {
  const phase = text(data, 'phase');
  if (phase !== 'start' && phase !== 'end') return UNKNOWN;
  return one({ type: 'compaction', key, run, at, tsMs, phase: phase === 'start' ? 'started' : 'ended' });
}
