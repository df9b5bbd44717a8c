import type { Config } from '../../config/config.ts';
import { Failure } from '../../errors.ts';
import type { Command, CommandContext, ParsedArgs } from '../command.ts';
import { CONFIG_OPTIONS, InvalidConfig, readConfig } from '../configuration.ts';
import { EXIT_OK } from '../exit-codes.ts';

/** What scripts around the daemon have to know; the value as the daemon uses it (paths absolute), empty where there is none. */
const SHOWN: Readonly<Record<string, (config: Config) => string>> = {
  STATE_DIR: (config) => config.state.dir,
  PID_FILE: (config) => config.pidFile ?? '',
  HEALTH_HOST: (config) => config.dashboard.host,
  HEALTH_PORT: (config) => String(config.dashboard.port),
};

export const configCommand: Command = {
  name: 'config',
  summary: 'Check the configuration, or print values of it for scripts',
  description: [
    'Reads the configuration as "run" does and starts nothing. Exit code 2 when something in it is not right; every problem is named.',
    `With NAMEs it prints their values, one a line, in the order asked for, and does not mind problems of other settings. NAME is one of ${Object.keys(SHOWN).join(', ')}.`,
  ],
  positionals: { name: 'NAME...', min: 0, max: Object.keys(SHOWN).length },
  options: CONFIG_OPTIONS,
  examples: [
    { line: 'livestatus config', text: 'Is the configuration right?' },
    { line: 'livestatus config HEALTH_HOST HEALTH_PORT', text: 'Where the dashboard listens' },
  ],
  async run(args, context) {
    if (args.positionals.length === 0) return check(args, context);
    const show = args.positionals.map(shown);
    const { result } = readConfig(args, context);
    const asked = result.problems.filter(({ name }) => args.positionals.includes(name));
    if (asked.length > 0) throw new InvalidConfig(asked);
    context.io.stdout.write(`${show.map((value) => value(result.config)).join('\n')}\n`);
    return EXIT_OK;
  },
};

function check(args: ParsedArgs, context: CommandContext): number {
  const { result, envFile } = readConfig(args, context);
  if (!result.ok) throw new InvalidConfig(result.problems);
  const { stdout } = context.io;
  for (const { name, message } of result.warnings) stdout.write(`doubtful: ${name}: ${message}\n`);
  stdout.write(`The configuration is right (${envFile ?? 'environment only'}).\n`);
  return EXIT_OK;
}

function shown(name: string): (config: Config) => string {
  const value = Object.hasOwn(SHOWN, name) ? SHOWN[name] : undefined;
  if (value !== undefined) return value;
  throw new Failure(
    'invalid_usage',
    `"livestatus config" prints ${Object.keys(SHOWN).join(', ')}, not ${JSON.stringify(name)}`,
  );
}
