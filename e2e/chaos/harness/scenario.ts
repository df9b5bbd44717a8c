import type { Outcome, Scale } from './outcome.ts';
import type { Site } from './site.ts';

export interface Play {
  readonly site: Site;
  readonly seed: number;
  readonly scale: Scale;
  readonly say: (line: string) => void;
}

/** One fault on real parts. */
export interface Scenario {
  /** For `make chaos CHAOS=name`. */
  readonly name: string;
  /** What goes wrong, for people; how long, for this scale. */
  readonly fault: (scale: Scale) => string;
  /** What people see meanwhile. What can be checked of it, `run` waits for. */
  readonly meanwhile: string;
  /** The site is not used by another scenario after this one. */
  readonly wearsOut?: boolean;
  run(play: Play): Promise<Outcome>;
}
