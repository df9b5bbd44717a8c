import type { Logger } from 'pino';
import type { LinkHealth } from '../server/ports.ts';
import type { Clock } from '../sources/source.ts';

export interface LinkInput {
  readonly state: LinkHealth['state'];
  /** Stable; absent if `ok`. */
  readonly code?: string;
  /** What is wrong and what to do; no secret. */
  readonly reason?: string;
}

export interface LinkStatusOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What it talks to, and counts; read whenever health is asked for. */
  readonly detail: () => NonNullable<LinkHealth['detail']>;
  readonly onChange: () => void;
}

const LEVELS = { ok: 'info', connecting: 'info', degraded: 'warn', failed: 'error' } as const;

/** How a link to the outside stands; one line in the log a change of state or code, not one a try. */
export class LinkStatus {
  readonly #options: LinkStatusOptions;
  #input: LinkInput = { state: 'connecting', code: 'starting' };
  #sinceMs: number;

  constructor(options: LinkStatusOptions) {
    this.#options = options;
    this.#sinceMs = options.clock.now();
  }

  get state(): LinkHealth['state'] {
    return this.#input.state;
  }

  set(input: LinkInput): void {
    const isSame = input.state === this.#input.state && input.code === this.#input.code;
    const saysTheSame = isSame && input.reason === this.#input.reason;
    this.#input = input;
    if (saysTheSame) return;
    if (!isSame) this.#tellChange(input);
    this.#options.onChange();
  }

  current(): LinkHealth {
    const { name, detail } = this.#options;
    return { name, ...this.#input, detail: detail(), sinceMs: this.#sinceMs };
  }

  #tellChange({ state, code, reason }: LinkInput): void {
    const { name, log, clock } = this.#options;
    this.#sinceMs = clock.now();
    log[LEVELS[state]]({ sink: name, state, code, reason }, 'sink changed state');
  }
}
