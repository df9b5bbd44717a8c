import type { LinkInput } from '../link-status.ts';
import type { Trouble } from './trouble.ts';

/** What to tell a person about the plugin when a call to it went wrong. One sentence what, one what to do. */
export function pluginTrouble(trouble: Trouble): LinkInput {
  switch (trouble.kind) {
    case 'unreachable':
    case 'unclear':
      return {
        state: 'degraded',
        code: 'plugin_unreachable',
        reason: `The plugin did not answer (${trouble.reason}). Look whether Mattermost runs and MM_BASE_URL is right; it is tried again.`,
      };
    case 'paused':
      return {
        state: 'degraded',
        code: 'plugin_paused',
        reason: 'The plugin failed several times in a row. It is tried again after CIRCUIT_BREAKER_COOLDOWN_S.',
      };
    case 'rate_limited':
      return {
        state: 'degraded',
        code: 'plugin_rate_limited',
        reason: 'Mattermost limits our requests. Raise its rate limit, or THROTTLE_MS here; it goes on by itself.',
      };
    case 'not_found':
      return {
        state: 'degraded',
        code: 'plugin_missing',
        reason:
          'Mattermost has no plugin com.openclaw.livestatus; plain posts are used. Upload and enable it in System Console > Plugins, or set PLUGIN_ENABLED=false.',
      };
    case 'unauthorized':
      return trouble.code === 'secret_not_configured'
        ? {
            state: 'failed',
            code: 'plugin_secret_not_set',
            reason:
              'The plugin has no Shared Secret. Set one in System Console > Plugins > Live Status, the same as PLUGIN_SECRET.',
          }
        : {
            state: 'failed',
            code: 'plugin_secret_wrong',
            reason:
              'The plugin refuses PLUGIN_SECRET. Copy the Shared Secret from System Console > Plugins > Live Status.',
          };
    case 'redirected':
      return {
        state: 'failed',
        code: 'plugin_redirected',
        reason: `The plugin's address was ${trouble.reason}. Set MM_BASE_URL (or PLUGIN_URL) to where it leads.`,
      };
    default:
      return {
        state: 'failed',
        code: 'plugin_refuses',
        reason: `The plugin refuses us (${trouble.reason}). Look into its log in Mattermost.`,
      };
  }
}

/** The same for Mattermost itself, asked as a bot. */
export function botTrouble(account: string, trouble: Trouble): LinkInput {
  const setting = tokenSetting(account);
  switch (trouble.kind) {
    case 'unauthorized':
      return {
        state: 'failed',
        code: 'bot_token_invalid',
        reason: `Mattermost refuses the token of ${setting}. Make a new one in Integrations > Bot Accounts, and look whether the bot is enabled.`,
      };
    case 'unreachable':
    case 'unclear':
    case 'paused':
    case 'rate_limited':
      return {
        state: 'degraded',
        code: 'mattermost_unreachable',
        reason: `Mattermost did not answer (${trouble.reason}). Look whether it runs and MM_BASE_URL is right; it is tried again.`,
      };
    case 'redirected':
      return {
        state: 'failed',
        code: 'mattermost_redirected',
        reason: `Mattermost's address was ${trouble.reason}. Set MM_BASE_URL to where it leads.`,
      };
    case 'not_found':
    case 'not_understood':
      return {
        state: 'failed',
        code: 'not_mattermost',
        reason: `What answers at MM_BASE_URL is no Mattermost (${trouble.reason}). Set it to the address in the browser, without a team.`,
      };
    default:
      return {
        state: 'failed',
        code: 'mattermost_refuses',
        reason: `Mattermost refuses the bot of ${setting} (${trouble.reason}). Look at its role and at the server's log.`,
      };
  }
}

/** The setting that holds an account's token. */
export function tokenSetting(account: string): string {
  return account === 'default' ? 'MM_BOT_TOKEN' : `MM_BOT_TOKEN_${account.toUpperCase()}`;
}
