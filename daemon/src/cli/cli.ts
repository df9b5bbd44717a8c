import { closest } from '../config/suggest.ts';
import { Failure } from '../errors.ts';
import { parseArguments } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { InvalidConfig } from './configuration.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE } from './exit-codes.ts';
import { commandHelp, overview } from './help.ts';
import type { Output } from './ports.ts';

const MAX_SLIP = 2;
const HELP = new Set(['--help', '-h']);
const VERSION = new Set(['--version', '-v', '-V']);

/** Runs one command line and resolves to its exit code. Never rejects: every failure is told on stderr. */
export async function runCli(argv: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await dispatch(argv, context);
  } catch (error) {
    context.io.stderr.write(failureText(error));
    return error instanceof Failure ? error.exitCode : EXIT_FAILED;
  }
}

async function dispatch(argv: readonly string[], context: CommandContext): Promise<number> {
  const { io, version } = context;
  const [first, ...rest] = argv;
  if (first === undefined) {
    io.stderr.write(overview(COMMANDS, version));
    return EXIT_USAGE;
  }
  if (VERSION.has(first)) return print(io.stdout, `${version}\n`);
  if (HELP.has(first) || first === 'help') {
    const topic = rest[0];
    return print(io.stdout, topic === undefined ? overview(COMMANDS, version) : commandHelp(find(topic)));
  }
  const command = find(first);
  const end = rest.indexOf('--');
  if ((end < 0 ? rest : rest.slice(0, end)).some((argument) => HELP.has(argument)))
    return print(io.stdout, commandHelp(command));
  return command.run(parseArguments(command, rest), context);
}

function find(name: string): Command {
  const command = COMMANDS.find((each) => each.name === name);
  if (command !== undefined) return command;
  const names = COMMANDS.map((each) => each.name);
  const meant = closest(name, names, MAX_SLIP);
  const hint = meant === undefined ? `the commands are ${names.join(', ')}` : `did you mean ${meant}?`;
  throw new Failure('unknown_command', `there is no command ${JSON.stringify(name)}; ${hint}`);
}

function print(output: Output, text: string): number {
  output.write(text);
  return EXIT_OK;
}

/** What is wrong with its code, the details, and what to do: for a person, on stderr. */
export function failureText(error: unknown): string {
  if (!(error instanceof Failure)) return `livestatus: unexpected error (internal)\n  ${stackOf(error)}\n`;
  const problems = error instanceof InvalidConfig ? error.problems : [];
  const lines = [
    `livestatus: ${error.message} (${error.code})`,
    ...problems.map(({ name, message }) => `  ${name}: ${message}`),
    `  ${error.action}`,
  ];
  return `${lines.join('\n')}\n`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
