import type { LinkHealth } from '../../server/ports.ts';
import { type LinkInput, LinkStatus, type LinkStatusOptions } from '../link-status.ts';
import type { Bot } from './bots.ts';
import type { UnroutedReason } from './placement.ts';
import { UNROUTED } from './routing.ts';
import { botTrouble, tokenSetting } from './words.ts';

export interface BotStatusOptions extends Pick<LinkStatusOptions, 'clock' | 'log' | 'onChange'> {
  readonly url: string;
  readonly bots: ReadonlyMap<string, Bot>;
  readonly active: () => number;
  readonly unrouted: () => ReadonlyMap<UnroutedReason, number>;
  /** False: the plugin is wanted, but its secret is not set. */
  readonly hasPlugin: boolean;
}

/** A channel that did not take a session or a box, and why. */
interface ChannelProblem {
  readonly account: string;
  readonly code: string;
}

const MAX_CHANNELS = 1_000;

/** Bots and channels as one link `mattermost`: who we are there, and what could not be shown where it belongs. */
export class BotStatus {
  readonly #options: BotStatusOptions;
  readonly #status: LinkStatus;
  readonly #channels = new Map<string, ChannelProblem>();
  /** Boxes that cannot be written any more (P4), by reason, since the start. */
  readonly #boxes = new Map<string, number>();

  constructor(options: BotStatusOptions) {
    this.#options = options;
    const { clock, log, onChange } = options;
    this.#status = new LinkStatus({ name: 'mattermost', clock, log, onChange, detail: () => this.#detail() });
  }

  health(): LinkHealth {
    return this.#status.current();
  }

  /** A session or box of this channel was refused with `code`; undefined: one was taken. */
  channel(channelId: string, account: string, code: string | undefined): void {
    const known = this.#channels.get(channelId);
    if (known?.code === code) return;
    if (code === undefined) this.#channels.delete(channelId);
    else if (this.#channels.size < MAX_CHANNELS) this.#channels.set(channelId, { account, code });
    this.update();
  }

  /** A box cannot be written any more (P4). */
  boxRefused(code: string): void {
    this.#boxes.set(code, (this.#boxes.get(code) ?? 0) + 1);
    this.#options.onChange();
  }

  /** Looks at everything again. */
  update(): void {
    this.#status.set(this.#ofBots() ?? this.#ofChannels() ?? this.#ofTurns() ?? { state: 'ok' });
  }

  #ofBots(): LinkInput | undefined {
    const bots = [...this.#options.bots.values()];
    for (const kind of ['invalid', 'unreachable'] as const)
      for (const bot of bots) {
        const identity = bot.identity();
        if (identity.kind === kind) return botTrouble(bot.account, identity.trouble);
      }
    if (bots.some((bot) => bot.identity().kind === 'asking')) return { state: 'connecting', code: 'starting' };
    return undefined;
  }

  #ofChannels(): LinkInput | undefined {
    const [first] = this.#channels;
    if (first === undefined) return undefined;
    const [channelId, { account, code }] = first;
    const more = this.#channels.size > 1 ? ` and ${this.#channels.size - 1} more` : '';
    return {
      state: 'degraded',
      code,
      reason: `${this.#name(account)} cannot publish to channel ${channelId}${more} (${code}). Invite the bot to the channel and look whether it may post there; it is tried again.`,
    };
  }

  #ofTurns(): LinkInput | undefined {
    const counts = this.#options.unrouted();
    for (const code of UNWANTED) {
      const count = counts.get(code) ?? 0;
      if (count > 0)
        return { state: 'degraded', code, reason: `${counted(count)} on the dashboard only. ${UNROUTED[code]}` };
    }
    return undefined;
  }

  #name(account: string): string {
    const identity = this.#options.bots.get(account)?.identity();
    return identity?.kind === 'known' ? `Bot @${identity.user.username}` : `The bot of ${tokenSetting(account)}`;
  }

  #detail(): Record<string, string | number | boolean> {
    const { url, bots, active, unrouted, hasPlugin } = this.#options;
    const names = [...bots.values()].flatMap((bot) => {
      const identity = bot.identity();
      return identity.kind === 'known' ? [`@${identity.user.username}`] : [];
    });
    const reasons = [...unrouted()].map(([reason, count]) => [`dashboard_only_${reason}`, count]);
    const refused = [...this.#boxes].map(([code, count]) => [`boxes_${code}`, count]);
    const channels = new Map<string, number>();
    for (const { code } of this.#channels.values()) channels.set(code, (channels.get(code) ?? 0) + 1);
    const unwritable = [...channels].map(([code, count]) => [`channels_${code}`, count]);
    const note = hasPlugin ? {} : { plugin: 'not used: PLUGIN_SECRET is not set' };
    return {
      url,
      bots: names.join(' '),
      active_sessions: active(),
      ...note,
      ...Object.fromEntries([...reasons, ...refused, ...unwritable]),
    };
  }
}

/** Turns that stay on the dashboard although somebody may want them in Mattermost. The other reasons are the settings' wish. */
const UNWANTED: readonly UnroutedReason[] = ['no_bot', 'dm_unresolved', 'too_many_active'];

function counted(turns: number): string {
  return turns === 1 ? '1 turn is' : `${turns} turns are`;
}
