import type { Route, Turn } from '../../turns/turn.ts';

/** Where a turn is shown in Mattermost, and by which bot. */
export interface Place {
  /** The account whose bot publishes it. */
  readonly account: string;
  /** As the runtime says; what Mattermost says about the channel counts more. */
  readonly kind: 'public' | 'private' | 'direct';
  /** Absent for a direct message whose channel has to be asked for. */
  readonly channelId?: string;
  /** The other side of a direct message. */
  readonly userId?: string;
  readonly rootId?: string;
}

/** Why a turn is on the dashboard only. Closed set: part of health, log and metrics. */
export type UnroutedReason =
  | 'not_from_mattermost'
  | 'cron_hidden'
  | 'channel_denied'
  | 'channel_not_allowed'
  | 'no_bot'
  | 'too_many_active'
  | 'dm_unresolved';

export type Placement =
  | { readonly kind: 'placed'; readonly place: Place }
  | { readonly kind: 'unrouted'; readonly reason: UnroutedReason };

export interface PlacementRules {
  /** Accounts that have a bot of their own, in lower case. */
  readonly accounts: readonly string[];
  /** MM_BOT_TOKEN is set: a bot for accounts without one. */
  readonly hasDefaultBot: boolean;
  readonly defaultChannel: string | undefined;
  readonly channelsAllow: readonly string[];
  readonly channelsDeny: readonly string[];
  readonly showCron: boolean;
}

/** The account of MM_BOT_TOKEN. */
export const DEFAULT_ACCOUNT = 'default';

/** Where a turn belongs (T10 and the settings). Pure. */
export function placementOf(turn: Turn, rules: PlacementRules): Placement {
  const { route } = turn;
  if (turn.key.split(':')[2] === 'cron' && !rules.showCron) return unrouted('cron_hidden');
  if (route.kind === 'none') return byDefault(rules);
  const account = accountFor(route, rules);
  if (account === undefined) return unrouted('no_bot');
  const place: Place = {
    account,
    kind: route.kind,
    ...(route.channelId !== undefined && { channelId: route.channelId }),
    ...(route.kind === 'direct' && route.userId !== undefined && { userId: route.userId }),
    ...(route.rootId !== undefined && { rootId: route.rootId }),
  };
  if (place.channelId === undefined && place.userId === undefined) return byDefault(rules);
  return place.channelId === undefined ? { kind: 'placed', place } : allowed(place, place.channelId, rules);
}

/** Whether the settings let this channel have a status at all. */
export function channelRefusal(
  channelId: string,
  { channelsAllow, channelsDeny }: Pick<PlacementRules, 'channelsAllow' | 'channelsDeny'>,
): UnroutedReason | undefined {
  if (channelsDeny.includes(channelId)) return 'channel_denied';
  return channelsAllow.length > 0 && !channelsAllow.includes(channelId) ? 'channel_not_allowed' : undefined;
}

function allowed(place: Place, channelId: string, rules: PlacementRules): Placement {
  const refusal = channelRefusal(channelId, rules);
  return refusal === undefined ? { kind: 'placed', place } : unrouted(refusal);
}

/** DEFAULT_CHANNEL for turns that nobody asked for in Mattermost. Its kind is asked for; until then it counts as public. */
function byDefault(rules: PlacementRules): Placement {
  const { defaultChannel, hasDefaultBot, accounts } = rules;
  if (defaultChannel === undefined) return unrouted('not_from_mattermost');
  const account = hasDefaultBot ? DEFAULT_ACCOUNT : accounts[0];
  if (account === undefined) return unrouted('no_bot');
  return allowed({ account, kind: 'public', channelId: defaultChannel }, defaultChannel, rules);
}

/**
 * The bot of the account that was asked. MM_BOT_TOKEN stands in where an account has none: but not in a direct message if
 * several bots are known, because that would be another conversation.
 */
function accountFor({ accountId, kind }: Route, { accounts, hasDefaultBot }: PlacementRules): string | undefined {
  const asked = accountId === undefined ? DEFAULT_ACCOUNT : accountName(accountId);
  if (accounts.includes(asked)) return asked;
  if (!hasDefaultBot) return accountId === undefined && accounts.length === 1 ? accounts[0] : undefined;
  const mayStandIn = asked === DEFAULT_ACCOUNT || accounts.length === 0 || kind !== 'direct';
  return mayStandIn ? DEFAULT_ACCOUNT : undefined;
}

/** As it stands behind MM_BOT_TOKEN_, in lower case: environment names have letters, digits and `_` only. */
function accountName(accountId: string): string {
  return accountId.toLowerCase().replace(/[^a-z0-9]/g, '_');
}

function unrouted(reason: UnroutedReason): Placement {
  return { kind: 'unrouted', reason };
}
