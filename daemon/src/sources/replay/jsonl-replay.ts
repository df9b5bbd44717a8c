import type { Logger } from 'pino';
import pino from 'pino';
import type { CursorPort } from '../openclaw-jsonl/cursor.ts';
import type { ProcessView } from '../openclaw-jsonl/process-view.ts';
import { createJsonlSource } from '../openclaw-jsonl/source.ts';
import type { Clock, SourceSink } from '../source.ts';
import { type JsonlStep, readSteps } from './jsonl-steps.ts';
import { shiftStep } from './shift-step.ts';
import { type CutAppend, StepDirectory } from './step-directory.ts';

/** A clock that says the recording's time. */
export interface ReplayClock extends Clock {
  /** Virtual: moves there and fires what is due, at once. Paced by a real clock: resolves when the time has come. */
  advanceTo(ms: number): void | Promise<void>;
}

export interface JsonlReplayOptions {
  readonly sink: SourceSink;
  readonly clock: ReplayClock;
  /** An empty directory; the caller removes it. */
  readonly tempDir: string;
  /** Added to every time of the recording, so that it can be played again as something new. Default 0. */
  readonly shiftMs?: number;
  /** Default: appends are whole lines. */
  readonly cut?: CutAppend;
  /** Ends the replay early. */
  readonly signal?: AbortSignal;
  readonly log?: Logger;
}

/** In a recording the process of a lock lives as long as the lock. */
const RECORDED_PROCESSES: ProcessView = { sees: () => true, wholeMachine: false };

const NO_CURSORS: CursorPort = { load: () => [], set: () => undefined, delete: () => undefined };

/**
 * Plays the `steps.jsonl` of a folder: each step is applied to a temporary state directory, which the real source follows.
 * On a virtual clock two plays give the identical events; the clock stops at the last step. Throws `not_a_recording`.
 */
export async function playJsonlSteps(folder: string, options: JsonlReplayOptions): Promise<void> {
  const { clock, sink, shiftMs = 0, log = pino({ enabled: false }) } = options;
  const steps = readSteps(folder).map((step) => shiftStep(step, shiftMs));
  const [first] = steps;
  if (first === undefined) return;
  await clock.advanceTo(first.t);
  const directory = new StepDirectory(options.tempDir);
  const { agents, fs } = directory;
  const source = createJsonlSource({
    directory: agents,
    fs,
    clock,
    cursors: NO_CURSORS,
    processes: RECORDED_PROCESSES,
    log,
  });
  await source.start(sink);
  try {
    await settle(clock);
    for (const step of steps) await playStep(step, directory, options);
  } finally {
    await source.stop();
  }
}

async function playStep(
  step: JsonlStep,
  directory: StepDirectory,
  { clock, cut, signal }: JsonlReplayOptions,
): Promise<void> {
  if (signal?.aborted === true) return;
  await clock.advanceTo(step.t);
  directory.apply(step, cut);
  await settle(clock);
}

/** What a step causes happens at its time, before the next step: timers without delay are fired. */
async function settle(clock: ReplayClock): Promise<void> {
  const settled = new Promise<void>((resolve) => clock.after(0, resolve));
  await clock.advanceTo(clock.now());
  await settled;
}
