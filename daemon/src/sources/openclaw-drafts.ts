import { record, text } from './openclaw-gateway/hello.ts';

/** One account of OpenClaw's Mattermost channel that shows the progress of a turn in a post of its own. */
export interface DraftingAccount {
  readonly account: string;
  readonly mode: string;
}

/** What OpenClaw 2026.9 does where nothing is configured (docs/channels/mattermost.md, "Preview streaming"). */
const DEFAULT_MODE = 'partial';

/**
 * The accounts of OpenClaw's own configuration whose `streaming` is not off: each of their turns would have two status posts.
 * An account says more than the channel; a boolean or a word are the older forms of the setting.
 */
export function draftingAccounts(config: unknown): readonly DraftingAccount[] {
  const { mattermost } = record(record(config).channels);
  const { enabled, accounts, streaming } = record(mattermost);
  if (mattermost === undefined || enabled === false) return [];
  const named = Object.entries(record(accounts));
  return (named.length > 0 ? named : [['default', {}] as const])
    .map(([account, settings]) => ({ account, own: record(settings) }))
    .filter(({ own }) => own.enabled !== false)
    .map(({ account, own }) => ({ account, mode: modeOf(own.streaming) ?? modeOf(streaming) ?? DEFAULT_MODE }))
    .filter(({ mode }) => mode !== 'off');
}

function modeOf(streaming: unknown): string | undefined {
  if (typeof streaming === 'boolean') return streaming ? DEFAULT_MODE : 'off';
  const mode = text(streaming) ?? text(record(streaming).mode);
  return mode?.trim().toLowerCase();
}
