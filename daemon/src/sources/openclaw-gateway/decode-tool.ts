import type { PlanEvent, ToolEvent, ToolInput } from '../../turns/events.ts';
import { isObject, type Json, list, number, object, optional, text } from './fields.ts';

/** Arguments that are the work's content, not its description: never kept. */
const CONTENT_ARGUMENTS: ReadonlySet<string> = new Set([
  'content',
  'contents',
  'newText',
  'oldText',
  'new_string',
  'old_string',
  'newString',
  'oldString',
  'patch',
  'diff',
  'data',
  'body',
  'base64',
  'buffer',
  'input',
  'stdin',
  'image',
  'images',
  'edits',
  'code',
]);
const MAX_ARGUMENTS = 12;
/** Longer ones say nothing to a person; a command may be long before it is redacted and cut. */
const MAX_ARGUMENT_LENGTH = 4_000;

/** The scalar arguments that labels are made of, whole and uncut (redaction comes first, then cutting). */
export function toolInput(args: Json | undefined): ToolInput | undefined {
  if (args === undefined) return undefined;
  const input: Record<string, string> = {};
  let count = 0;
  for (const key in args) {
    const value = args[key];
    if (count === MAX_ARGUMENTS) break;
    if (CONTENT_ARGUMENTS.has(key)) continue;
    if (
      typeof value === 'string'
        ? value === '' || value.length > MAX_ARGUMENT_LENGTH
        : typeof value !== 'number' && typeof value !== 'boolean'
    )
      continue;
    input[key] = String(value);
    count += 1;
  }
  const options = offeredOptions(args);
  if (options !== undefined) input.options = options;
  return count === 0 && options === undefined ? undefined : input;
}

/** What `ask_user` offers as answers, one a line (15-ask-user); of several questions at once none can be offered alone. */
function offeredOptions(args: Json): string | undefined {
  const [question, another] = list(args, 'questions');
  if (!isObject(question) || another !== undefined) return undefined;
  const labels = list(question, 'options').flatMap((option) => (isObject(option) ? (text(option, 'label') ?? []) : []));
  const joined = labels.filter((label) => !label.includes('\n')).join('\n');
  return joined === '' || joined.length > MAX_ARGUMENT_LENGTH ? undefined : joined;
}

export interface ToolOutcome {
  readonly outcome: 'done' | 'error' | 'background';
  readonly exitCode?: number;
  readonly error?: string;
}

/** T6: `isError`, a failed status or a non-zero exit code; `details.status: running` went to the background. */
export function toolOutcome(isError: boolean, result: Json | undefined): ToolOutcome {
  const details = object(result, 'details');
  const status = text(details, 'status');
  const exitCode = number(details, 'exitCode');
  if (status === 'running' && !isError) return { outcome: 'background' };
  const failed = isError || status === 'error' || status === 'failed' || (exitCode !== undefined && exitCode !== 0);
  if (!failed) return { outcome: 'done', ...optional('exitCode', exitCode) };
  return { outcome: 'error', ...optional('exitCode', exitCode), ...optional('error', errorText(result, details)) };
}

const MAX_ERROR_SOURCE = 8_000;

/** One line that says what went wrong; never the output itself. */
function errorText(result: Json | undefined, details: Json | undefined): string | undefined {
  const direct = text(details, 'error') ?? text(details, 'message');
  if (direct !== undefined) return direct;
  const first = list(result, 'content').find((part) => isObject(part) && part.type === 'text');
  const body = isObject(first) ? text(first, 'text') : undefined;
  if (body === undefined || body.length > MAX_ERROR_SOURCE) return undefined;
  if (!body.startsWith('{')) return number(details, 'exitCode') === undefined ? body.split('\n', 1)[0] : undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? (text(parsed, 'error') ?? text(parsed, 'message')) : undefined;
  } catch {
    return undefined;
  }
}

/** The sub-agent that a `sessions_spawn` result names (`details`, or the JSON text of older versions). */
export function spawnedChild(result: Json | undefined): ToolEvent['child'] {
  const details = object(result, 'details');
  const named = text(details, 'childSessionKey') === undefined ? resultJson(result) : details;
  const key = text(named, 'childSessionKey');
  return key === undefined ? undefined : { key, ...optional('runId', text(named, 'runId')) };
}

function resultJson(result: Json | undefined): Json | undefined {
  const first = list(result, 'content')[0];
  const body = isObject(first) ? text(first, 'text') : undefined;
  if (body === undefined || !body.startsWith('{') || body.length > MAX_ERROR_SOURCE) return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const PLAN_STATUS = { completed: 'done', done: 'done', in_progress: 'active', active: 'active' } as const;

/** T13: `args.plan[{step, status}]` of `progress_card`. */
export function planItems(args: Json | undefined): PlanEvent['items'] | undefined {
  if (!Array.isArray(args?.plan)) return undefined;
  return list(args, 'plan')
    .filter(isObject)
    .map((item) => ({
      text: text(item, 'step') ?? text(item, 'text') ?? '',
      status: PLAN_STATUS[(text(item, 'status') ?? '') as keyof typeof PLAN_STATUS] ?? 'pending',
    }))
    .filter((item) => item.text !== '');
}
