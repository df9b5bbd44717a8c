import type { AgentEvent, ToolEvent } from '../../turns/events.ts';
import { decodeStream, type RunContext } from './decode-agent.ts';
import { assistantMessage, messageText } from './decode-message.ts';
import { nestedTool } from './decode-nested.ts';
import { spawnedChild, toolInput, toolOutcome } from './decode-tool.ts';
import { flag, isObject, type Json, list, object, optional, text, time } from './fields.ts';
import { recordedAt } from './history-runs.ts';

export interface DetailContext {
  readonly key: string;
  readonly at: number;
  readonly shift: (ms: number) => number;
}

/** What one line of a history tells of its run; no sign of life. */
export function lineDetails(line: Json, runId: string, context: DetailContext): readonly AgentEvent[] {
  switch (line.role) {
    case 'assistant':
      return assistantDetails(line, context);
    case 'toolResult':
      return resultDetails(line, runId, context);
    case 'custom':
      return nestedTool(line, context).map((event) => ({ ...event, past: true }));
    default:
      return [];
  }
}

function assistantDetails(message: Json, { key, at, shift }: DetailContext): readonly AgentEvent[] {
  const counted = assistantMessage(key, message, at, shift);
  const run = counted?.run;
  if (counted === undefined || run === undefined) return [];
  const base = { key, at, past: true, run, tsMs: counted.tsMs } as const;
  const itemId = text(object(message, 'openclawStreamFallback'), 'itemId');
  const said = messageText(message);
  const spoken: readonly AgentEvent[] =
    itemId === undefined || said === undefined ? [] : [{ type: 'text', ...base, itemId, text: said }];
  const calls = list(message, 'content').flatMap((part) => call(part, base) ?? []);
  return [...spoken, ...calls, { ...counted, past: true }];
}

type Base = Pick<ToolEvent, 'key' | 'at' | 'past' | 'run' | 'tsMs'>;

function call(part: unknown, base: Base): ToolEvent | undefined {
  const made = isObject(part) && part.type === 'toolCall' ? part : undefined;
  const callId = text(made, 'id');
  const name = text(made, 'name');
  if (callId === undefined || name === undefined) return undefined;
  const input = toolInput(object(made, 'arguments'));
  return { type: 'tool', ...base, callId, name, phase: 'started', startedMs: base.tsMs, ...optional('input', input) };
}

function resultDetails(message: Json, runId: string, { key, at, shift }: DetailContext): readonly AgentEvent[] {
  const callId = text(message, 'toolCallId');
  if (callId === undefined) return [];
  const tsMs = shift(recordedAt(message) ?? at);
  const name = text(message, 'toolName');
  const child = name === 'sessions_spawn' ? spawnedChild(message) : undefined;
  return [
    {
      type: 'tool',
      key,
      at,
      past: true,
      run: { runId },
      callId,
      phase: 'ended',
      endedMs: tsMs,
      tsMs,
      ...optional('name', name),
      ...toolOutcome(flag(message, 'isError'), message),
      ...optional('child', child),
    },
  ];
}

/** `inFlightRun.events`: tool arguments are stripped, `item` events keep title and meta (late-join). */
export function inFlightDetails(payload: Json, { key, at, shift }: DetailContext): readonly AgentEvent[] {
  const runId = text(payload, 'runId');
  const stream = text(payload, 'stream');
  const data = object(payload, 'data');
  if (runId === undefined || stream === undefined || data === undefined) return [];
  const context: RunContext = {
    key,
    // No sequence number: these are older than what the live stream has brought already.
    run: { runId },
    at,
    tsMs: shift(time(payload, 'ts') ?? at),
    spawnedBy: undefined,
    heartbeat: false,
    shift,
  };
  return decodeStream(stream, data, context).events.filter(
    (event) => event.type === 'tool' || event.type === 'text' || event.type === 'approval.requested',
  );
}
