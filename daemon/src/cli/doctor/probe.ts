import type { Config } from '../../config/config.ts';
import type { DraftingAccount } from '../../sources/openclaw-drafts.ts';
import type { SourceHealth } from '../../sources/source.ts';

/** What one look at the OpenClaw of this configuration found. */
export interface OpenClawProbe {
  /** Absent when no gateway is configured and none was found. */
  readonly gateway?: GatewayProbe;
  /** The session store on this machine; absent when it was not looked at (the gateway is on another one, say). */
  readonly store?: SourceHealth;
  /** What OpenClaw's own configuration says of its status posts; absent when it is not on this machine. */
  readonly drafts?: DraftsLook;
}

export interface DraftsLook {
  /** Of the configuration. */
  readonly path: string;
  /** Those that post a status of their own. */
  readonly accounts: readonly DraftingAccount[];
}

export interface GatewayProbe {
  /** The connection's health as the daemon would show it: state, code, what to do. No secret in it. */
  readonly health: SourceHealth;
  /** Address without credentials. */
  readonly url: string;
  /** From the first byte to the answer of the handshake. */
  readonly latencyMs?: number;
  readonly version?: string;
  readonly protocol?: number;
  readonly scopes?: readonly string[];
  /** It offers `sessions.messages.subscribe`: without it, runs that come from a channel are hidden. */
  readonly showsChannelRuns?: boolean;
  /** How many sessions it lists. */
  readonly sessions?: number;
}

/** Looks once and lets go of everything. Gives up when the signal is aborted; trouble is a result, never a rejection. */
export type ProbeOpenClaw = (config: Config, signal: AbortSignal) => Promise<OpenClawProbe>;
