import type { Bot } from '../../mattermost/index.ts';
import type { ConfigObject } from '../../openclaw/harness/gateway-config.ts';

/**
 * The agents of the suite. Each is an OpenClaw account with a bot of its own, which answers in the channels that the bot is in:
 * `main` whatever anybody posts; `guard` too, and waits for a person before each command; `flaky`, whose first model fails over to
 * the second if the script says so; `patient`, who can't put a command in the background; `review` only when it is mentioned.
 */
export const AGENTS = ['main', 'guard', 'flaky', 'patient', 'review'] as const;
export type Agent = (typeof AGENTS)[number];

/** What goes to another process of a bot. */
export type SharedBot = Pick<Bot, 'id' | 'username' | 'token'>;

/** How OpenClaw calls the account of an agent. */
export function accountOf(agent: Agent): string {
  return agent === 'main' ? 'default' : agent;
}

/** What goes over the harness's own configuration (gateway-config.ts): the Mattermost channel, as a person sets it up. */
export function channelConfig(siteUrl: string, bots: Readonly<Record<Agent, SharedBot>>): ConfigObject {
  const accounts = AGENTS.map((agent) => [accountOf(agent), account(siteUrl, agent, bots[agent])]);
  return {
    plugins: { enabled: true, entries: { mattermost: { enabled: true } } },
    agents: { entries: { patient: { tools: { deny: ['process'] } }, review: {} } },
    bindings: AGENTS.map((agentId) => ({
      agentId,
      match: { channel: 'mattermost', accountId: accountOf(agentId) },
    })),
    channels: { mattermost: { enabled: true, defaultAccount: 'default', accounts: Object.fromEntries(accounts) } },
    session: { dmScope: 'per-channel-peer' },
  };
}

/** An account whose bot answers everybody. */
export function account(baseUrl: string, agent: Agent, bot: SharedBot): ConfigObject {
  return {
    name: bot.username,
    botToken: bot.token,
    baseUrl,
    dmPolicy: 'open',
    allowFrom: ['*'],
    groupPolicy: 'open',
    groupAllowFrom: ['*'],
    chatmode: agent === 'review' ? 'oncall' : 'onmessage',
    replyToMode: 'all',
    // Mattermost stands on 127.0.0.1.
    network: { dangerouslyAllowPrivateNetwork: true },
    // Its own progress drafts would be a second status post a turn (docs: doctor fails).
    streaming: { mode: 'off' },
  };
}
