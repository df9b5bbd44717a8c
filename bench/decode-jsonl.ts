import { decodeLine } from '../daemon/src/sources/openclaw-jsonl/line.ts';
import { Run } from '../daemon/src/sources/openclaw-jsonl/run.ts';
import { runIdOf } from '../daemon/src/sources/openclaw-jsonl/run-ports.ts';
import type { AgentEvent } from '../daemon/src/turns/events.ts';
import { TurnTracker } from '../daemon/src/turns/tracker.ts';
import type { TranscriptMoment } from './corpus.ts';
import { type Comparison, compare } from './measure.ts';

/** (a) for JSONL: decode + reduce beside JSON.parse alone, over the same lines. */
export function decodeJsonl(moments: readonly TranscriptMoment[]): Promise<Comparison> {
  const lines = moments.filter(({ op }) => op === 'line').map(({ text }) => text);
  return compare({
    bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
    baseline: () => {
      for (const line of lines) JSON.parse(line);
    },
    subject: () => decodeAndReduce(moments),
  });
}

/** What the source does with locks and lines, without the files. */
function decodeAndReduce(moments: readonly TranscriptMoment[]): void {
  const tracker = new TurnTracker();
  const runs = new Map<string, Run>();
  let now = 0;
  for (const { t, op, path, key, text, offset } of moments) {
    now = t;
    if (tracker.deadline <= t) tracker.advance(t);
    if (op === 'line') {
      const line = decodeLine(text);
      if (line !== undefined && line.kind !== 'header' && line.kind !== 'other') runs.get(path)?.accept(line, offset);
    } else if (op === 'lock') {
      const run = begin(
        { path, key, createdAt: createdAtOf(text) },
        (event) => void tracker.apply(event, event.at),
        () => now,
      );
      runs.set(path, run);
    } else {
      runs.get(path)?.end('runtime_stopped', t);
      runs.delete(path);
    }
  }
}

function createdAtOf(lock: string): string {
  return (JSON.parse(lock) as { createdAt: string }).createdAt;
}

function begin(
  lock: { readonly path: string; readonly key: string; readonly createdAt: string },
  emit: (event: AgentEvent) => void,
  now: () => number,
): Run {
  const { key, path, createdAt } = lock;
  const run = new Run(
    { runId: runIdOf(path, createdAt), key, createdAt, createdMs: Date.parse(createdAt) },
    { emit, now, surroundings: () => ({ channel: key.split(':')[2], accountId: undefined }) },
  );
  run.start(false);
  return run;
}
