import type { ToolEvent } from '../../turns/events.ts';
import { spawnedChild, toolInput, toolOutcome } from './decode-tool.ts';
import { flag, isObject, type Json, list, object, optional, text, time } from './fields.ts';

/** A call that was made through a wrapper of Tool Search is kept in the transcript as a message of this kind. */
const NESTED_TOOL = 'openclaw.nested-tool.v1';

export interface NestedContext {
  readonly key: string;
  readonly at: number;
  readonly shift: (ms: number) => number;
}

/** `content: [{type: toolCall, id, runId, name, arguments}, {type: toolResult, toolCallId, isError, content}]`, both or the first. */
export function nestedTool(message: Json, context: NestedContext): readonly ToolEvent[] {
  if (text(message, 'customType') !== NESTED_TOOL) return [];
  return list(message, 'content')
    .filter(isObject)
    .flatMap((part) => (part.type === 'toolCall' ? started(part, context) : ended(part, context)));
}

function started(call: Json, { key, at, shift }: NestedContext): readonly ToolEvent[] {
  const callId = text(call, 'id');
  const runId = text(call, 'runId');
  const name = text(call, 'name');
  if (callId === undefined || runId === undefined || name === undefined) return [];
  const tsMs = shift(time(call, 'timestamp') ?? at);
  const input = toolInput(object(call, 'arguments'));
  const wrapperCallId = text(call, 'parentToolCallId');
  return [
    {
      type: 'tool',
      key,
      at,
      run: { runId },
      callId,
      name,
      phase: 'started',
      startedMs: tsMs,
      tsMs,
      ...optional('input', input),
      ...optional('wrapperCallId', wrapperCallId),
    },
  ];
}

function ended(result: Json, { key, at, shift }: NestedContext): readonly ToolEvent[] {
  const callId = text(result, 'toolCallId');
  const runId = text(result, 'runId');
  if (result.type !== 'toolResult' || callId === undefined || runId === undefined) return [];
  const tsMs = shift(time(result, 'timestamp') ?? at);
  const name = text(result, 'toolName');
  const child = name === 'sessions_spawn' ? spawnedChild(result) : undefined;
  return [
    {
      type: 'tool',
      key,
      at,
      run: { runId },
      callId,
      phase: 'ended',
      endedMs: tsMs,
      tsMs,
      ...optional('name', name),
      ...toolOutcome(flag(result, 'isError'), result),
      ...optional('child', child),
    },
  ];
}
