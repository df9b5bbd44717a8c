import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceHealth } from './source.ts';

/** What one look at the gateway's address found. `code` and `reason` are those of the source's health. */
export type GatewayFinding =
  /** It shows everything. */
  | { readonly kind: 'complete'; readonly version: string }
  /** It is a gateway, but runs that come from a channel stay hidden, or it speaks an older protocol. */
  | { readonly kind: 'partial'; readonly reason: string }
  /** It is there and does not let us in; a person must act. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  /** It is there and not ready. */
  | { readonly kind: 'starting'; readonly reason: string }
  | { readonly kind: 'absent'; readonly reason: string };

/** What OpenClaw keeps on this machine. */
export interface StoreFinding {
  /** Its `agents/` directory. */
  readonly directory: string;
  /** Some agent has JSONL transcripts (OpenClaw <= 2026.7, or left over from then). */
  readonly transcripts: boolean;
  /** Some agent has an SQLite store (OpenClaw >= 2026.8): then transcripts, if any, are left over. */
  readonly sqlite: boolean;
  /** Why it could not be looked at (ENOENT, EACCES). */
  readonly problem?: string;
}

export interface Findings {
  /** What a person has set: an address, a directory of transcripts, or neither. */
  readonly wanted: 'gateway' | 'transcripts' | undefined;
  readonly gateway: GatewayFinding;
  readonly store: StoreFinding;
}

export type DecisionCode =
  | 'gateway_complete'
  | 'gateway_wanted'
  | 'gateway_refused'
  | 'gateway_expected'
  | 'gateway_partial'
  | 'gateway_starting'
  | 'transcripts_wanted'
  | 'transcripts_found'
  | 'nothing_found';

/** Which source watches this OpenClaw, and why. Never two: they would show every turn twice. */
export interface Decision {
  readonly source: 'openclaw-gateway' | 'openclaw-jsonl' | 'none';
  readonly code: DecisionCode;
  /** One sentence each, for a person; no secret. */
  readonly reasons: readonly string[];
}

/**
 * The gateway if it shows everything; else the transcripts, if this OpenClaw still writes them; else whichever can at least
 * say what is wrong. An SQLite store means that transcripts, where they exist, are dead: reading them would look healthy
 * and show nothing.
 */
export function decide({ wanted, gateway, store }: Findings): Decision {
  if (wanted === 'transcripts') return choose('openclaw-jsonl', 'transcripts_wanted', 'TRANSCRIPT_DIR is set');
  if (wanted === 'gateway') return choose('openclaw-gateway', 'gateway_wanted', 'OPENCLAW_GATEWAY_URL is set');
  const why = describe(gateway);
  if (gateway.kind === 'complete') return choose('openclaw-gateway', 'gateway_complete', why);
  if (store.transcripts && !store.sqlite) {
    return choose('openclaw-jsonl', 'transcripts_found', why, `${store.directory} has transcripts`);
  }
  const kept = describeStore(store);
  switch (gateway.kind) {
    case 'partial':
      return choose('openclaw-gateway', 'gateway_partial', why, kept);
    case 'refused':
      return choose('openclaw-gateway', 'gateway_refused', why, kept);
    case 'starting':
      return choose(store.sqlite ? 'openclaw-gateway' : 'none', 'gateway_starting', why, kept);
    case 'absent':
      if (store.sqlite) return choose('openclaw-gateway', 'gateway_expected', why, kept);
      return choose('none', 'nothing_found', why, kept);
  }
}

function choose(source: Decision['source'], code: DecisionCode, ...reasons: readonly string[]): Decision {
  return { source, code, reasons };
}

function describe(gateway: GatewayFinding): string {
  return gateway.kind === 'complete'
    ? `the gateway (OpenClaw ${gateway.version}) offers subscriptions per session`
    : gateway.reason;
}

function describeStore({ directory, transcripts, sqlite, problem }: StoreFinding): string {
  if (problem === 'ENOENT') return `${directory} does not exist`;
  if (problem !== undefined) return `${directory} cannot be read (${problem})`;
  if (!sqlite) return `${directory} has no transcripts`;
  const left = transcripts ? '; its transcripts are left over from an older version' : '';
  return `this OpenClaw keeps its sessions in SQLite (${directory})${left}`;
}

/** Reads a gateway source's health as a finding; undefined while it is still trying. */
export function gatewayFinding(health: SourceHealth): GatewayFinding | undefined {
  const { state, code = '', detail = {} } = health;
  const reason = firstSentence(health.reason ?? code);
  if (detail.version !== undefined) {
    return detail.channelRunsVisible === true
      ? { kind: 'complete', version: String(detail.version) }
      : { kind: 'partial', reason: `OpenClaw ${detail.version} offers no subscriptions per session` };
  }
  if (code === 'protocol_mismatch') return { kind: 'partial', reason };
  if (code === 'gateway_starting') return { kind: 'starting', reason };
  if (state === 'failed' || PERSON_CODES.has(code)) return { kind: 'refused', code, reason };
  return state === 'degraded' ? { kind: 'absent', reason: `${reason} at ${detail.url ?? 'its address'}` } : undefined;
}

/** What is wrong, without what to do about it and without the full stop. */
function firstSentence(reason: string): string {
  return reason.split(/\. (?=[A-Z])/)[0]?.replace(/\.$/, '') ?? reason;
}

/** Degraded, but there is a gateway and it wants something of a person. */
const PERSON_CODES: ReadonlySet<string> = new Set(['pairing_pending', 'auth_rate_limited']);

export const NO_ANSWER: GatewayFinding = { kind: 'absent', reason: 'the gateway does not answer' };

/** What a person has set; both at once leave it to the findings. */
export function wantedSource(set: { url: unknown; transcriptDir: unknown }): Findings['wanted'] {
  const [url, transcripts] = [set.url !== undefined, set.transcriptDir !== undefined];
  if (url === transcripts) return undefined;
  return url ? 'gateway' : 'transcripts';
}

/** Looks what the agents' directories hold. Never throws. */
export async function lookAtStore(agentsDirectory: string): Promise<StoreFinding> {
  const found = { directory: agentsDirectory, transcripts: false, sqlite: false };
  try {
    for (const agent of await readdir(agentsDirectory)) {
      const directory = join(agentsDirectory, agent);
      found.transcripts ||= await hasTranscripts(join(directory, 'sessions'));
      found.sqlite ||= await exists(join(directory, 'agent', 'openclaw-agent.sqlite'));
    }
    return found;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { ...found, problem: code };
  }
}

async function hasTranscripts(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch(() => []);
  return names.some((name) => name.endsWith('.jsonl'));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
