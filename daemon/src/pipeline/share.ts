import type { TextPool } from '../publish/text-pool.ts';
import type { AgentEvent, ToolEvent, ToolInput } from '../turns/events.ts';

/** The event with the texts that steps keep taken from the pool; of other events none is kept often enough. */
export function shareTexts(event: AgentEvent, pool: TextPool): AgentEvent {
  return event.type === 'tool' ? sharedTool(event, pool) : event;
}

function sharedTool(event: ToolEvent, pool: TextPool): ToolEvent {
  const { name, title, meta, input } = event;
  if (name === undefined && title === undefined && meta === undefined && input === undefined) return event;
  return {
    ...event,
    ...(name !== undefined && { name: pool.shared(name) }),
    ...(title !== undefined && { title: pool.shared(title) }),
    ...(meta !== undefined && { meta: pool.shared(meta) }),
    ...(input !== undefined && { input: sharedInput(input, pool) }),
  };
}

function sharedInput(input: ToolInput, pool: TextPool): ToolInput {
  const shared: Record<string, string> = {};
  for (const name of Object.keys(input)) shared[name] = pool.shared(input[name] ?? '');
  return shared;
}
