import type { AgentEvent, ToolInput } from '../turns/events.ts';

/**
 * Bounds the texts of an event before the machine keeps them, so that no run can make its memory grow. After redaction,
 * always: a cut through a secret would hide it from the rules. Longer than anything that is ever shown.
 */
export const MAX_TEXT = 2_000;

/** The event with every text cut to `MAX_TEXT`; the same reference if none was longer. */
export function boundEvent(event: AgentEvent): AgentEvent {
  switch (event.type) {
    case 'request':
    case 'text':
      return (event.text?.length ?? 0) <= MAX_TEXT ? event : { ...event, text: cut(event.text ?? '') };
    case 'tool':
      return boundTool(event);
    case 'run.attemptFailed':
      return event.message.length <= MAX_TEXT ? event : { ...event, message: cut(event.message) };
    case 'run.ended':
      if (event.outcome.kind !== 'error' || event.outcome.message.length <= MAX_TEXT) return event;
      return { ...event, outcome: { ...event.outcome, message: cut(event.outcome.message) } };
    case 'run.joined':
      return event.request === undefined
        ? event
        : { ...event, request: boundEvent(event.request) as typeof event.request };
    case 'plan':
      return { ...event, items: event.items.slice(0, 50).map((item) => ({ ...item, text: cut(item.text) })) };
    default:
      return event;
  }
}

type Tool = Extract<AgentEvent, { type: 'tool' }>;

function boundTool(event: Tool): Tool {
  const long = [event.title, event.meta, event.error].some((value) => (value?.length ?? 0) > MAX_TEXT);
  const input = boundInput(event.input);
  if (!long && input === event.input) return event;
  return {
    ...event,
    ...(event.title !== undefined && { title: cut(event.title) }),
    ...(event.meta !== undefined && { meta: cut(event.meta) }),
    ...(event.error !== undefined && { error: cut(event.error) }),
    ...(input !== undefined && { input }),
  };
}

function boundInput(input: ToolInput | undefined): ToolInput | undefined {
  if (input === undefined || Object.values(input).every((value) => value.length <= MAX_TEXT)) return input;
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, cut(value)]));
}

/** Never through a surrogate pair. */
function cut(value: string): string {
  if (value.length <= MAX_TEXT) return value;
  const end =
    value.charCodeAt(MAX_TEXT - 1) >= 0xd800 && value.charCodeAt(MAX_TEXT - 1) <= 0xdbff ? MAX_TEXT - 1 : MAX_TEXT;
  return ownCopy(value.slice(0, end));
}

/** The engine's `slice` keeps all of the text that it is a part of; a step would hold megabytes of output for its first lines. */
function ownCopy(part: string): string {
  return JSON.parse(JSON.stringify(part)) as string;
}
