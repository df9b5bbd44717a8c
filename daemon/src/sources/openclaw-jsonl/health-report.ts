import type { Logger } from 'pino';
import type { Clock, SourceHealth } from '../source.ts';
import { type HealthFacts, type HealthVerdict, judge } from './health.ts';

export interface HealthReportOptions {
  /** The source's name. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  detail(): NonNullable<SourceHealth['detail']>;
  /** Called once a change of state or code. */
  changed(health: SourceHealth): void;
}

/** Keeps the source's health and is loud about its changes: one line and one call a change, not one a look. */
export class HealthReport {
  readonly #options: HealthReportOptions;
  #verdict: HealthVerdict = { state: 'connecting' };
  #sinceMs: number;

  constructor(options: HealthReportOptions) {
    this.#options = options;
    this.#sinceMs = options.clock.now();
  }

  current(): SourceHealth {
    const { name, detail } = this.#options;
    return { name, ...this.#verdict, sinceMs: this.#sinceMs, detail: detail() };
  }

  update(facts: HealthFacts): void {
    const verdict = judge(facts);
    if (verdict.state === this.#verdict.state && verdict.code === this.#verdict.code) return;
    this.#verdict = verdict;
    this.#sinceMs = this.#options.clock.now();
    this.#log(verdict, facts.directory);
    this.#options.changed(this.current());
  }

  #log({ state, code, reason }: HealthVerdict, directory: string): void {
    const { name, log } = this.#options;
    if (state === 'ok') log.info({ source: name, directory }, 'source is ok');
    else log.warn({ source: name, state, code, reason }, 'source is not ok');
  }
}
