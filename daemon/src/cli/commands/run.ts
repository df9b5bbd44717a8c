import type { Command } from '../command.ts';
import { CONFIG_OPTIONS, requireConfig } from '../configuration.ts';
import { EXIT_OK } from '../exit-codes.ts';

export const runCommand: Command = {
  name: 'run',
  summary: 'Watch OpenClaw and serve the dashboard',
  description: [
    'Runs until it is stopped (Ctrl-C, SIGTERM). Stopping ends no turn: the next start goes on where this one left off.',
    'Without any configuration it finds the OpenClaw of this machine and serves the dashboard at http://127.0.0.1:9090.',
  ],
  options: CONFIG_OPTIONS,
  examples: [
    { line: 'livestatus run', text: 'Watch the OpenClaw of this machine' },
    { line: 'livestatus run --env-file /etc/livestatus.env', text: 'With the settings of a file' },
    { line: 'HEALTH_PORT=9191 livestatus run', text: 'On another port' },
  ],
  async run(args, context) {
    const { config, warnings } = requireConfig(args, context);
    const program = await context.program();
    await program.runDaemon(config, { ...shared(context), warnings });
    return EXIT_OK;
  },
};

/** What every piece of the program is given. */
export function shared({ io, signal, version }: Parameters<Command['run']>[1]) {
  return { io, signal, version };
}
