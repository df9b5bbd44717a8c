import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileSystem } from '../daemon/src/sources/openclaw-jsonl/file-system.ts';
import { decodeLine } from '../daemon/src/sources/openclaw-jsonl/line.ts';
import { Run } from '../daemon/src/sources/openclaw-jsonl/run.ts';
import { runIdOf } from '../daemon/src/sources/openclaw-jsonl/run-ports.ts';
import { SessionIndex } from '../daemon/src/sources/openclaw-jsonl/session-index.ts';
import { TurnTracker } from '../daemon/src/turns/tracker.ts';
import { grown, type Moment, RECORDINGS, retold } from './corpus.ts';
import { type Comparison, compare } from './measure.ts';

/** One write of OpenClaw below `agents/`: an index as a whole, a lock, a line of a transcript. */
interface Write extends Moment {
  readonly op: 'index' | 'lock' | 'unlock' | 'line';
  readonly path: string;
  readonly offset: number;
}

/** (a) for JSONL: everything that OpenClaw writes in the recordings, the rewritten indexes included, beside JSON.parse of the same. */
export function decodeTranscripts(bytes: number): Promise<Comparison> {
  const writes = grown(recordings(), bytes, (write, copy, byMs) => ({
    ...write,
    t: write.t + byMs,
    text: retold(write.text, copy, byMs),
    path: retold(write.path, copy, byMs),
  })).map((write) => ({ ...write, raw: Buffer.from(write.text) }));
  return compare({
    bytes: writes.reduce((sum, { raw }) => sum + raw.length, 0),
    baseline: () => {
      for (const { op, text } of writes) if (op !== 'unlock') JSON.parse(text);
    },
    subject: () => play(writes),
  });
}

const LOCK = '.lock';
const INDEX = 'sessions.json';

function recordings(): readonly (readonly Write[])[] {
  const folder = join(RECORDINGS, 'jsonl');
  return readdirSync(folder)
    .sort()
    .map((name) => writesOf(readFileSync(join(folder, name, 'steps.jsonl'), 'utf8')));
}

function writesOf(file: string): readonly Write[] {
  const sizes = new Map<string, number>();
  const lines = file.split('\n').filter((line) => line !== '');
  return lines.flatMap((line): readonly Write[] => {
    const { t, op, path, data = '' } = JSON.parse(line) as { t: number; op: string; path: string; data?: string };
    const base = { t: Math.round(t), path, offset: 0 };
    // The recorder wrote the index on one line; OpenClaw indents it by two.
    if (path.endsWith(INDEX)) return [{ ...base, op: 'index', text: JSON.stringify(JSON.parse(data), null, 2) }];
    if (path.endsWith(LOCK))
      return [{ ...base, path: path.slice(0, -LOCK.length), op: op === 'delete' ? 'unlock' : 'lock', text: data }];
    if (op !== 'append') return [];
    const offset = sizes.get(path) ?? 0;
    sizes.set(path, offset + Buffer.byteLength(data));
    return [{ ...base, op: 'line', text: data.trimEnd(), offset }];
  });
}

/** What the source does with these writes, without the disk. */
function play(writes: readonly (Write & { readonly raw: Buffer })[]): void {
  const tracker = new TurnTracker();
  const files = new MemoryFiles();
  const indexes = new Map<string, SessionIndex>();
  const runs = new Map<string, { readonly run: Run; readonly key: string; readonly index: SessionIndex }>();
  let now = 0;
  const emit = (event: Parameters<TurnTracker['apply']>[0]): void => void tracker.apply(event, event.at);
  for (const { t, op, path, text, raw, offset } of writes) {
    now = t;
    if (tracker.deadline <= t) tracker.advance(t);
    const folder = dirname(path);
    let index = indexes.get(folder);
    if (index === undefined) {
      index = new SessionIndex(files.system, join(folder, INDEX), folder.split('/')[0] ?? 'main');
      indexes.set(folder, index);
    }
    if (op === 'index') {
      files.put(path, raw);
      index.read();
      for (const { key } of runs.values()) emit({ type: 'row', key, at: t, ...index.factsOf(key) });
    } else if (op === 'lock') {
      const key = index.keyOf(path) ?? `agent:main:${path}`;
      const { createdAt } = JSON.parse(text) as { createdAt: string };
      const run = new Run(
        { runId: runIdOf(path, createdAt), key, createdAt, createdMs: Date.parse(createdAt) },
        { emit, now: () => now, surroundings: () => ({ channel: key.split(':')[2], accountId: undefined }) },
      );
      runs.set(path, { run, key, index });
      emit({ type: 'row', key, at: t, ...index.factsOf(key) });
      run.start(false);
    } else if (op === 'line') {
      const line = decodeLine(text);
      if (line !== undefined && line.kind !== 'header' && line.kind !== 'other')
        runs.get(path)?.run.accept(line, offset);
    } else {
      runs.get(path)?.run.end('runtime_stopped', t);
      runs.delete(path);
    }
  }
}

/** The newest content of each file, so that the disk is not what is measured. */
class MemoryFiles {
  readonly #files = new Map<string, { readonly content: Buffer; readonly version: number }>();
  #version = 0;

  put(path: string, content: Buffer): void {
    this.#version += 1;
    this.#files.set(path, { content, version: this.#version });
  }

  get system(): FileSystem {
    const stat = (path: string) => {
      const file = this.#files.get(path);
      return file && { kind: 'file' as const, size: file.content.length, inode: 1, mtimeMs: file.version };
    };
    return {
      list: () => [],
      stat,
      open: (path) => {
        const file = this.#files.get(path);
        const stats = stat(path);
        if (file === undefined || stats === undefined) return undefined;
        return {
          stat: () => stats,
          read: (buffer, position) => file.content.copy(buffer, 0, position),
          close: () => {},
        };
      },
      watch: () => () => {},
    };
  }
}
