import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../errors.ts';
import { isPlainName } from '../openclaw-jsonl/layout.ts';

/** What happened to one file below `agents/`, at `t` (ms). */
export type JsonlStep =
  | { readonly t: number; readonly op: 'write' | 'append'; readonly path: string; readonly data: string }
  | { readonly t: number; readonly op: 'rename'; readonly path: string; readonly to: string }
  | { readonly t: number; readonly op: 'delete'; readonly path: string };

/**
 * The steps of a recording's folder, in order; held whole in memory. Throws `not_a_recording` at the first line that is no
 * step. Split on `\n` alone: transcripts hold U+2028 as it is, which `node:readline` takes for the end of a line.
 */
export function readSteps(folder: string): readonly JsonlStep[] {
  const file = join(folder, 'steps.jsonl');
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [checkedStep(line, `line ${index + 1} of ${file}`)]));
}

function checkedStep(line: string, where: string): JsonlStep {
  const step = decodeStep(line);
  if (step !== undefined) return step;
  throw new Failure(
    'not_a_recording',
    `${where} is no step {"t": ms, "op": "write|append|rename|delete", "path", ...}`,
  );
}

function decodeStep(line: string): JsonlStep | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { t, op, path, data, to } = value as Readonly<Record<string, unknown>>;
  if (typeof t !== 'number' || !Number.isFinite(t) || !isInside(path)) return undefined;
  const base = { t: Math.round(t), path };
  if ((op === 'write' || op === 'append') && typeof data === 'string') return { ...base, op, data };
  if (op === 'rename' && isInside(to)) return { ...base, op, to };
  return op === 'delete' ? { ...base, op } : undefined;
}

/** Recordings come with bug reports: a path must not lead out of the folder that is replayed into. */
function isInside(path: unknown): path is string {
  return typeof path === 'string' && path.split('/').every(isPlainName);
}
