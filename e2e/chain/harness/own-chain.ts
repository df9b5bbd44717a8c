import { HostPage } from '../../host-page/index.ts';
import { type OwnStack, startStack, uniqueName } from '../../mattermost/index.ts';
import { Daemon } from '../../openclaw/harness/daemon.ts';
import { Gateway, openClawInstall } from '../../openclaw/harness/gateway.ts';
import { ScriptedProvider } from '../../openclaw/harness/provider.ts';
import { waitFor } from '../../openclaw/harness/wait.ts';
import type { SharedSite } from '../../plugin-browser/harness/site.ts';
import { AGENTS, type Agent, accountOf, channelConfig, type SharedBot } from './agents.ts';
import { ScriptDesk } from './script-desk.ts';

/** What a test's own process needs to use the running chain. */
export interface SharedChain {
  readonly site: SharedSite;
  readonly databaseUrl: string;
  readonly team: { readonly id: string; readonly name: string };
  readonly bots: Readonly<Record<Agent, SharedBot>>;
  readonly gateway: {
    readonly url: string;
    readonly token: string;
    readonly rootDir: string;
    readonly logFile: string;
  };
  readonly daemon: { readonly dashboardUrl: string; readonly stateDir: string; readonly logFile: string };
  readonly deskUrl: string;
}

export interface OwnChain {
  shared(): SharedChain;
  dispose(): Promise<void>;
}

/** The version that scripts/ensure-openclaw.sh has fetched. */
export const CHANNEL_PLUGIN = '@openclaw/mattermost@2026.9.5';
/** OpenClaw connects to Mattermost some seconds after its gateway answers. */
const CHANNEL_DEADLINE_MS = 120_000;

/**
 * A real Mattermost with the plugin behind the host page, a real OpenClaw whose own Mattermost channel is connected to it, and the real
 * daemon with the settings that the admin guide names: address, tokens, secret. About a minute. The caller disposes.
 */
export async function startChain(): Promise<OwnChain> {
  const started: { dispose(): Promise<void> }[] = [];
  const dispose = async (): Promise<void> => {
    for (const part of started.reverse().splice(0)) await part.dispose();
  };
  try {
    const page = await HostPage.start();
    started.push({ dispose: () => page.close() });
    const stack = await startStack({ front: page });
    started.push(stack);
    const team = { name: uniqueName('team'), id: '' };
    team.id = await stack.workspace.team(team.name);
    const bots = await makeBots(stack, team.id);
    const provider = await ScriptedProvider.start({});
    started.push({ dispose: () => provider.stop() });
    const desk = await ScriptDesk.open(provider);
    started.push({ dispose: () => desk.close() });
    const gateway = await startGateway(stack, bots, provider);
    started.push(gateway);
    const daemon = await startDaemon(stack, bots, gateway);
    started.push(daemon);
    return {
      dispose,
      shared: () => ({
        site: { ...stack.shared(), port: stack.server.port },
        databaseUrl: stack.server.database.url,
        team,
        bots,
        gateway: { url: gateway.url, token: gateway.token, rootDir: gateway.rootDir, logFile: gateway.logFile },
        daemon: {
          dashboardUrl: daemon.dashboard.baseUrl,
          stateDir: `${daemon.rootDir}/state`,
          logFile: daemon.logFile,
        },
        deskUrl: desk.url,
      }),
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function makeBots(stack: OwnStack, teamId: string): Promise<Record<Agent, SharedBot>> {
  const bots: Partial<Record<Agent, SharedBot>> = {};
  for (const agent of AGENTS) {
    const { id, username, token } = await stack.workspace.bot([teamId], uniqueName(agent));
    bots[agent] = { id, username, token };
  }
  return bots as Record<Agent, SharedBot>;
}

async function startGateway(
  stack: OwnStack,
  bots: Readonly<Record<Agent, SharedBot>>,
  provider: ScriptedProvider,
): Promise<Gateway> {
  const gateway = await Gateway.start({
    install: openClawInstall(process.env),
    providerUrl: provider.baseUrl,
    overrides: channelConfig(stack.url, bots),
    plugins: [CHANNEL_PLUGIN],
  });
  try {
    for (const { id } of Object.values(bots)) {
      await waitFor(
        'OpenClaw to be connected to Mattermost with every bot',
        async () => {
          const rest = stack.workspace.admin.rest;
          const { status } = await rest.ok<{ status: string }>('GET', `/api/v4/users/${id}/status`);
          return status === 'online' ? true : undefined;
        },
        { deadlineMs: CHANNEL_DEADLINE_MS, seen: () => gateway.tail() },
      );
    }
    return gateway;
  } catch (error) {
    await gateway.dispose();
    throw error;
  }
}

async function startDaemon(
  stack: OwnStack,
  bots: Readonly<Record<Agent, SharedBot>>,
  gateway: Gateway,
): Promise<Daemon> {
  const tokens = AGENTS.map((agent) => {
    const account = accountOf(agent);
    return [account === 'default' ? 'MM_BOT_TOKEN' : `MM_BOT_TOKEN_${account.toUpperCase()}`, bots[agent].token];
  });
  const daemon = await Daemon.start({
    openClawStateDir: gateway.stateDir,
    settings: { MM_BASE_URL: stack.url, PLUGIN_SECRET: stack.secret, ...Object.fromEntries(tokens) },
  });
  try {
    await waitFor(
      'the daemon to be healthy',
      async () => ((await daemon.dashboard.health()).status === 'healthy' ? true : undefined),
      { deadlineMs: 60_000, seen: () => daemon.tail() },
    );
    return daemon;
  } catch (error) {
    await daemon.dispose();
    throw error;
  }
}
