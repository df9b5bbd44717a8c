import { createHash } from 'node:crypto';

/**
 * Turn identity (T1). Names are built only here, so that a restart, a late join and a replay arrive at the same one.
 */

/** `mm:<bot user id or ->:<agentId>:<accountId>:<messageId>` */
export function requestName(parts: {
  readonly botUserId: string | undefined;
  readonly agentId: string;
  readonly accountId: string | undefined;
  readonly messageId: string;
}): string {
  return `mm:${parts.botUserId ?? '-'}:${parts.agentId}:${parts.accountId ?? '-'}:${parts.messageId}`;
}

/** `run:<first runId>`: a run that serves no request. */
export function runName(runId: string): string {
  return `run:${runId}`;
}

/** Opaque, URL-safe, 32 characters: what the outside calls the turn. */
export function turnId(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 32);
}

/** `agent:<agentId>:...` -> agentId; anything else is its own agent. */
export function agentIdOf(key: string): string {
  const parts = key.split(':');
  return parts[0] === 'agent' && parts[1] !== undefined && parts[1] !== '' ? parts[1] : key;
}

export function isCronKey(key: string): boolean {
  return key.split(':')[2] === 'cron';
}

/**
 * A run that carries on after sub-agents (T2b): `announce:requester-settle:<agent>:<sessionKey>:<childRunId>,...:yield-1`, or
 * `announce:v1:<childKey>:<childRunId>` when nobody had yielded.
 */
export function isContinuationRun(runId: string): boolean {
  return runId.startsWith('announce:');
}

/**
 * Whether a continuation's id names that child run. Several children are told as a list with commas; a child that had
 * yielded itself is named by its own continuation's whole id, colons included (subagent-two-at-once, nested-subagents).
 */
export function namesRun(continuationId: string, childRunId: string): boolean {
  const at = continuationId.indexOf(childRunId);
  if (at <= 0 || !':,'.includes(continuationId.charAt(at - 1))) return false;
  const after = continuationId.charAt(at + childRunId.length);
  return after === '' || after === ':' || after === ',';
}
