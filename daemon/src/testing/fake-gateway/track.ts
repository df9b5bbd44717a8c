import type { Clock } from '../../sources/source.ts';
import type { RecordedFact, Recording } from './recording.ts';
import { type Retelling, retell } from './retell.ts';

/** What a track tells; times and ids are those of the playing. */
export interface Stage {
  event(event: string, payload: unknown): void;
  row(row: Readonly<Record<string, unknown>>): void;
  history(key: string, history: unknown): void;
  /** The gateway goes down for `downMs` and is starting for `startingMs` after that. */
  outage(downMs: number, startingMs: number): void;
  /** The recording is over (for this time, if it loops). */
  ended(): void;
}

export interface TrackOptions {
  readonly recording: Recording;
  /** 1 = as recorded, 10 = ten times faster, 0 = only by `step`. */
  readonly speed: number;
  /** Begins anew this many ms after its end (on the daemon's clock); undefined = plays once. */
  readonly loopAfterMs: number | undefined;
  readonly agents: ReadonlyMap<string, string>;
  /** Undefined: ids stay as recorded in the first playing. */
  readonly seed: string | undefined;
  readonly outages: boolean;
  readonly clock: Clock;
  readonly stage: Stage;
}

/** Plays one recording, in its own time or step by step. */
export class Track {
  readonly #options: TrackOptions;
  #next = 0;
  #playing = 0;
  #startedMs = 0;
  #stopped = false;
  #cancel = (): void => {};

  constructor(options: TrackOptions) {
    this.#options = options;
  }

  start(): void {
    this.#startedMs = this.#options.clock.now();
    this.#next = 0;
    // What was there when the recorder connected is there before anything plays.
    this.#tellUntil(this.#options.recording.startMs);
    this.#tellInitial();
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  get done(): boolean {
    return this.#next >= this.#options.recording.facts.length;
  }

  /** Tells the next fact; false if there is none. */
  step(): boolean {
    const fact = this.#options.recording.facts[this.#next];
    if (fact === undefined) return false;
    this.#next += 1;
    this.#tell(fact);
    return true;
  }

  #tellInitial(): void {
    const { facts } = this.#options.recording;
    while (facts[this.#next]?.kind === 'rows' || facts[this.#next]?.kind === 'history') this.step();
  }

  #schedule(): void {
    const { recording, clock, speed } = this.#options;
    if (this.#stopped || speed === 0) return;
    const fact = recording.facts[this.#next];
    const due = this.#momentOf(fact?.t ?? recording.endMs);
    this.#cancel = clock.after(Math.max(0, Math.ceil(due - clock.now())), () => {
      if (fact === undefined) {
        this.#end();
        return;
      }
      // At least the fact that was waited for: at odd speeds the clock's way back to it may be a hair short.
      this.#tellUntil(Math.max(fact.t, this.#recordedNow()));
      this.#schedule();
    });
  }

  #end(): void {
    const { loopAfterMs, clock, stage } = this.#options;
    stage.ended();
    if (loopAfterMs === undefined) return;
    this.#cancel = clock.after(loopAfterMs, () => {
      this.#playing += 1;
      this.start();
    });
  }

  #tellUntil(t: number): void {
    for (;;) {
      const fact = this.#options.recording.facts[this.#next];
      if (fact === undefined || fact.t > t || this.#stopped) return;
      this.step();
    }
  }

  #tell(fact: RecordedFact): void {
    const { stage, speed, outages } = this.#options;
    switch (fact.kind) {
      case 'event':
        stage.event(fact.event, this.#retell(fact.payload, fact.t));
        return;
      case 'rows':
        for (const row of this.#retell(fact.rows, fact.t)) stage.row(row as Readonly<Record<string, unknown>>);
        return;
      case 'history':
        stage.history(this.#retell(fact.key, fact.t), this.#retell(fact.history, fact.t));
        return;
      case 'outage':
        if (outages) stage.outage((fact.backMs - fact.t) / (speed || 1), (fact.readyMs - fact.backMs) / (speed || 1));
        return;
    }
  }

  #retell<T>(value: T, t: number): T {
    return retell(value, this.#retelling(), t);
  }

  #retelling(): Retelling {
    const { seed, agents, recording } = this.#options;
    const again = this.#playing > 0;
    return {
      seed: seed === undefined && !again ? undefined : `${seed ?? ''}#${this.#playing}`,
      posts: recording.posts,
      agents,
      time: (t) => this.#momentOf(t),
    };
  }

  #momentOf(t: number): number {
    return this.#startedMs + (t - this.#options.recording.startMs) / (this.#options.speed || 1);
  }

  #recordedNow(): number {
    const { clock, recording, speed } = this.#options;
    return recording.startMs + (clock.now() - this.#startedMs) * speed;
  }
}
