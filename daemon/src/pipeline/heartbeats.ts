import type { AgentEvent } from '../turns/events.ts';

/**
 * SHOW_HEARTBEAT: a heartbeat is a run of the runtime's own accord like any other, so it is shown from its start, and what it
 * says is an answer. Without this setting the machine holds it back until its first tool call (T7).
 */
export function showHeartbeat(event: AgentEvent): AgentEvent {
  if (event.type !== 'run.started' || event.heartbeat !== true) return event;
  const { heartbeat: _, ...rest } = event;
  return { ...rest, automatic: true };
}
