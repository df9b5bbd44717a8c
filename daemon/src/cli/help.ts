import type { Command, OptionSpec } from './command.ts';
import { EXIT_CODES } from './exit-codes.ts';

const WIDTH = 100;

/** `livestatus --help`. */
export function overview(commands: readonly Command[], version: string): string {
  const rows = commands.map(({ name, summary }): Row => [name, summary]);
  return `Live Status ${version}: shows what AI agents are doing, live.

Usage: livestatus COMMAND [OPTIONS]

Commands:
${table(rows)}

Options:
${table([
  ['--help, -h', 'Help for the program, or for a command: livestatus COMMAND --help'],
  ['--version, -v', 'The version'],
])}

Without any configuration "livestatus run" finds the OpenClaw of this machine and serves the dashboard at
http://127.0.0.1:9090. docs/configuration.md lists every setting.

Exit codes:
${exitCodes()}
`;
}

/** `livestatus COMMAND --help`. */
export function commandHelp(command: Command): string {
  return `${usageLine(command)}

${command.description.map((paragraph) => wrap(paragraph, '')).join('\n\n')}

Options:
${table(optionRows(command))}

Examples:
${command.examples.map(({ line, text }) => `  ${line}\n      ${text}`).join('\n')}

Exit codes:
${exitCodes()}
`;
}

export function usageLine(command: Command): string {
  const { positionals } = command;
  const names =
    positionals === undefined ? '' : ` ${positionals.min === 0 ? `[${positionals.name}]` : positionals.name}`;
  return `Usage: livestatus ${command.name}${names} [OPTIONS]`;
}

export type Row = readonly [left: string, right: string];

export function optionRows(command: Command): Row[] {
  const rows = Object.entries(command.options).map(
    ([name, option]): Row => [optionName(name, option), optionText(option)],
  );
  return [...rows, ['--help, -h', 'This text']];
}

function optionName(name: string, option: OptionSpec): string {
  const long = option.kind === 'value' ? `--${name} ${option.value}` : `--${name}`;
  return option.short === undefined ? long : `${long}, -${option.short}`;
}

function optionText(option: OptionSpec): string {
  return option.kind === 'value' && option.default !== undefined
    ? `${option.summary} (default: ${option.default})`
    : option.summary;
}

function exitCodes(): string {
  return table(Object.entries(EXIT_CODES));
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  const indent = ' '.repeat(width + 4);
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${wrap(right, indent).trimStart()}`).join('\n');
}

/** Breaks at spaces so that no line is longer than `WIDTH`; each line begins with `indent`. */
function wrap(text: string, indent: string): string {
  const lines = [indent];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.trim() !== '' && line.length + word.length + 1 > WIDTH) lines.push(indent + word);
    else lines[lines.length - 1] = line.trim() === '' ? line + word : `${line} ${word}`;
  }
  return lines.join('\n');
}
