import { LIMITS } from '@livestatus/contract';
import type { ToolStep } from '../turns/turn.ts';
import type { LabelOverrides } from './label-overrides.ts';
import { type Facts, fill, hasValues, join, type LabelTemplate, type Piece } from './label-template.ts';
import type { ToolWords } from './labels-table.ts';
import { commandFacts } from './shell-command.ts';
import { type CompiledWords, compiledWords, toolKey, wordsOf } from './tool-words.ts';

export { type LabelOverrides, type LabelParse, type LabelProblem, parseLabelOverrides } from './label-overrides.ts';

/** Where a tool call is in its life; `wanted`: it waits for somebody's approval. */
export type Tense = 'running' | 'background' | 'done' | 'failed' | 'blocked' | 'cancelled' | 'wanted';

const NONE: LabelOverrides = new Map();

/**
 * What a person would say about a tool call: "Running `npm test`", "Could not read `a.ts`". Facts come from the runtime's
 * own description of the call, then from its arguments; the words from the overrides, then from the table, and for an
 * unknown tool from its name. One line, at most 120 code points, backticks only in pairs around code.
 */
export function toolLabel(step: ToolStep, tense: Tense, overrides: LabelOverrides = NONE): string {
  const override = overrides.get(step.name) ?? overrides.get(toolKey(step.name));
  const facts = factsOf(step, tense);
  if (override?.kind === 'fixed') {
    const pieces = fill(override.text, facts);
    if (pieces !== undefined) return join(pieces, LIMITS.labelMaxCodePoints);
  }
  const words = override?.kind === 'words' ? override : compiledWords(step.name);
  const { verb, objects, plain } = forAction(words, step.input?.action);
  const filled = firstFilled(objects, facts) ?? [fixed(plain)];
  return sentence(verb, tense, filled, hasRun(step));
}

/** The same from the tool's name alone (privacy level `summary`). */
export function toolSummary(
  name: string,
  tense: Tense,
  ranWithExitCode: boolean,
  overrides: LabelOverrides = NONE,
): string {
  const override = overrides.get(name) ?? overrides.get(toolKey(name));
  if (override?.kind === 'fixed' && !hasValues(override.text)) {
    return join(fill(override.text, () => undefined) ?? [], LIMITS.labelMaxCodePoints);
  }
  const { verb, plain } = override?.kind === 'words' ? override : compiledWords(name);
  return sentence(verb, tense, [fixed(plain)], ranWithExitCode);
}

/** What ended a command from outside; it did run until then. */
const CUT_SHORT = /\btimed? ?out\b|\bkilled\b|\bSIG[A-Z]{2,5}\b/i;

/** A command that answered with a code, or was cut short, did run; others could not. */
export function hasRun(step: ToolStep): boolean {
  return step.exitCode !== undefined || CUT_SHORT.test(step.error?.slice(0, 500) ?? '');
}

function forAction(
  words: CompiledWords,
  action: string | undefined,
): Pick<CompiledWords, 'verb' | 'objects' | 'plain'> {
  return (action !== undefined && words.actions?.get(action)) || words;
}

function firstFilled(templates: readonly LabelTemplate[], facts: Facts): Piece[] | undefined {
  for (const parts of templates) {
    const pieces = fill(parts, facts);
    if (pieces !== undefined) return pieces;
  }
  return undefined;
}

const MAX_META = 1_000;

/** What is known about the call, by name: from the runtime's description if it is whole, else from the arguments. */
function factsOf(step: ToolStep, tense: Tense): Facts {
  const meta = metaOf(step)?.slice(0, MAX_META);
  const described = meta === undefined ? undefined : wordsOf(step.name)?.meta?.exec(meta)?.groups;
  const command = commandFacts(step.input?.command ?? step.input?.cmd, meta, tense === 'wanted');
  const isWhole = meta !== undefined && !meta.includes('…');
  return (name) => {
    if (name === 'meta') return meta;
    if (name === 'command') return command.command;
    if (name === 'words') return command.words;
    const fromMeta = described?.[name];
    return (isWhole ? fromMeta : undefined) ?? argument(step, name) ?? fromMeta;
  };
}

/** `to` of a message is an id more often than a name. */
function argument(step: ToolStep, name: string): string | undefined {
  const { input } = step;
  if (input === undefined || !Object.hasOwn(input, name)) return undefined;
  const value = input[name];
  if ((name === 'to' || name === 'target') && !/^[@#~]/.test(value ?? '')) return undefined;
  return value;
}

/** The runtime's description without the tool's name: its `meta`, else what its title adds. */
function metaOf(step: ToolStep): string | undefined {
  if (step.meta !== undefined) return step.meta;
  const name = toolKey(step.name).replaceAll('_', ' ');
  const title = step.title?.trim() ?? '';
  return title.toLowerCase().startsWith(`${name} `) ? title.slice(name.length + 1).trim() : undefined;
}

const fixed = (text: string): Piece => ({ text, isValue: false, isPath: false });

function sentence(verb: ToolWords['verb'], tense: Tense, object: readonly Piece[], ran: boolean): string {
  const first = object[0]?.text ?? '';
  const start = startOf(verb, tense, ran);
  const aside = tense === 'background' ? ' in the background' : '';
  // "Running in the background: x", but "Running `x` in the background".
  const isList = first.startsWith(':');
  const pieces = isList
    ? [fixed(start + aside), ...object]
    : [fixed(first === '' ? start : `${start} `), ...object, fixed(aside)];
  return join(pieces, LIMITS.labelMaxCodePoints);
}

function startOf([base, running, done]: ToolWords['verb'], tense: Tense, ran: boolean): string {
  switch (tense) {
    case 'running':
    case 'background':
      return running;
    case 'done':
      return done;
    case 'failed':
      return ran ? done : `Could not ${base}`;
    case 'blocked':
      return `Was not allowed to ${base}`;
    case 'cancelled':
      return `Stopped ${running.charAt(0).toLowerCase()}${running.slice(1)}`;
    case 'wanted':
      return `Wants to ${base}`;
    default:
      return tense satisfies never;
  }
}
