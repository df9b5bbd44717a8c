import type {
  AgentEvent,
  KeySyncedEvent,
  PlanEvent,
  RequestEvent,
  RowEvent,
  RunEndedEvent,
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
  const { redact } = redactor;
  switch (event.type) {
    case 'request':
      return request(event, redact);
    case 'run.model':
      return texts(event, ['provider', 'model'], redact);
    case 'run.attemptFailed':
      return texts(event, ['message', 'reason'], redact);
    case 'run.fallback':
      return texts(event, ['from', 'to'], redact);
    case 'run.ended':
      return ended(event, redact);
    case 'text':
      return texts(event, ['text'], redact);
    case 'tool':
      return tool(event, redactor);
    case 'row':
      return row(event, redact);
    case 'plan':
      return plan(event, redact);
    case 'key.synced':
      return synced(event, redact);
    case 'run.started':
    case 'approval.requested':
    case 'approval.resolved':
    case 'thinking':
    case 'writing':
    case 'assistant.message':
    case 'child.settled':
    case 'compaction':
    case 'source.lost':
    case 'source.synced':
      return event;
    default:
      return event satisfies never;
  }
}

type Redact = (text: string) => string;

/** Names of the fields of T that may hold a string. */
type TextField<T> = {
  [K in keyof T]-?: string extends T[K]
    ? K
    : undefined extends T[K]
      ? string extends NonNullable<T[K]>
        ? K
        : never
      : never;
}[keyof T];

function texts<T extends object>(value: T, fields: readonly TextField<T>[], redact: Redact): T {
  let result = value;
  for (const field of fields) {
    const text: unknown = value[field];
    if (typeof text !== 'string') continue;
    const hidden = redact(text);
    if (hidden !== text) result = { ...result, [field]: hidden };
  }
  return result;
}

function request(event: RequestEvent, redact: Redact): RequestEvent {
  return texts(event, ['text', 'senderName'], redact);
}

function row(event: RowEvent, redact: Redact): RowEvent {
  return texts(event, ['agentName', 'label'], redact);
}

function ended(event: RunEndedEvent, redact: Redact): RunEndedEvent {
  const outcome = redactOutcome(event.outcome, redact);
  return outcome === event.outcome ? event : { ...event, outcome };
}

function redactOutcome(outcome: RunOutcome, redact: Redact): RunOutcome {
  return outcome.kind === 'error' ? texts(outcome, ['message', 'code'], redact) : outcome;
}

function synced(event: KeySyncedEvent, redact: Redact): KeySyncedEvent {
  if (event.terminal === undefined) return event;
  const outcome = redactOutcome(event.terminal.outcome, redact);
  return outcome === event.terminal.outcome ? event : { ...event, terminal: { ...event.terminal, outcome } };
}

function plan(event: PlanEvent, redact: Redact): PlanEvent {
  const items = event.items.map((item) => texts(item, ['text'], redact));
  return items.every((item, index) => item === event.items[index]) ? event : { ...event, items };
}

function tool(event: ToolEvent, redactor: Redactor): ToolEvent {
  let result = texts(event, ['name', 'title', 'meta', 'error'], redactor.redact);
  const input = event.input && redactInput(event.input, redactor);
  if (input !== undefined && input !== event.input) result = { ...result, input };
  const child = event.child && texts(event.child, ['label'], redactor.redact);
  if (child !== undefined && child !== event.child) result = { ...result, child };
  return result;
}

/** The name of an argument says something about its value: `{password: "x"}`. */
function redactInput(input: ToolInput, { redactField }: Redactor): ToolInput {
  const entries = Object.entries(input).map(([name, value]) => [name, redactField(name, value)] as const);
  return entries.some(([name, value]) => input[name] !== value) ? Object.fromEntries(entries) : input;
}
