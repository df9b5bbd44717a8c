import type { Clock } from '../../sources/source.ts';
import { passesByItself, type Trouble } from '../mattermost/trouble.ts';
import type { PluginClient } from './client.ts';

/** What is known of the plugin on that server. */
export type PluginState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'present'; readonly version: string }
  /** Mattermost answers, the plugin does not: not installed, or disabled. */
  | { readonly kind: 'missing' }
  /** It does not take our secret (or something else that a person has to put right). */
  | { readonly kind: 'refused'; readonly trouble: Trouble }
  | { readonly kind: 'unreachable'; readonly trouble: Trouble };

export interface DetectorOptions {
  readonly client: Pick<PluginClient, 'health'>;
  readonly clock: Clock;
  /** Called at every look, with what was seen. */
  readonly onState: (state: PluginState) => void;
}

const LOOK_EVERY_MS = 60_000;
/** While it cannot be reached, or was there and is missing, so that it is found soon after it is back (D7). */
const LOOK_SOON_MS = 10_000;
/** Two looks are at least so far apart, whoever doubts. */
const MIN_GAP_MS = 2_000;

/** Looks whether the plugin is there: at the start, every minute, and when somebody doubts it. */
export class PluginDetector {
  readonly #options: DetectorOptions;
  #state: PluginState = { kind: 'unknown' };
  #wasPresent = false;
  #cancel: (() => void) | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #lastLookMs = Number.NEGATIVE_INFINITY;
  #isLooking = false;
  #stopped = false;

  constructor(options: DetectorOptions) {
    this.#options = options;
  }

  get state(): PluginState {
    return this.#state;
  }

  start(): void {
    this.#lookIn(0);
  }

  /** A call went wrong in a way that may mean that it is gone or changed its mind. */
  doubt(): void {
    this.#lookIn(Math.max(0, this.#lastLookMs + MIN_GAP_MS - this.#options.clock.now()));
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #lookIn(ms: number): void {
    const { clock } = this.#options;
    const at = clock.now() + ms;
    if (this.#stopped || this.#isLooking || at >= this.#dueAt) return;
    this.#cancel?.();
    this.#dueAt = at;
    this.#cancel = clock.after(ms, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { client, clock, onState } = this.#options;
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#isLooking = true;
    this.#lastLookMs = clock.now();
    const answer = await client.health();
    this.#isLooking = false;
    if (this.#stopped) return;
    this.#state = answer.ok ? { kind: 'present', version: answer.value.version } : stateOf(answer.trouble);
    this.#wasPresent ||= this.#state.kind === 'present';
    this.#lookIn(this.#isExpected() ? LOOK_SOON_MS : LOOK_EVERY_MS);
    onState(this.#state);
  }

  /** Away, and it may come back by itself; a server that never had one would be asked in vain. */
  #isExpected(): boolean {
    const { kind } = this.#state;
    return kind === 'unreachable' || (kind === 'missing' && this.#wasPresent);
  }
}

function stateOf(trouble: Trouble): PluginState {
  // A page that is no plugin's: the web client answers every unknown path with one.
  if (trouble.kind === 'not_found' || trouble.kind === 'not_understood') return { kind: 'missing' };
  return passesByItself(trouble) ? { kind: 'unreachable', trouble } : { kind: 'refused', trouble };
}
