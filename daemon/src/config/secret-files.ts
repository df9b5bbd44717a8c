import type { ConfigProblem, Environment } from './problem.ts';
import { ACCOUNT_TOKEN_PREFIX, SECRET_NAMES } from './settings.ts';

/** Reads a small text file; throws a system error (`code`) when it cannot. */
export type ReadSecretFile = (path: string) => { readonly text: string; readonly mode: number };

export interface ResolvedSecrets {
  readonly env: Environment;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

const SUFFIX = '_FILE';
/** Where container runtimes mount secrets, readable by all inside and not to be changed from there. */
const CONTAINER_SECRETS = '/run/secrets/';
const MAX_SECRET_CHARS = 64 * 1024;

/** Replaces each `NAME_FILE` of a secret by `NAME` with the trimmed text of that file. */
export function resolveSecretFiles(env: Environment, read: ReadSecretFile): ResolvedSecrets {
  const resolved: Record<string, string | undefined> = { ...env };
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  for (const key of Object.keys(env)) {
    const path = env[key]?.trim();
    if (!isSecretFileKey(key)) continue;
    delete resolved[key];
    if (!path) continue;
    const name = key.slice(0, -SUFFIX.length);
    if (env[name]?.trim()) {
      problems.push({ name: key, message: `set ${name} or ${key}, not both` });
      continue;
    }
    const outcome = readSecret(path, read);
    if ('problem' in outcome) {
      problems.push({ name: key, message: outcome.problem });
      continue;
    }
    resolved[name] = outcome.text;
    if (outcome.exposed) warnings.push({ name: key, message: `others may read ${path}: run "chmod 600 ${path}"` });
  }
  return { env: resolved, problems, warnings };
}

/** True for `NAME_FILE` of a secret and of an account's token. */
export function isSecretFileKey(key: string): boolean {
  if (!key.endsWith(SUFFIX)) return false;
  const name = key.slice(0, -SUFFIX.length);
  const known = SECRET_NAMES.some((secret) => secret === name);
  return known || (name.startsWith(ACCOUNT_TOKEN_PREFIX) && name.length > ACCOUNT_TOKEN_PREFIX.length);
}

function readSecret(path: string, read: ReadSecretFile): { text: string; exposed: boolean } | { problem: string } {
  try {
    const { text, mode } = read(path);
    const secret = text.trim();
    if (secret === '') return { problem: `${path} is empty` };
    if (secret.length > MAX_SECRET_CHARS) return { problem: `${path} is longer than ${MAX_SECRET_CHARS} characters` };
    return { text: secret, exposed: (mode & 0o077) !== 0 && !path.startsWith(CONTAINER_SECRETS) };
  } catch (error) {
    return { problem: `cannot read ${path} (${errorCode(error)})` };
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
