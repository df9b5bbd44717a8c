import { type ToolOutcome, toolOutcome } from '../openclaw-gateway/decode-tool.ts';
import { isObject, type Json, list, object, optional, text } from '../openclaw-gateway/fields.ts';
import type { ToolResultLine } from './line.ts';

/** Their results are the command's output, not a message about it. */
const OUTPUT_TOOLS: ReadonlySet<string> = new Set(['exec', 'bash', 'process']);

/** T6. Of a command only OpenClaw's own last words are an error message. */
export function outcomeOf(name: string | undefined, line: ToolResultLine): ToolOutcome {
  const outcome = toolOutcome(line.isError, line.result);
  if (outcome.error === undefined || name === undefined || !OUTPUT_TOOLS.has(name)) return outcome;
  if (outcome.error === text(object(line.result, 'details'), 'error')) return outcome;
  const { error: _, ...rest } = outcome;
  return { ...rest, ...optional('error', lastWords(line.result)) };
}

/** `...output...\n\nCommand aborted by signal SIGTERM`, `Exec denied (...)` */
function lastWords(result: Json): string | undefined {
  const block = list(result, 'content').findLast(isObject);
  const output = text(block, 'text');
  const last = output?.slice(output.lastIndexOf('\n') + 1);
  return last !== undefined && /^(?:Command|Exec) /.test(last) ? last : undefined;
}
