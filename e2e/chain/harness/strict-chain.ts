import type { Person } from '../../mattermost/index.ts';
import { Daemon } from '../../openclaw/harness/daemon.ts';
import { Gateway, openClawInstall } from '../../openclaw/harness/gateway.ts';
import type { ConfigObject } from '../../openclaw/harness/gateway-config.ts';
import { ScriptedProvider } from '../../openclaw/harness/provider.ts';
import { waitFor } from '../../openclaw/harness/wait.ts';
import { account, type SharedBot } from './agents.ts';
import { Chain } from './chain.ts';
import { CHANNEL_PLUGIN } from './own-chain.ts';
import { Room } from './room.ts';
import { ScriptDesk } from './script-desk.ts';

export interface StrictChain {
  readonly chain: Chain;
  /** A private channel with the one person whom OpenClaw hears (`asker`) and one whom it does not (`other`). */
  readonly room: Room;
  dispose(): Promise<void>;
}

/** See short-approvals.ts. */
const SHORT_APPROVALS = { NODE_OPTIONS: `--import ${new URL('short-approvals.ts', import.meta.url).href}` };

/** An OpenClaw that hears one person only and whose approvals expire after a minute, with a daemon of its own, on the suite's Mattermost. */
export async function startStrictChain(): Promise<StrictChain> {
  const suite = await Chain.join();
  const { workspace } = suite;
  const { site, team } = suite.shared;
  const asker = await workspace.user([team.id]);
  const other = await workspace.user([team.id]);
  const bot = await workspace.bot([team.id]);
  const channel = await workspace.channel(team.id, 'P', [asker.id, other.id, bot.id]);
  const started: { dispose(): Promise<void> }[] = [];
  const dispose = async (): Promise<void> => {
    for (const part of started.reverse().splice(0)) await part.dispose();
  };
  try {
    const provider = await ScriptedProvider.start({});
    started.push({ dispose: () => provider.stop() });
    const desk = await ScriptDesk.open(provider);
    started.push({ dispose: () => desk.close() });
    const gateway = await Gateway.start({
      install: openClawInstall(process.env),
      providerUrl: provider.baseUrl,
      overrides: config(site.url, bot, asker),
      plugins: [CHANNEL_PLUGIN],
      env: SHORT_APPROVALS,
    });
    started.push(gateway);
    const daemon = await Daemon.start({
      openClawStateDir: gateway.stateDir,
      settings: { MM_BASE_URL: site.url, PLUGIN_SECRET: site.secret, MM_BOT_TOKEN: bot.token },
    });
    started.push(daemon);
    await waitFor(
      'the bot to be online and the daemon to be healthy',
      async () => {
        const { status } = await bot.rest.ok<{ status: string }>('GET', `/api/v4/users/${bot.id}/status`);
        return status === 'online' && (await daemon.dashboard.health()).status === 'healthy' ? true : undefined;
      },
      { deadlineMs: 120_000, seen: () => `${gateway.tail()}\n${daemon.tail()}` },
    );
    const chain = await Chain.join({
      ...suite.shared,
      gateway: { url: gateway.url, token: gateway.token, rootDir: gateway.rootDir, logFile: gateway.logFile },
      daemon: { dashboardUrl: daemon.dashboard.baseUrl, stateDir: `${daemon.rootDir}/state`, logFile: daemon.logFile },
      deskUrl: desk.url,
    });
    return { chain, room: new Room({ workspace, channel, asker, other, agent: 'guard', bot }), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function config(siteUrl: string, bot: SharedBot, heard: Person): ConfigObject {
  const strict = { ...account(siteUrl, 'guard', bot), groupPolicy: 'allowlist', groupAllowFrom: [heard.id] };
  return {
    plugins: { enabled: true, entries: { mattermost: { enabled: true } } },
    bindings: [{ agentId: 'guard', match: { channel: 'mattermost', accountId: 'default' } }],
    channels: { mattermost: { enabled: true, defaultAccount: 'default', accounts: { default: strict } } },
  };
}
