import type { TranscriptLine } from './line.ts';
import { lineTime } from './locate.ts';
import { stopKind } from './outcome.ts';
import type { OversizedLine } from './tail.ts';

/**
 * What the beginning and the end of a line that is too long to be read still tell: which call has ended, how the model
 * stopped. Without it a tool would seem to run on. Quotes inside strings are escaped in JSON (`\"`), so the agent's own
 * text cannot pass for one of these fields.
 */
export function decodeOversized(line: OversizedLine): TranscriptLine {
  const { head, end } = line;
  const ms = lineTime(head);
  const id = field(head, 'id');
  if (ms === undefined || id === undefined || field(head, 'type') !== 'message') return { kind: 'other' };
  const messageMs = Number(/"timestamp":(\d{12,15})[^"]*(?:"errorMessage":"[^"]*")?\}\}\s*$/.exec(end)?.[1] ?? ms);
  const base = { id, ms, messageMs };
  switch (field(head, 'role')) {
    case 'toolResult':
      return decodeResult(base, head, end);
    case 'assistant': {
      const stopReason = lastField(end, 'stopReason');
      return {
        kind: 'assistant',
        ...base,
        content: [],
        stop: stopKind(stopReason),
        ...(stopReason !== undefined && { stopReason }),
      };
    }
    default:
      return { kind: 'other' };
  }
}

function decodeResult(base: { id: string; ms: number; messageMs: number }, head: string, end: string): TranscriptLine {
  const callId = field(head, 'toolCallId');
  if (callId === undefined) return { kind: 'other' };
  const toolName = field(head, 'toolName');
  return {
    kind: 'toolResult',
    ...base,
    callId,
    isError: /"isError":true,"timestamp":\d+\}\}\s*$/.test(end),
    result: {},
    ...(toolName !== undefined && { toolName }),
  };
}

/** The first string field of that name that has no escape in it. */
function field(text: string, name: string): string | undefined {
  return new RegExp(`"${name}":"([^"\\\\]*)"`).exec(text)?.[1];
}

/** The last one: what a call's arguments contain stands before the message's own fields. */
function lastField(text: string, name: string): string | undefined {
  const at = text.lastIndexOf(`"${name}":"`);
  return at < 0 ? undefined : field(text.slice(at), name);
}
