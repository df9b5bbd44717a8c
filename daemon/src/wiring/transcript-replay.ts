import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { playJsonlSteps } from '../sources/replay/jsonl-replay.ts';
import { readSteps } from '../sources/replay/jsonl-steps.ts';
import type { Clock, Source, SourceHealth, SourceSink } from '../sources/source.ts';

export interface TranscriptReplayOptions {
  readonly folder: string;
  /** 1 = as it happened. Times inside the transcripts keep their recorded distances whatever the speed. */
  readonly speed: number;
  readonly loop: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when it has played to its end (each time, if it loops). */
  readonly onEnded: () => void;
}

/** Pause between two playings, in ms. */
const PAUSE_MS = 5_000;

/** Plays a folder of transcripts live: each step is applied to a temporary directory that the real source follows. */
export class TranscriptReplay implements Source {
  readonly name = 'openclaw-jsonl';
  readonly #options: TranscriptReplayOptions;
  readonly #stopped = new AbortController();
  #playing: Promise<void> = Promise.resolve();
  #health: SourceHealth;

  constructor(options: TranscriptReplayOptions) {
    this.#options = options;
    this.#health = { name: this.name, state: 'connecting', sinceMs: options.clock.now() };
  }

  async start(sink: SourceSink): Promise<void> {
    this.#playing = this.#play({
      event: (event) => sink.event(event),
      health: (health) => {
        this.#health = health;
        sink.health(health);
      },
    });
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#playing;
  }

  health(): SourceHealth {
    return this.#health;
  }

  async #play(sink: SourceSink): Promise<void> {
    const { folder, loop, log, onEnded } = this.#options;
    const { signal } = this.#stopped;
    const first = readSteps(folder)[0]?.t ?? 0;
    do {
      const tempDir = mkdtempSync(join(tmpdir(), 'livestatus-replay-'));
      try {
        const started = this.#options.clock.now();
        const clock = this.#paced(started);
        await playJsonlSteps(folder, { sink, clock, tempDir, shiftMs: Math.round(started - first), signal, log });
      } catch (error) {
        log.error({ err: error, folder }, 'replay of transcripts failed');
        return;
      } finally {
        rmSync(tempDir, { recursive: true, force: true });
      }
      onEnded();
      if (loop) await this.#wait(PAUSE_MS);
    } while (loop && !signal.aborted);
  }

  /** The real clock, except that the recording's moments come `speed` times as early. */
  #paced(startedMs: number): Clock & { advanceTo(ms: number): Promise<void> } {
    const { clock, speed } = this.#options;
    return {
      now: () => clock.now(),
      after: (ms, callback) => clock.after(ms, callback),
      advanceTo: (ms) => this.#wait(startedMs + (ms - startedMs) / speed - clock.now()),
    };
  }

  /** Resolves after `ms`, or when the source is stopped. */
  async #wait(ms: number): Promise<void> {
    const { signal } = this.#stopped;
    if (ms <= 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        cancel();
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = this.#options.clock.after(ms, finish);
      signal.addEventListener('abort', finish);
    });
  }
}
