import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Failure } from '../../errors.ts';
import { numberValue } from '../arguments.ts';
import type { Command } from '../command.ts';
import { CONFIG_OPTIONS, requireConfig } from '../configuration.ts';
import { EXIT_OK } from '../exit-codes.ts';
import { shared } from './run.ts';

const MAX_SECONDS = 86_400;

export const recordCommand: Command = {
  name: 'record',
  summary: 'Write what the gateway says, redacted, into a file for a bug report',
  description: [
    'Connects to the OpenClaw gateway beside a running daemon and writes each frame as one JSON line, readable by its owner only, until it is stopped. Secrets are redacted; texts of the runs are not: look at the file before you give it to anybody.',
  ],
  positionals: { name: 'FILE', min: 1, max: 1 },
  options: {
    for: { kind: 'value', value: 'SECONDS', summary: 'Stop by itself after so long' },
    force: { kind: 'flag', summary: 'Overwrite FILE' },
    ...CONFIG_OPTIONS,
  },
  examples: [
    { line: 'livestatus record report.jsonl', text: 'Until Ctrl-C' },
    { line: 'livestatus record report.jsonl --for 60', text: 'For a minute' },
  ],
  async run(args, context) {
    const seconds = numberValue(args, 'for', { min: 1, max: MAX_SECONDS });
    const file = resolve(context.cwd, args.positionals[0] ?? '');
    checkTarget(file, args.flags.has('force'));
    const { config, warnings } = requireConfig(args, context);
    const program = await context.program();
    const forMs = seconds === undefined ? undefined : seconds * 1000;
    await program.runRecord(file, { ...shared(context), config, warnings, forMs });
    return EXIT_OK;
  },
};

/** Told now, not after an hour of recording. */
function checkTarget(file: string, mayOverwrite: boolean): void {
  if (existsSync(file) && !mayOverwrite) throw new Failure('file_exists', `${file} exists already`);
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new Failure('path_not_writable', `cannot write into ${dirname(file)}`, { cause: error });
  }
}
