import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pino from 'pino';
import { systemClock } from '../daemon/src/clock.ts';
import { nodeFileSystem } from '../daemon/src/sources/openclaw-jsonl/file-system.ts';
import { createProcessView, nodeProcFiles } from '../daemon/src/sources/openclaw-jsonl/process-view.ts';
import { createJsonlSource } from '../daemon/src/sources/openclaw-jsonl/source.ts';
import { TurnTracker } from '../daemon/src/turns/tracker.ts';
import type { TranscriptMoment } from './corpus.ts';
import { type Comparison, compare } from './measure.ts';

/** Lines of a recording go to this many transcripts, one run each: what a daemon finds that was away for a while. */
const TRANSCRIPTS = 100;

/**
 * The same lines from real files through the real source, from its start until everything is read: opening, reading, UTF-8,
 * splitting, decoding, reducing. Beside JSON.parse alone over the lines that are in memory already.
 */
export async function tailJsonl(moments: readonly TranscriptMoment[]): Promise<Comparison> {
  const lines = moments.filter(({ op }) => op === 'line').map(({ text }) => text);
  const directory = mkdtempSync(join(tmpdir(), 'livestatus-bench-'));
  try {
    writeTree(directory, lines, moments[0]?.t ?? 0);
    return await compare({
      bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
      baseline: () => {
        for (const line of lines) JSON.parse(line);
      },
      subject: () => readTree(directory),
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function writeTree(directory: string, lines: readonly string[], startMs: number): void {
  const sessions: Record<string, { sessionId: string }> = {};
  for (let n = 0; n < TRANSCRIPTS; n += 1) {
    const path = join(directory, 'agents', 'main', 'sessions', `session-${n}.jsonl`);
    mkdirSync(dirname(path), { recursive: true });
    const own = lines.filter((line, at) => at % TRANSCRIPTS === n && !line.startsWith('{"type":"session"'));
    writeFileSync(path, `${own.join('\n')}\n`);
    // Our own process holds the locks, so every run is alive.
    writeFileSync(
      `${path}.lock`,
      JSON.stringify({ pid: process.pid, createdAt: new Date(startMs - 60_000).toISOString() }),
    );
    sessions[`agent:main:bench-${n}`] = { sessionId: `session-${n}` };
  }
  writeFileSync(join(directory, 'agents', 'main', 'sessions', 'sessions.json'), JSON.stringify(sessions));
}

async function readTree(directory: string): Promise<void> {
  const tracker = new TurnTracker();
  const source = createJsonlSource({
    directory,
    fs: nodeFileSystem,
    clock: systemClock,
    cursors: { load: () => [], set: () => {}, delete: () => {} },
    processes: createProcessView(nodeProcFiles),
    log: pino({ level: 'silent' }),
  });
  await new Promise<void>((resolve) => {
    // The daemon's clock keeps no process alive by itself.
    const alive = setInterval(() => {}, 1_000);
    void source.start({
      event: (event) => {
        tracker.apply(event, event.at);
        if (event.type !== 'source.synced') return;
        clearInterval(alive);
        resolve();
      },
      health: () => {},
    });
  });
  await source.stop();
}
