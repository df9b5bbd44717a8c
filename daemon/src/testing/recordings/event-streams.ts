import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { playJsonlSteps } from '../../sources/replay/jsonl-replay.ts';
import { VirtualClock } from '../../sources/replay/virtual-clock.ts';
import type { AgentEvent } from '../../turns/events.ts';
import { decodeFrames, gatewayRecordings } from './gateway-frames.ts';

/** What a source made of one recording. The `at` of an event is the daemon's clock when it came. */
export interface EventStream {
  readonly name: string;
  readonly events: readonly AgentEvent[];
}

const JSONL = fileURLToPath(new URL('../../../../testdata/recordings/jsonl/', import.meta.url));

/** One stream for each recording in `testdata/`, of every source that there is. */
export async function eventStreams(): Promise<readonly EventStream[]> {
  const gateway = gatewayRecordings().map(({ name, frames }) => ({ name, events: decodeFrames(frames) }));
  const jsonl = await Promise.all(readdirSync(JSONL).map(jsonlStream));
  return [...gateway, ...jsonl].filter((stream) => stream.events.length > 0);
}

async function jsonlStream(name: string): Promise<EventStream> {
  const events: AgentEvent[] = [];
  const tempDir = mkdtempSync(join(tmpdir(), 'livestatus-streams-'));
  try {
    const sink = { event: (event: AgentEvent) => events.push(event), health: () => {} };
    await playJsonlSteps(join(JSONL, name), { sink, clock: new VirtualClock(0), tempDir });
  } finally {
    rmSync(tempDir, { recursive: true, force: true });
  }
  return { name: `jsonl/${name}`, events };
}
