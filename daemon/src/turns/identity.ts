import { hash } from 'node:crypto';

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
  return hash('sha256', name, 'base64url').slice(0, 32);
}

/** `agent:<agentId>:...` -> agentId; anything else is its own agent. */
export function agentIdOf(key: string): string {
  const parts = key.split(':');
  return parts[0] === 'agent' && parts[1] !== undefined && parts[1] !== '' ? parts[1] : key;
}

export function isCronKey(key: string): boolean {
  return key.split(':')[2] === 'cron';
}

/** Its runs are asked for by another agent, never by a person. */
export function isSubagentKey(key: string): boolean {
  return key.split(':')[2] === 'subagent';
}

/**
 * A run that carries on after sub-agents (T2b): `announce:requester-settle:<agent>:<sessionKey>:<childRunId>,...:yield-1`, or
 * `announce:v1:<childKey>:<childRunId>` when nobody had yielded.
 */
export function isContinuationRun(runId: string): boolean {
  return runId.startsWith('announce:');
}

/**
 * Whether a continuation's id names that child. Several children are told as a list with commas; a child that had yielded
 * itself is named by its own continuation's whole id, colons included (subagent-two-at-once, nested-subagents).
 */
export function announces(runId: string, child: { readonly key: string; readonly runIds: readonly string[] }): boolean {
  if (!isContinuationRun(runId)) return false;
  if (child.key !== '' && namesKey(runId, child.key)) return true;
  return child.runIds.some((id) => contains(runId, id));
}

/** Its key stands there, and not as the one who carries on. */
function namesKey(runId: string, key: string): boolean {
  if (runId.startsWith(`announce:v1:${key}:`)) return true;
  const settled = /^announce:requester-settle:[^:]+:(.*)$/s.exec(runId)?.[1];
  return settled !== undefined && !settled.startsWith(`${key}:`) && contains(settled, key);
}

/** `part` stands in `whole` between separators. */
function contains(whole: string, part: string): boolean {
  if (part === '') return false;
  for (let at = whole.indexOf(part, 1); at > 0; at = whole.indexOf(part, at + 1)) {
    if (isSeparator(whole.charAt(at - 1)) && isSeparator(whole.charAt(at + part.length))) return true;
  }
  return false;
}

/** The empty string is the end of the id. */
function isSeparator(char: string): boolean {
  return char === '' || char === ':' || char === ',';
}
