import type { AgentEvent } from '../turns/events.ts';
import type { Redactor } from './redact.ts';
/** Interim. */
export function redactEvent(event: AgentEvent, redactor: Redactor): AgentEvent {
  return deep(event, redactor) as AgentEvent;
}
function deep(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return value.length < 60 && !value.includes(' ') && !value.includes('=') ? value : redactor.redact(value);
  if (Array.isArray(value)) return value.map((item) => deep(item, redactor));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, deep(v, redactor)]));
  return value;
}
