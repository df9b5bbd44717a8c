import type { Clock } from '../../sources/source.ts';
import type { Recording } from './recording.ts';
import { type Stage, Track } from './track.ts';

export interface PlaylistOptions {
  /** What happens in this OpenClaw. None: nothing, until the test says so. */
  readonly recordings?: readonly Recording[];
  /** 1 = as recorded, 10 = ten times faster, 0 (default) = only by `step` and `play`. */
  readonly speed?: number;
  /** Each recording begins anew, with fresh ids, this many ms after its end. Default: it plays once. */
  readonly loopAfterMs?: number;
  /** Ms between the beginnings of two recordings. Default 0: all at once. */
  readonly staggerMs?: number;
  /** Makes ids fresh in the first playing too. Given by default when there are several recordings. */
  readonly seed?: string;
  /** Plays the losses of connection in a recording. Default: only when it is the only one. */
  readonly outages?: boolean;
  /** Names for the agents of each recording, by its place: shows several agents at once. */
  readonly agentNames?: readonly string[];
  readonly clock: Clock;
}

/** The recordings that a fake gateway plays, each on a track of its own. */
export class Playlist {
  readonly #options: PlaylistOptions;
  readonly #tracks: readonly Track[];
  readonly #cancels = new Set<() => void>();
  #started = false;

  constructor(options: PlaylistOptions, stage: Stage) {
    const recordings = options.recordings ?? [];
    const several = recordings.length > 1;
    const seed = options.seed ?? (several ? 'track' : undefined);
    this.#options = options;
    this.#tracks = recordings.map((recording, place) => {
      return new Track({
        recording,
        speed: options.speed ?? 0,
        loopAfterMs: options.loopAfterMs,
        agents: agentNames(recordings, place, options.agentNames),
        seed: seed === undefined ? undefined : `${seed}-${place}`,
        outages: options.outages ?? !several,
        clock: options.clock,
        stage,
      });
    });
  }

  /** Every recording was told to its end (never, if they loop). */
  get done(): boolean {
    return this.#started && this.#tracks.every((track) => track.done);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#tracks.forEach((track, place) => {
      this.#startAfter(track, place * (this.#options.staggerMs ?? 0));
    });
  }

  stop(): void {
    for (const track of this.#tracks) track.stop();
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  /** Tells the next `count` facts, one recording after the other. */
  step(count: number): void {
    this.start();
    for (let told = 0; told < count; told += 1) {
      if (!this.#tracks.some((track) => track.step())) return;
    }
  }

  #startAfter(track: Track, delayMs: number): void {
    if (delayMs === 0) {
      track.start();
      return;
    }
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#cancels.delete(cancel);
      track.start();
    });
    this.#cancels.add(cancel);
  }
}

/** The first agent gets the wanted name; else a second recording that uses the same fixed key gets agents of its own. */
function agentNames(
  recordings: readonly Recording[],
  place: number,
  wanted: readonly string[] | undefined,
): ReadonlyMap<string, string> {
  const recording = recordings[place];
  if (recording === undefined) return new Map();
  const name = wanted?.[place];
  const [first] = recording.agents;
  if (name !== undefined && first !== undefined) return new Map([[first, name]]);
  const clash = recordings.slice(0, place).filter((other) => shareAny(other.fixedKeys, recording.fixedKeys)).length;
  if (clash === 0) return new Map();
  return new Map([...recording.agents].map((agent) => [agent, `${agent}-${clash + 1}`]));
}

function shareAny(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((value) => b.has(value));
}
