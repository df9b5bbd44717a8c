import type { Routing } from '@livestatus/contract';
import type { UnroutedReason } from './placement.ts';

/** What to tell a person about a turn that is on the dashboard only. */
export const UNROUTED: Readonly<Record<UnroutedReason, string>> = {
  not_from_mattermost: 'Nobody asked for it in Mattermost. Set DEFAULT_CHANNEL to have such turns there too.',
  cron_hidden: 'A schedule started it, and SHOW_CRON is off.',
  channel_denied: 'Its channel is in CHANNELS_DENY.',
  channel_not_allowed: 'Its channel is not in CHANNELS_ALLOW.',
  no_bot: 'It belongs to an OpenClaw account without a bot here. Set MM_BOT_TOKEN_<ACCOUNT> for it.',
  dm_unresolved:
    'Mattermost did not give its direct channel. Look whether the bot may write direct messages to that person.',
  too_many_active:
    'More turns are active than MAX_ACTIVE_SESSIONS. The newest are on the dashboard only; raise it if the server bears it.',
};

const REFUSALS: Readonly<Record<string, string>> = {
  channel_forbidden: 'The bot may not write in its channel. Invite it there; it is tried again.',
};
const REFUSED = 'The plugin refuses it; it is tried again. docs/troubleshooting.md says what the code means.';

const BOXES: Readonly<Record<string, string>> = {
  post_deleted: 'Somebody deleted it; it is not made again.',
  post_root_deleted: 'Its thread was deleted.',
  post_channel_archived: 'Its channel is archived.',
  post_forbidden: 'The bot may not post there. Invite it to the channel and look at the channel’s permissions.',
  post_edit_expired:
    'Posts may be edited for a time only on this server (System Console > Site Configuration > Posts).',
};
const NO_BOX = 'Mattermost refuses the post. Its log says why.';

/** What is known of a turn's way to Mattermost, as far as it is not as it should be. */
export interface Obstacles {
  /** It is not sent there. */
  readonly unrouted?: UnroutedReason | undefined;
  /** The plugin does not take it, with this code; it is tried again. */
  readonly refusal?: string | undefined;
  /** Its box cannot be written any more (P4); what is live goes on. */
  readonly postCode?: string | undefined;
}

/** As the dashboard shows it; null = there is nothing to say. */
export function routingOf({ unrouted, refusal, postCode }: Obstacles): Routing | null {
  if (unrouted !== undefined) return { state: 'dashboard_only', code: unrouted, reason: UNROUTED[unrouted] };
  if (refusal !== undefined) return { state: 'dashboard_only', code: refusal, reason: REFUSALS[refusal] ?? REFUSED };
  return postCode === undefined ? null : { state: 'no_box', code: postCode, reason: BOXES[postCode] ?? NO_BOX };
}
