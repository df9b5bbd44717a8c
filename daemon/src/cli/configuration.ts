import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { machineInput } from '../config/environment.ts';
import { type LoadResult, loadConfig } from '../config/load.ts';
import type { ConfigProblem } from '../config/problem.ts';
import { Failure } from '../errors.ts';
import type { CommandContext, OptionSpec, ParsedArgs } from './command.ts';

const DEFAULT_ENV_FILE = '.env.daemon';

/** Options of every command that reads the configuration. */
export const CONFIG_OPTIONS = {
  'env-file': {
    kind: 'value',
    short: 'e',
    value: 'FILE',
    summary: `File of NAME=value lines; without this option, ${DEFAULT_ENV_FILE} in the checkout if there is one`,
  },
  'no-env-file': { kind: 'flag', summary: 'Read no such file at all' },
} as const satisfies Record<string, OptionSpec>;

/** Many problems at once: each on a line of its own below the message. */
export class InvalidConfig extends Failure {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(
      'invalid_config',
      problems.length === 1 ? 'the configuration has a problem' : `the configuration has ${problems.length} problems`,
    );
    this.problems = problems;
  }
}

export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: readonly ConfigProblem[];
}

/** The configuration of this command. Throws `Failure` `invalid_config` or `env_file_unreadable`. */
export function requireConfig(args: ParsedArgs, context: CommandContext): LoadedConfig {
  const { result } = readConfig(args, context);
  if (!result.ok) throw new InvalidConfig(result.problems);
  return result;
}

/** The same without throwing for its problems: `doctor` reports them. */
export function readConfig(
  args: ParsedArgs,
  context: CommandContext,
): { result: LoadResult; envFile: string | undefined } {
  const envFile = envFilePath(args, context);
  const file = envFile === undefined ? {} : { envFile: { path: envFile, text: readEnvFile(envFile) } };
  const machine = { ...machineInput(context.env), home: context.home, cwd: context.cwd };
  return { result: loadConfig({ ...machine, ...file }), envFile };
}

function envFilePath(args: ParsedArgs, context: CommandContext): string | undefined {
  const given = args.values.get('env-file');
  if (given !== undefined) return resolve(context.cwd, given);
  if (args.flags.has('no-env-file')) return undefined;
  const standard = join(context.root, DEFAULT_ENV_FILE);
  return existsSync(standard) ? standard : undefined;
}

function readEnvFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown error';
    throw new Failure('env_file_unreadable', `cannot read ${path} (${code})`, { cause: error });
  }
}
