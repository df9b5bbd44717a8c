import type { Config } from '../../config/config.ts';

/** What one look at the Mattermost of this configuration found. Each part is absent when it was not asked. */
export interface MattermostProbe {
  readonly server: ServerLook;
  readonly bots: readonly BotLook[];
  /** Channels that are configured, or that a running daemon has routed turns to. */
  readonly channels: readonly ChannelLook[];
  /** Absent: PLUGIN_ENABLED is false. */
  readonly plugin?: PluginLook;
}

/** `trouble`: why there was no answer, and what to do; two sentences. No secret in it. */
export interface Trouble {
  readonly what: string;
  readonly cure: string;
}

export interface ServerLook {
  readonly url: string;
  readonly latencyMs: number;
  readonly version?: string;
  /** Server's clock minus ours. */
  readonly clockDifferenceMs?: number;
  readonly trouble?: Trouble;
}

export interface BotLook {
  /** The setting that holds its token. */
  readonly setting: string;
  readonly latencyMs: number;
  readonly username?: string;
  /** False: the token is a person's. */
  readonly isBot?: boolean;
  readonly trouble?: Trouble;
}

export interface ChannelLook {
  readonly id: string;
  /** Bots that are members of it, by name. */
  readonly members: readonly string[];
  /** Of the slowest answer. */
  readonly latencyMs: number;
}

export interface PluginLook {
  readonly latencyMs: number;
  readonly hasSecret: boolean;
  readonly version?: string;
  readonly trouble?: Trouble;
}

/** Looks once; undefined without MM_BASE_URL. Trouble is a result, never a rejection. */
export type ProbeMattermost = (config: Config, signal: AbortSignal) => Promise<MattermostProbe | undefined>;
