import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { LoadInput } from './load.ts';
import type { Environment } from './problem.ts';
import type { ReadSecretFile } from './secret-files.ts';

/** The only place that reads the process environment. */
export function processEnvironment(): Environment {
  return process.env;
}

/** What `loadConfig` needs from the real machine. */
export function machineInput(env: Environment): Omit<LoadInput, 'envFile'> {
  return { env, home: homedir(), cwd: process.cwd(), readSecretFile };
}

const readSecretFile: ReadSecretFile = (path) => {
  const descriptor = openSync(path, 'r');
  try {
    return { text: readFileSync(descriptor, 'utf8'), mode: fstatSync(descriptor).mode };
  } finally {
    closeSync(descriptor);
  }
};
