import type { Clock, SourceHealth, SourceState } from '../source.ts';

export interface HealthInput {
  readonly state: SourceState;
  readonly code?: string;
  readonly reason?: string;
}

export interface HealthReporter {
  /** Reports a change of state or code once; the same again only refreshes the words. */
  set(input: HealthInput): void;
  current(): SourceHealth;
}

export interface HealthReporterOptions {
  readonly name: string;
  readonly clock: Clock;
  /** Read whenever health is asked for or reported. */
  detail(): SourceHealth['detail'];
  onChange(health: SourceHealth): void;
}

export function createHealthReporter(options: HealthReporterOptions, first: HealthInput): HealthReporter {
  let input = first;
  let sinceMs = options.clock.now();

  function current(): SourceHealth {
    const detail = options.detail();
    return { name: options.name, ...input, sinceMs, ...(detail === undefined ? {} : { detail }) };
  }

  return {
    current,
    set: (next) => {
      const same = next.state === input.state && next.code === input.code;
      input = next;
      if (same) return;
      sinceMs = options.clock.now();
      options.onChange(current());
    },
  };
}
