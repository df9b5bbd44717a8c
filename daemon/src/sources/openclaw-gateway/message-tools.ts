import { RememberedMap } from '../../collections/remembered.ts';
import type { ToolEvent } from '../../turns/events.ts';
import { nestedTool } from './decode-nested.ts';
import { toolInput } from './decode-tool.ts';
import { isObject, type Json, list, object, optional, text } from './fields.ts';

const MAX_KEYS = 1_000;

interface OpenCalls {
  readonly runId: string;
  readonly callIds: readonly string[];
}

/**
 * Tools of keys that show no run events: only the messages of the assistant tell of them, and never of their results, so
 * they are over when the next message comes (mm-channel-tools.subscribe-only). Nested calls come with their results.
 */
export class MessageTools {
  readonly #open = new RememberedMap<OpenCalls>(MAX_KEYS);

  /** An assistant message: the calls before it are over, its own begin. */
  ofAssistant(key: string, runId: string, message: Json, when: { at: number; tsMs: number }): readonly ToolEvent[] {
    const ended = this.close(key, when);
    const started = list(message, 'content').flatMap((part) => startedCall(part, key, runId, when) ?? []);
    if (started.length > 0) this.#open.set(key, { runId, callIds: started.map((event) => event.callId) });
    return [...ended, ...started];
  }

  /** A nested call made through a wrapper, as a message of its own. */
  ofCustom(key: string, message: Json, at: number, shift: (ms: number) => number): readonly ToolEvent[] {
    return nestedTool(message, { key, at, shift });
  }

  close(key: string, { at, tsMs }: { at: number; tsMs: number }): readonly ToolEvent[] {
    const open = this.#open.take(key);
    if (open === undefined) return [];
    const { runId, callIds } = open;
    return callIds.map((callId) => ({
      type: 'tool',
      key,
      at,
      run: { runId },
      callId,
      phase: 'ended',
      outcome: 'done',
      tsMs,
    }));
  }
}

function startedCall(
  part: unknown,
  key: string,
  runId: string,
  { at, tsMs }: { at: number; tsMs: number },
): ToolEvent | undefined {
  const call = isObject(part) && part.type === 'toolCall' ? part : undefined;
  const callId = text(call, 'id');
  const name = text(call, 'name');
  if (callId === undefined || name === undefined) return undefined;
  const input = toolInput(object(call, 'arguments'));
  return { type: 'tool', key, at, run: { runId }, callId, name, phase: 'started', tsMs, ...optional('input', input) };
}
