import { isObject, type Json } from '../openclaw-gateway/fields.ts';
import type { ToolResultLine } from './transcript-line.ts';

/** Shorter lines are parsed as fast as they are picked apart. */
const BIG_CHARS = 2_048;
const HEAD_CHARS = 512;
const END_CHARS = 96;
const DETAILS_CHARS = 512;

const HEAD =
  /^\{"type":"message","id":"([^"\\]*)","parentId":(?:null|"[^"\\]*"),"timestamp":"([^"\\]*)","message":\{"role":"toolResult","toolCallId":"([^"\\]+)","toolName":"([^"\\]*)","content":\[/;
const END = /[\]}],"isError":false,"timestamp":(\d+)\}\}$/;
const DETAILS = '],"details":{';
const OUTPUT = ',"aggregated":"';

/**
 * A result with a big output, read without parsing the output: what matters stands before and after it. Only the forms that
 * OpenClaw writes for a call that did not fail; undefined for everything else, which is then parsed as usual. Quotes inside
 * strings are escaped in JSON, so output cannot pass for one of the fields.
 */
export function decodeBigResult(line: string): ToolResultLine | undefined {
  if (line.length < BIG_CHARS) return undefined;
  const head = HEAD.exec(line.slice(0, HEAD_CHARS));
  const end = END.exec(line.slice(-END_CHARS));
  const [, id, timestamp, callId, toolName] = head ?? [];
  const ms = Date.parse(timestamp ?? '');
  if (head === null || end === null || id === undefined || callId === undefined || Number.isNaN(ms)) return undefined;
  const details = detailsAfter(line, head[0].length);
  if (details === undefined) return undefined;
  const messageMs = Number(end[1]);
  return {
    kind: 'toolResult',
    id,
    ms,
    messageMs,
    callId,
    toolName: toolName || undefined,
    isError: false,
    result: { details },
  };
}

/** The fields of `details` before its copy of the output; undefined if they cannot be told for sure. */
function detailsAfter(line: string, from: number): Json | undefined {
  const at = line.indexOf(DETAILS, from);
  if (at < 0) return {};
  const start = at + DETAILS.length - 1;
  const beginning = line.slice(start, start + DETAILS_CHARS);
  const output = beginning.indexOf(OUTPUT);
  if (output < 0) return undefined;
  try {
    const details: unknown = JSON.parse(`${beginning.slice(0, output)}}`);
    return isObject(details) && typeof details.exitCode === 'number' ? details : undefined;
  } catch {
    return undefined;
  }
}
