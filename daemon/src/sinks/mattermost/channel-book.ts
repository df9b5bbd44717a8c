import type { Clock } from '../../sources/source.ts';
import type { ChannelBook as ChannelBookPort } from '../deliveries/ports.ts';
import type { Backoff } from '../outbox/lane.ts';
import type { ChannelType } from './api.ts';
import type { Bot } from './bots.ts';
import { Remembered } from './remembered.ts';
import { type Answer, failed } from './trouble.ts';

export interface ChannelBookOptions {
  readonly bots: ReadonlyMap<string, Bot>;
  readonly clock: Clock;
  readonly backoff: () => Backoff;
  /** A channel's kind, or the channel of a direct message, is known now (or known not to be had). */
  readonly onNews: (account: string, key: string) => void;
}

/** A public channel may be made private and back: its kind is asked again after this. */
const TYPE_FRESH_MS = 10 * 60_000;
const NEVER_OLD = Number.POSITIVE_INFINITY;

/** What kinds of channels there are, and which channel a direct message has; asked once each, remembered. */
export class ChannelBook implements ChannelBookPort {
  readonly #options: ChannelBookOptions;
  readonly #types: Remembered<ChannelType>;
  readonly #direct: Remembered<string>;

  constructor(options: ChannelBookOptions) {
    this.#options = options;
    const { clock, backoff, onNews } = options;
    const told = (name: string): void => onNews(...parts(name));
    this.#types = new Remembered({
      ask: (name) => this.#askType(...parts(name)),
      clock,
      backoff: backoff(),
      freshMs: TYPE_FRESH_MS,
      onNews: told,
    });
    this.#direct = new Remembered({
      ask: (name) => this.#askDirect(...parts(name)),
      clock,
      backoff: backoff(),
      freshMs: NEVER_OLD,
      onNews: told,
    });
  }

  typeOf(account: string, channelId: string): ChannelType | undefined {
    return this.#types.get(`${account}\0${channelId}`).value;
  }

  directChannel(account: string, userId: string): { readonly channelId: string } | 'failed' | undefined {
    const { value, trouble } = this.#direct.get(`${account}\0${userId}`);
    if (value !== undefined) return { channelId: value };
    return trouble === undefined || PASSING.has(trouble.kind) ? undefined : 'failed';
  }

  stop(): void {
    this.#types.stop();
    this.#direct.stop();
  }

  async #askType(account: string, channelId: string): Promise<Answer<ChannelType>> {
    const answer = await this.#bot(account)?.api.channel(channelId);
    if (answer === undefined) return NO_BOT;
    return answer.ok ? { ok: true, value: answer.value.type } : answer;
  }

  async #askDirect(account: string, userId: string): Promise<Answer<string>> {
    const bot = this.#bot(account);
    if (bot === undefined) return NO_BOT;
    const identity = bot.identity();
    if (identity.kind !== 'known') return NOT_YET;
    const answer = await bot.api.directChannel(identity.user.id, userId);
    return answer.ok ? { ok: true, value: answer.value.id } : answer;
  }

  #bot(account: string): Bot | undefined {
    return this.#options.bots.get(account);
  }
}

const NO_BOT = failed({ kind: 'refused', reason: 'no bot for this account' });
/** Asked again by itself. */
const NOT_YET = failed({ kind: 'unreachable', reason: 'the bot is not known yet' });
const PASSING: ReadonlySet<string> = new Set(['unreachable', 'unclear', 'paused', 'rate_limited']);

function parts(name: string): [account: string, key: string] {
  const at = name.indexOf('\0');
  return [name.slice(0, at), name.slice(at + 1)];
}
