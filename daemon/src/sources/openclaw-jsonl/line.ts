import type { TokenUsage } from '../../turns/events.ts';
import { usageOf } from '../openclaw-gateway/decode-message.ts';
import { flag, isObject, type Json, list, number, object, optional, text } from '../openclaw-gateway/fields.ts';
import { type StopKind, stopKind } from './outcome.ts';

/**
 * One record of a transcript (`version: 3`), reduced to what Live Status needs. Big texts (tool output, file contents) are
 * neither copied nor looked at. All times are ms on the runtime's clock.
 */
export type TranscriptLine =
  /** A file can hold several; lines older than the last one are copied history (a forked thread). */
  | { readonly kind: 'header'; readonly ms: number }
  | UserLine
  | AssistantLine
  | ToolResultLine
  | { readonly kind: 'compaction'; readonly id: string; readonly ms: number }
  /** OpenClaw's own addition (delivery mirror, injected note): neither a turn nor an end (T7). */
  | { readonly kind: 'own'; readonly id: string; readonly ms: number; readonly abortNoted: boolean }
  /** A record that says nothing about what the agent does. */
  | { readonly kind: 'other' };

/** A line of a conversation: only these belong to a run. */
export type RunLine = Exclude<TranscriptLine, { readonly kind: 'header' | 'other' }>;

interface MessageLine {
  readonly id: string;
  /** When the record was made. */
  readonly ms: number;
  /** The message's own time: of an assistant, when its request to the model began; of a tool, when it ended. */
  readonly messageMs: number;
}

export interface UserLine extends MessageLine {
  readonly kind: 'user';
  readonly text: string;
  readonly provenance?: { readonly kind: string; readonly sourceKey?: string };
}

export interface AssistantLine extends MessageLine {
  readonly kind: 'assistant';
  readonly provider?: string;
  readonly model?: string;
  /** Blocks of type thinking, text and toolCall, in the order of saying. */
  readonly content: readonly Json[];
  readonly usage?: TokenUsage;
  readonly stop: StopKind;
  readonly stopReason?: string;
  readonly error?: string;
}

export interface ToolResultLine extends MessageLine {
  readonly kind: 'toolResult';
  readonly callId: string;
  readonly toolName?: string;
  readonly isError: boolean;
  /** The message itself: `details` and `content`. */
  readonly result: Json;
}

/** undefined if it is no JSON object: damaged, or not a transcript. */
export function decodeLine(line: string): TranscriptLine | undefined {
  const record = parse(line);
  if (record === undefined) return undefined;
  const ms = Date.parse(text(record, 'timestamp') ?? '');
  if (Number.isNaN(ms)) return { kind: 'other' };
  const id = text(record, 'id') ?? '';
  switch (record.type) {
    case 'message':
      return decodeMessage(object(record, 'message'), id, ms);
    case 'session':
      return { kind: 'header', ms };
    case 'compaction':
      return { kind: 'compaction', id, ms };
    default:
      return { kind: 'other' };
  }
}

function parse(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function decodeMessage(message: Json | undefined, id: string, ms: number): TranscriptLine {
  if (message === undefined) return { kind: 'other' };
  const base = { id, ms, messageMs: number(message, 'timestamp') ?? ms };
  switch (message.role) {
    case 'user':
      return { kind: 'user', ...base, text: userText(message), ...optional('provenance', provenanceOf(message)) };
    case 'assistant':
      return decodeAssistant(message, base);
    case 'toolResult':
      return decodeToolResult(message, base);
    default:
      return { kind: 'other' };
  }
}

function decodeAssistant(message: Json, base: MessageLine): TranscriptLine {
  const provider = text(message, 'provider');
  if (provider === 'openclaw') {
    return { kind: 'own', id: base.id, ms: base.ms, abortNoted: flag(object(message, 'openclawAbort'), 'aborted') };
  }
  const stopReason = text(message, 'stopReason');
  return {
    kind: 'assistant',
    ...base,
    content: list(message, 'content').filter(isObject),
    stop: stopKind(stopReason),
    ...optional('provider', provider),
    ...optional('model', text(message, 'model')),
    ...optional('usage', usageOf(object(message, 'usage'))),
    ...optional('stopReason', stopReason),
    ...optional('error', text(message, 'errorMessage')),
  };
}

function decodeToolResult(message: Json, base: MessageLine): TranscriptLine {
  const callId = text(message, 'toolCallId');
  if (callId === undefined) return { kind: 'other' };
  return {
    kind: 'toolResult',
    ...base,
    callId,
    isError: flag(message, 'isError'),
    result: message,
    ...optional('toolName', text(message, 'toolName')),
  };
}

function provenanceOf(message: Json): UserLine['provenance'] {
  const provenance = object(message, 'provenance');
  const kind = text(provenance, 'kind');
  if (kind === undefined || kind === 'external_user') return undefined;
  const recovery = text(provenance, 'sourceTool') === 'main_session_restart_recovery';
  return {
    kind: recovery ? 'main_session_restart_recovery' : kind,
    ...optional('sourceKey', text(provenance, 'sourceSessionKey')),
  };
}

/** The text of a message; pictures and files are left out. */
function userText(message: Json): string {
  const direct = text(message, 'content');
  if (direct !== undefined) return direct;
  return list(message, 'content')
    .flatMap((block) => (isObject(block) ? (text(block, 'text') ?? []) : []))
    .join('\n');
}
