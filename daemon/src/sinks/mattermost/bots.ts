import type { Secret } from '../../config/secret.ts';
import type { Clock } from '../../sources/source.ts';
import type { Backoff } from '../outbox/lane.ts';
import type { MattermostApi, MattermostUser } from './api.ts';
import { passesByItself, type Trouble } from './trouble.ts';

/** Who a token is, as far as that is known. */
export type Identity =
  | { readonly kind: 'asking' }
  | { readonly kind: 'known'; readonly user: MattermostUser }
  /** Known or not before: it cannot be asked now. */
  | { readonly kind: 'unreachable'; readonly trouble: Trouble }
  /** A person has to do something. */
  | { readonly kind: 'invalid'; readonly trouble: Trouble };

/** One bot of Mattermost: the account of OpenClaw that it stands for, and its token. */
export interface Bot {
  readonly account: string;
  readonly token: Secret;
  readonly api: MattermostApi;
  identity(): Identity;
}

export interface BotWatchOptions {
  readonly account: string;
  readonly token: Secret;
  readonly api: MattermostApi;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly onChange: () => void;
}

/** A refused token is tried again this seldom: it may be enabled again, but is not pressed on. */
const RECHECK_INVALID_MS = 5 * 60_000;

/** Finds out who a token is, and keeps asking until it knows. */
export class BotWatch implements Bot {
  readonly account: string;
  readonly token: Secret;
  readonly api: MattermostApi;
  readonly #options: BotWatchOptions;
  #identity: Identity = { kind: 'asking' };
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: BotWatchOptions) {
    this.account = options.account;
    this.token = options.token;
    this.api = options.api;
    this.#options = options;
  }

  identity(): Identity {
    return this.#identity;
  }

  start(): void {
    void this.#ask();
  }

  /** Something was refused with 401: the token may have been revoked. Looks once more. */
  doubt(): void {
    if (this.#identity.kind === 'known') void this.#ask();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #ask(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const answer = await this.api.me();
    if (this.#stopped) return;
    const { backoff, clock } = this.#options;
    if (answer.ok) {
      backoff.reset();
      this.#set({ kind: 'known', user: answer.value });
      return;
    }
    const { trouble } = answer;
    const waits = passesByItself(trouble);
    const waitMs = waits ? Math.max(backoff.next(), trouble.retryAfterMs ?? 0) : RECHECK_INVALID_MS;
    this.#cancel = clock.after(waitMs, () => void this.#ask());
    this.#set({ kind: waits ? 'unreachable' : 'invalid', trouble });
  }

  #set(identity: Identity): void {
    this.#identity = identity;
    this.#options.onChange();
  }
}
