import { type Finding, fail, pass, skip, warn } from './check.ts';
import type { MattermostProbe } from './mattermost-probe.ts';

type Probe = MattermostProbe | undefined;

const NOT_SET = skip('MM_BASE_URL is not set: the dashboard alone is used');
/** More, and the times that Mattermost shows beside a box look wrong. */
const CLOCK_TOLERANCE_MS = 5_000;
const MAX_NAMED = 5;

/** Whether Mattermost is there, which version, and whether its clock agrees with ours. */
export function judgeServer(probe: Probe): Finding {
  if (probe === undefined) return NOT_SET;
  const { url, latencyMs, version, clockDifferenceMs = 0, trouble } = probe.server;
  if (trouble !== undefined) return fail(`${url}: ${trouble.what}`, trouble.cure, latencyMs);
  const found = `${url}, Mattermost ${version ?? 'of unknown version'}`;
  if (Math.abs(clockDifferenceMs) <= CLOCK_TOLERANCE_MS) return pass(found, latencyMs);
  const seconds = Math.round(clockDifferenceMs / 1_000);
  return warn(
    `${found}; its clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine's`,
    'Let both machines keep their time by NTP.',
    latencyMs,
  );
}

/** Whether Mattermost takes the tokens. */
export function judgeBots(probe: Probe): Finding {
  if (probe === undefined) return NOT_SET;
  const { bots, server } = probe;
  if (server.trouble !== undefined) return skip('Not known: Mattermost does not answer');
  const latencyMs = Math.max(...bots.map((bot) => bot.latencyMs));
  const refused = bots.find(({ trouble }) => trouble !== undefined);
  if (refused?.trouble !== undefined)
    return fail(`${refused.setting}: ${refused.trouble.what}`, refused.trouble.cure, latencyMs);
  const names = bots.map(({ username }) => `@${username}`).join(', ');
  const person = bots.find(({ isBot }) => isBot === false);
  if (person === undefined) return pass(names, latencyMs);
  return warn(
    `${names}; @${person.username} is no bot account`,
    `Make a bot in Integrations > Bot Accounts and give its token as ${person.setting}.`,
    latencyMs,
  );
}

/** Whether a bot is a member of each channel that turns go to. */
export function judgeChannels(probe: Probe): Finding {
  if (probe === undefined) return NOT_SET;
  const { channels, server, bots } = probe;
  if (server.trouble !== undefined || bots.every(({ trouble }) => trouble !== undefined))
    return skip('Not known without a bot');
  if (channels.length === 0) return skip('No channel is configured, and no running daemon tells of any');
  const missing = channels.filter(({ members }) => members.length === 0).map(({ id }) => id);
  const latencyMs = Math.max(...channels.map((channel) => channel.latencyMs));
  if (missing.length === 0) return pass(`A bot is a member of each of ${channels.length} channels`, latencyMs);
  const named = missing.slice(0, MAX_NAMED).join(', ') + (missing.length > MAX_NAMED ? ', ...' : '');
  return fail(
    `No bot is a member of ${missing.length} of ${channels.length} channels: ${named}`,
    'Invite the bot there ("/invite @name"), or put the channels into CHANNELS_DENY.',
    latencyMs,
  );
}

/** Whether the plugin is there and takes our secret. */
export function judgePlugin(probe: Probe): Finding {
  if (probe === undefined) return NOT_SET;
  const { plugin, server } = probe;
  if (plugin === undefined) return skip('PLUGIN_ENABLED is false: plain posts are used');
  if (!plugin.hasSecret)
    return warn(
      'PLUGIN_SECRET is not set: plain posts are used',
      'Install the plugin, set its Shared Secret in System Console > Plugins > Live Status, and the same as PLUGIN_SECRET; or PLUGIN_ENABLED=false.',
    );
  if (server.trouble !== undefined) return skip('Not known: Mattermost does not answer');
  const { latencyMs, version, trouble } = plugin;
  if (trouble !== undefined) return fail(trouble.what, trouble.cure, latencyMs);
  return pass(`Version ${version ?? 'unknown'}, the secret is accepted`, latencyMs);
}
