import { runCli } from './cli.ts';
import type { CommandContext } from './command.ts';
import type { Program } from './ports.ts';

/** A call of the program behind the commands, as a test sees it. */
export type Call = readonly [name: 'runDaemon' | 'runReplay' | 'runRecord', ...args: readonly unknown[]];

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly Call[];
}

export interface CliSetup {
  readonly env?: CommandContext['env'];
  readonly cwd?: string;
  readonly root?: string;
  readonly program?: Partial<Program>;
}

/** Runs a command line in process, with a program that only notes how it was called. */
export async function cli(argv: readonly string[], setup: CliSetup = {}): Promise<CliRun> {
  const out = { stdout: '', stderr: '' };
  const calls: Call[] = [];
  const program: Program = {
    runDaemon: async (...args) => void calls.push(['runDaemon', ...args]),
    runReplay: async (...args) => void calls.push(['runReplay', ...args]),
    runRecord: async (...args) => void calls.push(['runRecord', ...args]),
    probeOpenClaw: async () => ({}),
    probeMattermost: async () => undefined,
    ...setup.program,
  };
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      out[name] += text;
    },
  });
  const code = await runCli(argv, {
    io: { stdout: sink('stdout'), stderr: sink('stderr') },
    env: setup.env ?? {},
    cwd: setup.cwd ?? '/',
    home: '/home/sam',
    root: setup.root ?? '/nonexistent',
    version: '5.0.0',
    nodeVersion: '24.21.0',
    signal: new AbortController().signal,
    program: async () => program,
  });
  return { code, calls, ...out };
}
