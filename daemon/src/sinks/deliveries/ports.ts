import type { Session } from '@livestatus/contract';
import type { Turn } from '../../turns/turn.ts';
import type { ChannelType } from '../mattermost/api.ts';
import type { Wanted } from '../outbox/entry.ts';
import type { StoredDelivery } from './delivery-row.ts';

/** Turn -> Session as it is published where `turn.route` leads; `kind` is what Mattermost calls that channel, if known. */
export type ProjectTurn = (
  turn: Turn,
  how: {
    readonly channelType: ChannelType | undefined;
    readonly post: 'none' | 'wanted';
    readonly postId: string | undefined;
    readonly seq: number;
    readonly asOfMs: number;
  },
) => Session;

/** Where sessions of one bot go: the plugin, plain posts, or both in turn. */
export interface DeliveryOutbox {
  put(id: string, wanted: Wanted): void;
  /** True if somebody has to be told. */
  remove(id: string, options: { readonly knownToPlugin: boolean }): boolean;
  /** Everybody who has to know it, does. */
  forget(id: string): void;
  /** Whether the plugin knows of it, so that it has to hear its end. `knownToPlugin`: that is known for certain. */
  mustTellPlugin(id: string, knownToPlugin: boolean): boolean;
}

/** What Mattermost says about channels, as far as it is known; asking is the implementer's business. */
export interface ChannelBook {
  typeOf(account: string, channelId: string): ChannelType | undefined;
  /** `failed`: it cannot be had (the person or the bot is gone, say). Undefined: not known yet. */
  directChannel(account: string, userId: string): { readonly channelId: string } | 'failed' | undefined;
}

/** Deliveries of earlier lives. */
export interface DeliveryMemory {
  /** Those that are not told yet. */
  readonly open: readonly StoredDelivery[];
  find(id: string): StoredDelivery | undefined;
}
