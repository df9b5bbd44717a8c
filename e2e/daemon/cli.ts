import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const CHECKOUT = join(import.meta.dirname, '..', '..');
export const RECORDINGS = join(CHECKOUT, 'testdata', 'recordings');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `bin/livestatus` to its end, from a directory of its own, with only the settings that are given. */
export async function livestatus(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const cwd = mkdtempSync(join(tmpdir(), 'livestatus-cli-'));
  try {
    return await finished(args, { cwd, settings: { STATE_DIR: join(cwd, 'state'), ...settings } });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function finished(
  args: readonly string[],
  at: { cwd: string; settings: Readonly<Record<string, string>> },
): Promise<Finished> {
  const { PATH = '', HOME = '', XDG_CACHE_HOME } = process.env;
  const env = { PATH, HOME, ...(XDG_CACHE_HOME !== undefined && { XDG_CACHE_HOME }), ...at.settings };
  return new Promise((resolve, reject) => {
    const child = spawn(join(CHECKOUT, 'bin', 'livestatus'), args, {
      cwd: at.cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}
