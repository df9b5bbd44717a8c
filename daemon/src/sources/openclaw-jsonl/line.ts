import { usageOf } from '../openclaw-gateway/decode-message.ts';
import { flag, isObject, type Json, list, object, optional, text, time } from '../openclaw-gateway/fields.ts';
import { decodeBigResult } from './big-result.ts';
import { stopKind } from './outcome.ts';
import type { TranscriptLine, UserLine } from './transcript-line.ts';

export type { AssistantLine, RunLine, ToolResultLine, TranscriptLine, UserLine } from './transcript-line.ts';

/** Other records (model changes, snapshots, ...) begin so too and are not parsed. */
const RECORD_BEGINNING = '{"type":"';
const RECORDS: readonly string[] = ['message"', 'session"', 'compaction"'];

/** undefined if it is no JSON object: damaged, or not a transcript. On the hot path: parses at most once, copies nothing. */
export function decodeLine(line: string): TranscriptLine | undefined {
  if (isOtherRecord(line)) return OTHER;
  const big = decodeBigResult(line);
  if (big !== undefined) return big;
  const record = parse(line);
  if (record === undefined) return undefined;
  const ms = Date.parse(text(record, 'timestamp') ?? '');
  if (Number.isNaN(ms)) return OTHER;
  const id = text(record, 'id') ?? '';
  switch (record.type) {
    case 'message':
      return decodeMessage(object(record, 'message'), id, ms);
    case 'session':
      return { kind: 'header', ms };
    case 'compaction':
      return { kind: 'compaction', id, ms };
    default:
      return OTHER;
  }
}

const OTHER: TranscriptLine = { kind: 'other' };

function isOtherRecord(line: string): boolean {
  if (!line.startsWith(RECORD_BEGINNING)) return false;
  return !RECORDS.some((name) => line.startsWith(name, RECORD_BEGINNING.length));
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
  if (message === undefined) return OTHER;
  const messageMs = time(message, 'timestamp') ?? ms;
  switch (message.role) {
    case 'user':
      return { kind: 'user', id, ms, messageMs, text: userText(message), provenance: provenanceOf(message) };
    case 'assistant':
      return decodeAssistant(message, id, ms, messageMs);
    case 'toolResult':
      return decodeToolResult(message, id, ms, messageMs);
    default:
      return OTHER;
  }
}

function decodeAssistant(message: Json, id: string, ms: number, messageMs: number): TranscriptLine {
  const provider = text(message, 'provider');
  if (provider === 'openclaw') {
    return { kind: 'own', id, ms, abortNoted: flag(object(message, 'openclawAbort'), 'aborted') };
  }
  const stopReason = text(message, 'stopReason');
  return {
    kind: 'assistant',
    id,
    ms,
    messageMs,
    provider,
    model: text(message, 'model'),
    content: list(message, 'content'),
    usage: usageOf(object(message, 'usage')),
    stop: stopKind(stopReason),
    stopReason,
    error: text(message, 'errorMessage'),
  };
}

function decodeToolResult(message: Json, id: string, ms: number, messageMs: number): TranscriptLine {
  const callId = text(message, 'toolCallId');
  if (callId === undefined) return OTHER;
  const isError = flag(message, 'isError');
  return {
    kind: 'toolResult',
    id,
    ms,
    messageMs,
    callId,
    toolName: text(message, 'toolName'),
    isError,
    result: message,
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
  const parts: string[] = [];
  for (const block of list(message, 'content')) {
    const said = isObject(block) ? text(block, 'text') : undefined;
    if (said !== undefined) parts.push(said);
  }
  return parts.join('\n');
}
