import type { Secret } from './secret.ts';
import type { LOG_LEVELS, PRIVACY_LEVELS, SettingValues } from './settings.ts';

export type PrivacyLevel = (typeof PRIVACY_LEVELS)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface OpenClawConfig {
  readonly gatewayUrl: string | undefined;
  readonly gatewayToken: Secret | undefined;
  readonly gatewayScopes: SettingValues['OPENCLAW_GATEWAY_SCOPES'];
  /** Absolute. */
  readonly stateDir: string;
  /** Absolute; undefined unless somebody set it, and then the transcripts are the source. */
  readonly transcriptDir: string | undefined;
}

export interface DashboardConfig {
  readonly host: string;
  readonly port: number;
  readonly token: Secret | undefined;
  readonly allowedHosts: readonly string[];
}

export interface StateConfig {
  /** Absolute. */
  readonly dir: string;
  readonly retentionMs: number;
}

export interface DisplayConfig {
  readonly privacy: PrivacyLevel;
  readonly privacyPublic: PrivacyLevel;
  /** Mattermost channel id -> level. */
  readonly privacyChannels: Readonly<Record<string, PrivacyLevel>>;
  readonly labelsFile: string | undefined;
  /** Silence until an active turn is `stalled`. */
  readonly idleTimeoutMs: number;
  readonly showCron: boolean;
  readonly showHeartbeat: boolean;
}

export interface MattermostConfig {
  readonly baseUrl: string | undefined;
  readonly botToken: Secret | undefined;
  /** OpenClaw account id, in lower case -> token of its bot. */
  readonly accountTokens: Readonly<Record<string, Secret>>;
  readonly pluginEnabled: boolean;
  readonly pluginUrl: string | undefined;
  readonly pluginSecret: Secret | undefined;
  readonly defaultChannel: string | undefined;
  readonly channelsAllow: readonly string[];
  readonly channelsDeny: readonly string[];
  readonly postDelayMs: number;
  readonly throttleMs: number;
  readonly maxStatusLines: number;
  readonly maxMessageChars: number;
  readonly maxActiveSessions: number;
  readonly breakerThreshold: number;
  readonly breakerCooldownMs: number;
}

/** Everything the daemon was told, validated and deep-frozen. Read once, at start. */
export interface Config {
  readonly openclaw: OpenClawConfig;
  readonly dashboard: DashboardConfig;
  readonly state: StateConfig;
  readonly display: DisplayConfig;
  readonly mattermost: MattermostConfig;
  readonly logLevel: LogLevel;
  readonly pidFile: string | undefined;
}

/** Every secret of the configuration: what the redactor must never let through. */
export function configSecrets(config: Config): readonly Secret[] {
  const { openclaw, dashboard, mattermost } = config;
  const single = [openclaw.gatewayToken, dashboard.token, mattermost.botToken, mattermost.pluginSecret];
  return [...single, ...Object.values(mattermost.accountTokens)].filter((secret) => secret !== undefined);
}
