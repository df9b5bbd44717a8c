import { parseArgs } from 'node:util';
import { closest } from '../config/suggest.ts';
import { Failure } from '../errors.ts';
import type { Command, OptionSpec, ParsedArgs } from './command.ts';

const MAX_SLIP = 2;
const COMMON_OPTIONS = ['help'];

/** Reads a command's arguments. Throws `Failure` `invalid_usage` that names what is wrong and what was probably meant. */
export function parseArguments(command: Command, argv: readonly string[]): ParsedArgs {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(Object.entries(command.options).map(([name, option]) => [name, toNode(option)])),
    allowPositionals: true,
    // Node's own messages name no alternative, so its checks are done below.
    strict: false,
    tokens: true,
  });
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const value = checkOption(command, token);
    if (value === undefined) flags.add(token.name);
    else values.set(token.name, value);
  }
  checkPositionals(command, positionals);
  return { flags, values, positionals };
}

/** The number that an option gives, within bounds. Throws `Failure` `invalid_usage`. */
export function numberValue(args: ParsedArgs, name: string, bounds: { min: number; max: number }): number | undefined {
  const text = args.values.get(name);
  if (text === undefined) return undefined;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.min && value <= bounds.max) return value;
  throw usage(`--${name} takes a number from ${bounds.min} to ${bounds.max}, got ${JSON.stringify(text)}`);
}

export function usage(message: string): Failure {
  return new Failure('invalid_usage', message);
}

function toNode(option: OptionSpec): { type: 'boolean' | 'string'; short?: string } {
  const type = option.kind === 'flag' ? 'boolean' : 'string';
  return option.short === undefined ? { type } : { type, short: option.short };
}

/** The option's value, or undefined for a flag. */
function checkOption(
  command: Command,
  token: { readonly name: string; readonly rawName: string; readonly value?: string | undefined },
): string | undefined {
  const option = Object.hasOwn(command.options, token.name) ? command.options[token.name] : undefined;
  if (option === undefined) throw unknownOption(command, token.rawName);
  if (option.kind === 'flag') {
    if (token.value !== undefined) throw usage(`${token.rawName} takes no value`);
    return undefined;
  }
  if (token.value === undefined || token.value === '' || token.value.startsWith('--'))
    throw usage(`${token.rawName} needs a value: ${token.rawName} ${option.value}`);
  return token.value;
}

function unknownOption(command: Command, rawName: string): Failure {
  const names = [...Object.keys(command.options), ...COMMON_OPTIONS].map((name) => `--${name}`);
  const meant = closest(rawName, names, MAX_SLIP);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return usage(`"livestatus ${command.name}" has no option ${rawName}${hint}`);
}

function checkPositionals(command: Command, positionals: readonly string[]): void {
  const { min, max, name } = command.positionals ?? { min: 0, max: 0, name: '' };
  if (positionals.length < min) throw usage(`"livestatus ${command.name}" needs ${name}`);
  const excess = positionals[max];
  if (excess !== undefined) throw usage(`"livestatus ${command.name}" has no use for ${JSON.stringify(excess)}`);
}
