import { parseEnv } from 'node:util';
import type { ConfigProblem } from './problem.ts';

export interface EnvFile {
  /** As the user named it: part of messages. */
  readonly path: string;
  readonly text: string;
}

export interface ParsedEnvFile {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: readonly ConfigProblem[];
}

const SPACE_FOR_EQUALS = /^\s*(?:export\s+)?[A-Z][A-Z0-9_]*\s+[^=\s]/;
const BARE_HASH = /^\s*(?:export\s+)?[A-Z][A-Z0-9_]*\s*=\s*[^\s"'`#][^"'`]*?[^\s"'`]#/;

/**
 * Reads `NAME=value` lines (node's own `util.parseEnv`, the format of `node --env-file`). Two slips that this format passes
 * over in silence are problems here: a line without `=`, and a `#` inside an unquoted value, which cuts the value there
 * (a shell, which the first release used, would have kept it).
 */
export function parseEnvFile(file: EnvFile): ParsedEnvFile {
  const problems: ConfigProblem[] = [];
  for (const [index, line] of file.text.split(/\r?\n/).entries()) {
    const name = `${file.path}:${index + 1}`;
    if (SPACE_FOR_EQUALS.test(line)) problems.push({ name, message: 'expected NAME=value, found no "="' });
    else if (BARE_HASH.test(line))
      problems.push({ name, message: 'the value contains "#": put it in quotes, or a space before the comment' });
  }
  // parseEnv is typed as a dictionary with possibly absent values; what it returns are strings.
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(parseEnv(file.text))) if (value !== undefined) values[key] = value;
  return { values, problems };
}
