import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const CHECKOUT = join(import.meta.dirname, '..', '..');

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Default: the checkout. */
  readonly cwd?: string;
  /** Added to what every command gets: PATH, HOME and where caches lie. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end. Rejects only if it could not be started; an exit code is a result, a signal is one of -1. */
export function command(file: string, args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  const { cwd = CHECKOUT, env = {} } = options;
  return new Promise((resolve, reject) => {
    // Without an input: bash takes a socket there for a remote login and reads start-up files.
    const child = spawn(file, args, { cwd, env: { ...baseEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code: code ?? -1, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}

/** The same, for a command that has to succeed: gives its stdout, rejects with all it said. */
export async function succeed(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await command(file, args, options);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')}: exit ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

/** What a command line of a person has, without what a test runner adds (NODE_ENV, npm_*). */
export function baseEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'XDG_CACHE_HOME', 'LANG', 'GOFLAGS', 'GOPROXY', 'GOCACHE', 'GOMODCACHE', 'GOSUMDB'];
  const entries = names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}
