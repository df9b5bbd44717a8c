import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Failure } from '../errors.ts';

/**
 * Writes the id of this process to `path`, one number and a newline, for whoever starts and stops the daemon. Call it when the daemon
 * is up: what stands there before belongs to a process that is gone, as the state directory's lock has shown.
 * Gives what takes it away again, unless somebody else has written there since. Throws `Failure` `path_not_writable`.
 */
export function writePidFile(path: string, pid: number): () => void {
  const text = `${pid}\n`;
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new Failure('path_not_writable', `cannot write the PID_FILE ${path} (${codeOf(error)})`, { cause: error });
  }
  return () => {
    if (contentOf(path) === text) rmSync(path, { force: true });
  };
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
