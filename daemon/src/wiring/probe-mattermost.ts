import type { Session } from '@livestatus/contract';
import type {
  BotLook,
  ChannelLook,
  MattermostProbe,
  PluginLook,
  ServerLook,
  Trouble,
} from '../cli/doctor/mattermost-probe.ts';
import type { Config } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import { type Caller, createCaller } from '../sinks/http/caller.ts';
import { createHttpClient } from '../sinks/http/client.ts';
import type { LinkInput } from '../sinks/link-status.ts';
import { MattermostApi } from '../sinks/mattermost/api.ts';
import { botTrouble, pluginTrouble, tokenSetting } from '../sinks/mattermost/words.ts';
import { PluginClient } from '../sinks/mattermost-plugin/client.ts';
import { tokensOf } from '../sinks/mattermost-sinks.ts';

const TIMEOUT_MS = 5_000;
const MAX_CHANNELS = 20;

/** `livestatus doctor` asks Mattermost with the very client that the daemon uses; it changes nothing there. */
export async function probeMattermost(config: Config, signal: AbortSignal): Promise<MattermostProbe | undefined> {
  const { baseUrl } = config.mattermost;
  if (baseUrl === undefined) return undefined;
  const http = createHttpClient();
  try {
    const caller = createCaller({
      http,
      timeoutMs: TIMEOUT_MS,
      breakerThreshold: Number.MAX_SAFE_INTEGER,
      breakerCooldownMs: 1,
    });
    return await look(config, baseUrl, { caller, signal });
  } finally {
    http.close();
  }
}

interface Means {
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

async function look(config: Config, baseUrl: string, means: Means): Promise<MattermostProbe> {
  const tokens = [...tokensOf(config.mattermost)];
  const apis = tokens.map(([account, token]) => ({ account, api: new MattermostApi({ baseUrl, token, ...means }) }));
  const server = await lookAtServer(baseUrl, tokens[0]?.[1], means);
  const bots = server.trouble === undefined ? await Promise.all(apis.map(lookAtBot)) : [];
  const known = apis.filter((_, index) => bots[index]?.trouble === undefined && bots[index] !== undefined);
  const channels = known.length === 0 ? [] : await lookAtChannels(config, known, means.signal);
  const plugin = await lookAtPlugin(config, tokens[0]?.[1], means);
  return { server, bots, channels, ...(plugin !== undefined && { plugin }) };
}

async function lookAtServer(url: string, token: Secret | undefined, means: Means): Promise<ServerLook> {
  const { value: answer, latencyMs } = await timed(() => new MattermostApi({ baseUrl: url, token, ...means }).server());
  if (!answer.ok) return { url, latencyMs, trouble: toTrouble(botTrouble('default', answer.trouble)) };
  const { version, dateMs } = answer.value;
  return {
    url,
    latencyMs,
    ...(version !== undefined && { version }),
    // The header has whole seconds: half of one is the best guess.
    ...(dateMs !== undefined && { clockDifferenceMs: dateMs + 500 - (Date.now() - latencyMs / 2) }),
  };
}

async function lookAtBot({ account, api }: { account: string; api: MattermostApi }): Promise<BotLook> {
  const setting = tokenSetting(account);
  const { value: answer, latencyMs } = await timed(() => api.me());
  if (!answer.ok) return { setting, latencyMs, trouble: toTrouble(botTrouble(account, answer.trouble)) };
  const { username, isBot } = answer.value;
  return { setting, latencyMs, username, isBot };
}

async function lookAtChannels(
  config: Config,
  bots: readonly { readonly account: string; readonly api: MattermostApi }[],
  signal: AbortSignal,
): Promise<readonly ChannelLook[]> {
  const ids = new Set([...configuredChannels(config), ...(await routedChannels(config, signal))]);
  const looks: ChannelLook[] = [];
  for (const id of [...ids].slice(0, MAX_CHANNELS)) {
    const members: string[] = [];
    let slowestMs = 0;
    for (const { account, api } of bots) {
      const { value: answer, latencyMs } = await timed(() => api.isMember(id));
      slowestMs = Math.max(slowestMs, latencyMs);
      if (answer.ok) members.push(account);
    }
    looks.push({ id, members, latencyMs: slowestMs });
  }
  return looks;
}

function configuredChannels({ mattermost, display }: Config): readonly string[] {
  const { defaultChannel, channelsAllow, channelsDeny } = mattermost;
  const named = [...(defaultChannel === undefined ? [] : [defaultChannel]), ...channelsAllow];
  return [...named, ...Object.keys(display.privacyChannels)].filter((id) => !channelsDeny.includes(id));
}

/** Where a running daemon's turns were asked. Nothing if none runs here. */
async function routedChannels({ dashboard, mattermost }: Config, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const answer = await fetch(`http://127.0.0.1:${dashboard.port}/api/v1/sessions?limit=100`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: dashboard.token === undefined ? {} : { authorization: `Bearer ${dashboard.token.reveal()}` },
    });
    const { sessions } = (await answer.json()) as { sessions: readonly Session[] };
    const { channelsAllow, channelsDeny } = mattermost;
    return sessions
      .flatMap(({ channel_id }) => channel_id ?? [])
      .filter((id) => !channelsDeny.includes(id) && (channelsAllow.length === 0 || channelsAllow.includes(id)));
  } catch {
    return [];
  }
}

async function lookAtPlugin(
  { mattermost }: Config,
  token: Secret | undefined,
  means: Means,
): Promise<PluginLook | undefined> {
  const { pluginEnabled, pluginUrl, pluginSecret } = mattermost;
  if (!pluginEnabled) return undefined;
  if (pluginUrl === undefined || pluginSecret === undefined || token === undefined)
    return { hasSecret: false, latencyMs: 0 };
  const client = new PluginClient({ url: pluginUrl, secret: pluginSecret, token, ...means });
  const { value: answer, latencyMs } = await timed(() => client.health());
  if (answer.ok) return { hasSecret: true, latencyMs, version: answer.value.version };
  const isMissing = answer.trouble.kind === 'not_found' || answer.trouble.kind === 'not_understood';
  const trouble = isMissing ? ({ kind: 'not_found', reason: answer.trouble.reason } as const) : answer.trouble;
  return { hasSecret: true, latencyMs, trouble: toTrouble(pluginTrouble(trouble)) };
}

/** The daemon's health says first what is wrong, then what to do. */
function toTrouble({ reason = '' }: LinkInput): Trouble {
  const at = reason.indexOf('. ') + 1;
  return { what: reason.slice(0, at), cure: reason.slice(at + 1).replace(/; it is tried again\.$/, '.') };
}

async function timed<T>(call: () => Promise<T>): Promise<{ readonly value: T; readonly latencyMs: number }> {
  const started = performance.now();
  return { value: await call(), latencyMs: performance.now() - started };
}
