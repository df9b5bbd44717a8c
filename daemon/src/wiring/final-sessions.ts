import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '@livestatus/contract';
import { CursorLedger } from '../pipeline/cursors.ts';
import { LiveSessions } from '../pipeline/live-sessions.ts';
import { OldRuns, Pipeline } from '../pipeline/pipeline.ts';
import type { PrivacyLevel } from '../publish/privacy.ts';
import { createRedactor } from '../publish/redact.ts';
import { redactEvent } from '../publish/redact-event.ts';
import { GatewayReplay } from '../sources/replay/gateway-replay.ts';
import { playJsonlSteps } from '../sources/replay/jsonl-replay.ts';
import { readFrames, recordingKind } from '../sources/replay/recording.ts';
import { VirtualClock } from '../sources/replay/virtual-clock.ts';
import { TurnTracker } from '../turns/tracker.ts';
import { projector } from './projector.ts';

export interface FinalSessionsOptions {
  /** Applies to every channel (PRIVACY). */
  readonly privacy: PrivacyLevel;
  readonly stalledAfterMs: number;
  /** What the daemon's configuration calls secret. */
  readonly ownSecrets: readonly string[];
  /** Told of lines that were skipped because they are no frames. */
  readonly onSkipped: (path: string, lines: number) => void;
}

/**
 * What the recordings come to, on a virtual clock (`replay --speed 0 --json`): the final state of every turn, oldest first.
 * Deterministic. The clock stops at the last line of each recording: later deadlines do not fire. Throws `path_not_found`
 * and `not_a_recording`.
 */
export async function finalSessions(
  paths: readonly string[],
  options: FinalSessionsOptions,
): Promise<readonly Session[]> {
  for (const path of paths) recordingKind(path);
  const sessions = new Map<string, Session>();
  for (const path of paths) {
    for (const session of await playOne(path, options)) sessions.set(session.id, session);
  }
  return [...sessions.values()].sort((a, b) => a.started_ms - b.started_ms || (a.id < b.id ? -1 : 1));
}

async function playOne(path: string, options: FinalSessionsOptions): Promise<readonly Session[]> {
  const clock = new VirtualClock(0);
  const { pipeline, live, tracker } = offlinePipeline(clock, options);
  if (recordingKind(path) === 'gateway') await playGateway(path, clock, pipeline, options);
  else await playTranscripts(path, clock, pipeline);
  pipeline.publishAll(tracker.nameAll());
  return live.list(Number.POSITIVE_INFINITY);
}

async function playGateway(
  path: string,
  clock: VirtualClock,
  pipeline: Pipeline,
  options: FinalSessionsOptions,
): Promise<void> {
  const replay = new GatewayReplay(clock, (event) => pipeline.event(event));
  const skipped = { count: 0 };
  for await (const frame of readFrames(path, skipped)) replay.play(frame);
  if (skipped.count > 0) options.onSkipped(path, skipped.count);
}

async function playTranscripts(path: string, clock: VirtualClock, pipeline: Pipeline): Promise<void> {
  const tempDir = mkdtempSync(join(tmpdir(), 'livestatus-replay-'));
  try {
    await playJsonlSteps(path, { sink: pipeline.sink, clock, tempDir });
  } finally {
    rmSync(tempDir, { recursive: true, force: true });
  }
}

function offlinePipeline(clock: VirtualClock, options: FinalSessionsOptions) {
  const redactor = createRedactor({ ownSecrets: [...options.ownSecrets] });
  const tracker = new TurnTracker({ stalledAfterMs: options.stalledAfterMs });
  const live = new LiveSessions({
    project: projector({ daemonId: 'replay', privacy: () => options.privacy }),
    now: () => clock.now(),
    recent: () => [],
    endedById: () => undefined,
  });
  const pipeline = new Pipeline({
    tracker,
    live,
    redact: (event) => redactEvent(event, redactor),
    store: { save: () => true },
    cursors: new CursorLedger('replay', []),
    oldRuns: new OldRuns([]),
    clock,
  });
  return { pipeline, live, tracker };
}
