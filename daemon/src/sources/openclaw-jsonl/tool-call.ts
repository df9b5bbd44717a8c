import { isObject, type Json, object, text } from '../openclaw-gateway/fields.ts';

/** The wrapper of Tool Search: `tool_call {id, args}`. A transcript has no line of its own for the call inside. */
const WRAPPER = 'tool_call';

export interface ToolCall {
  readonly callId: string;
  readonly name: string;
  readonly args: Json | undefined;
}

/** A `toolCall` block of an assistant line, taken out of its wrapper (T6); undefined if it names no call. */
export function toolCallOf(block: Json): ToolCall | undefined {
  const callId = text(block, 'id');
  const name = text(block, 'name');
  if (callId === undefined || name === undefined) return undefined;
  const args = object(block, 'arguments') ?? parsedArguments(block);
  const inner = name === WRAPPER ? text(args, 'id') : undefined;
  return inner === undefined ? { callId, name, args } : { callId, name: inner, args: object(args, 'args') };
}

/** Some providers' arguments arrive as JSON text. */
function parsedArguments(block: Json): Json | undefined {
  const raw = text(block, 'arguments');
  if (raw === undefined || !raw.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(raw);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
