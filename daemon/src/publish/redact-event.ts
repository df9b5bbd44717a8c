import type {
  AgentEvent,
  KeySyncedEvent,
  PlanEvent,
  RequestEvent,
  RunEndedEvent,
  RunJoinedEvent,
  RunOutcome,
  ToolEvent,
  ToolInput,
} from '../turns/events.ts';
import type { Redactor } from './redact.ts';

/**
 * The event without secrets: every text that a person may come to see. Ids, keys and times stay as they are, because turns
 * are found by them. The same reference comes back if nothing was hidden.
 */
export function redactEvent(event: AgentEvent, redactor: Redactor): AgentEvent {
  switch (event.type) {
    case 'request':
      return request(event, redactor);
    case 'run.joined':
      return joined(event, redactor);
    case 'run.ended':
      return ended(event, redactor);
    case 'tool':
      return tool(event, redactor);
    case 'plan':
      return plan(event, redactor);
    case 'key.synced':
      return synced(event, redactor);
    case 'run.started':
    case 'run.model':
    case 'run.attemptFailed':
    case 'run.fallback':
    case 'approval.requested':
    case 'approval.resolved':
    case 'thinking':
    case 'writing':
    case 'text':
    case 'assistant.message':
    case 'row':
    case 'child.settled':
    case 'compaction':
    case 'source.lost':
    case 'source.synced':
      return ownTexts(event, redactor);
    default:
      return event satisfies never;
  }
}

type EventOf<T extends AgentEvent['type']> = Extract<AgentEvent, { readonly type: T }>;
/** Fields that may hold any string (the closed unions, like `type`, are left out). */
type StringField<E> = { [K in keyof E]-?: string extends NonNullable<E[K]> ? K : never }[keyof E];
/** `text` is redacted, `id` names something and must stay. */
type Fields<E> = { readonly [K in StringField<E>]: 'text' | 'id' };

/** Every string field of every event has to be here: a new one does not compile until somebody has decided. */
const FIELDS: { readonly [T in AgentEvent['type']]: Fields<EventOf<T>> } = {
  request: {
    key: 'id',
    lineId: 'id',
    accountId: 'id',
    botUserId: 'id',
    senderId: 'id',
    senderName: 'text',
    text: 'text',
    steerTargetRunId: 'id',
    runId: 'id',
  },
  'run.started': { key: 'id', spawnedBy: 'id', lockName: 'id' },
  'run.joined': { key: 'id' },
  'run.model': { key: 'id', provider: 'text', model: 'text' },
  'run.attemptFailed': { key: 'id', message: 'text', reason: 'text' },
  'run.fallback': { key: 'id', from: 'text', to: 'text' },
  'run.ended': { key: 'id' },
  'approval.requested': { key: 'id', approvalId: 'id', callId: 'id' },
  'approval.resolved': { key: 'id', approvalId: 'id', callId: 'id' },
  thinking: { key: 'id' },
  writing: { key: 'id' },
  text: { key: 'id', itemId: 'id', text: 'text' },
  tool: { key: 'id', callId: 'id', name: 'text', title: 'text', meta: 'text', wrapperCallId: 'id', error: 'text' },
  'assistant.message': { key: 'id', messageId: 'id', stopReason: 'text' },
  row: { key: 'id', agentId: 'id', agentName: 'text', spawnedBy: 'id', label: 'text' },
  'child.settled': { key: 'id' },
  plan: { key: 'id', callId: 'id' },
  compaction: { key: 'id' },
  'source.lost': { key: 'id' },
  'key.synced': { key: 'id' },
  'source.synced': { key: 'id' },
};

const TEXT_FIELDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [
    type,
    Object.entries(fields).flatMap(([field, kind]) => (kind === 'text' ? [field] : [])),
  ]),
);

function ownTexts<E extends AgentEvent>(event: E, redactor: Redactor): E {
  return texts(event, TEXT_FIELDS.get(event.type) ?? [], redactor);
}

function texts<T extends object>(value: T, fields: readonly string[], { redact }: Redactor): T {
  let result = value;
  for (const field of fields) {
    const text: unknown = Reflect.get(value, field);
    if (typeof text !== 'string') continue;
    const hidden = redact(text);
    if (hidden !== text) result = { ...result, [field]: hidden };
  }
  return result;
}

/** The same list if `change` changed none of its items. */
function each<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  const changed = items.map(change);
  return changed.every((item, index) => item === items[index]) ? items : changed;
}

function request(event: RequestEvent, redactor: Redactor): RequestEvent {
  return ownTexts(event, redactor);
}

function joined(event: RunJoinedEvent, redactor: Redactor): RunJoinedEvent {
  if (event.request === undefined) return event;
  const asked = request(event.request, redactor);
  return asked === event.request ? event : { ...event, request: asked };
}

function ended(event: RunEndedEvent, redactor: Redactor): RunEndedEvent {
  const outcome = redactOutcome(event.outcome, redactor);
  return outcome === event.outcome ? event : { ...event, outcome };
}

function redactOutcome(outcome: RunOutcome, redactor: Redactor): RunOutcome {
  return outcome.kind === 'error' ? texts(outcome, ['message', 'code'], redactor) : outcome;
}

function synced(event: KeySyncedEvent, redactor: Redactor): KeySyncedEvent {
  if (event.ends === undefined) return event;
  const ends = each(event.ends, (end) => {
    const outcome = redactOutcome(end.outcome, redactor);
    return outcome === end.outcome ? end : { ...end, outcome };
  });
  return ends === event.ends ? event : { ...event, ends };
}

function plan(event: PlanEvent, redactor: Redactor): PlanEvent {
  const items = each(event.items, (item) => texts(item, ['text'], redactor));
  return items === event.items ? event : { ...event, items };
}

function tool(event: ToolEvent, redactor: Redactor): ToolEvent {
  let result = ownTexts(event, redactor);
  const input = event.input && redactInput(event.input, redactor);
  if (input !== undefined && input !== event.input) result = { ...result, input };
  const child = event.child && texts(event.child, ['label'], redactor);
  if (child !== undefined && child !== event.child) result = { ...result, child };
  return result;
}

/** The name of an argument says something about its value: `{password: "x"}`. */
function redactInput(input: ToolInput, { redactField }: Redactor): ToolInput {
  const entries = Object.entries(input).map(([name, value]) => [name, redactField(name, value)] as const);
  return entries.some(([name, value]) => input[name] !== value) ? Object.fromEntries(entries) : input;
}
