import type { Environment } from '../config/problem.ts';
import type { CommandIo, Program } from './ports.ts';

/** One option of a command. */
export type OptionSpec =
  | { readonly kind: 'flag'; readonly short?: string; readonly summary: string }
  | {
      readonly kind: 'value';
      readonly short?: string;
      /** What stands for the value in help: FILE, N. */
      readonly value: string;
      readonly summary: string;
      readonly default?: string;
    };

export interface PositionalSpec {
  /** As in help: `PATH...`, `FILE`. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/** What the command line said. Every name is one of the command's options. */
export interface ParsedArgs {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly positionals: readonly string[];
}

/** What a command works with; nothing in `commands/` reaches for the process itself. */
export interface CommandContext {
  readonly io: CommandIo;
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string;
  /** Root of the checkout or package: `.env.daemon` is looked for here. */
  readonly root: string;
  readonly version: string;
  readonly nodeVersion: string;
  readonly signal: AbortSignal;
  /** Loaded when needed: --help must not wait for it. */
  readonly program: () => Promise<Program>;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Paragraphs for its own help. */
  readonly description: readonly string[];
  readonly positionals?: PositionalSpec;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly { readonly line: string; readonly text: string }[];
  /** Resolves to the exit code. Rejects with a `Failure` for what a person can do something about. */
  run(args: ParsedArgs, context: CommandContext): Promise<number>;
}
