import type { AssistantLine, TranscriptLine } from './line.ts';
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
  const role = field(head, 'role');
  if (role === 'assistant') return { ...NO_ANSWER, ...base, ...stopOf(end) };
  const callId = field(head, 'toolCallId');
  if (role !== 'toolResult' || callId === undefined) return { kind: 'other' };
  const isError = /"isError":true,"timestamp":\d+\}\}\s*$/.test(end);
  return { kind: 'toolResult', ...base, callId, toolName: field(head, 'toolName'), isError, result: {} };
}

const NO_ANSWER = {
  kind: 'assistant',
  provider: undefined,
  model: undefined,
  content: [],
  usage: undefined,
  error: undefined,
} as const;

function stopOf(end: string): Pick<AssistantLine, 'stop' | 'stopReason'> {
  const stopReason = lastField(end, 'stopReason');
  return { stop: stopKind(stopReason), stopReason };
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
