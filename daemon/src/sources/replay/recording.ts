import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../errors.ts';

/** One line of a gateway recording: when, which way, what. `close` and `err`: the socket was lost. */
export interface RecordedFrame {
  readonly t: number;
  readonly dir: 'in' | 'out' | 'close' | 'err';
  /** The frame; a string if it was not JSON. */
  readonly f: unknown;
}

export type RecordingKind = 'gateway' | 'jsonl';

const DIRECTIONS: ReadonlySet<unknown> = new Set(['in', 'out', 'close', 'err']);

/** What a path holds. Throws `path_not_found` or `not_a_recording`. A gateway file is judged by its first line when read. */
export function recordingKind(path: string): RecordingKind {
  if (!existsSync(path)) throw new Failure('path_not_found', `there is nothing at ${path}`);
  if (!statSync(path).isDirectory()) return 'gateway';
  if (existsSync(join(path, 'steps.jsonl'))) return 'jsonl';
  throw new Failure('not_a_recording', `the folder ${path} has no steps.jsonl`);
}

/**
 * The frames of a recording, in order. The first line decides whether it is one; later lines that are none (a recording cut
 * off in the middle, say) are skipped and counted in `skipped`.
 */
export async function* readFrames(path: string, skipped: { count: number }): AsyncGenerator<RecordedFrame> {
  let first = true;
  for await (const line of linesOf(path)) {
    if (line.trim() === '') continue;
    const frame = decodeLine(line);
    if (frame !== undefined) yield frame;
    else if (first) throw notARecording(path);
    else skipped.count += 1;
    first = false;
  }
  if (first) throw notARecording(path);
}

/** Split on `\n` alone: frames hold U+2028 as it is, which `node:readline` takes for the end of a line. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

function notARecording(path: string): Failure {
  return new Failure(
    'not_a_recording',
    `${path} does not begin with a frame {"t": ms, "dir": "in|out|close|err", "f": ...}`,
  );
}

function decodeLine(line: string): RecordedFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('t' in value) || !('dir' in value)) return undefined;
  if (typeof value.t !== 'number' || !Number.isFinite(value.t) || !DIRECTIONS.has(value.dir)) return undefined;
  return { t: Math.round(value.t), dir: value.dir as RecordedFrame['dir'], f: 'f' in value ? value.f : undefined };
}
