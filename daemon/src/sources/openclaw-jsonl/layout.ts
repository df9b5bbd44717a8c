import { basename, dirname, join, resolve } from 'node:path';
import type { FileSystem } from './file-system.ts';

/**
 * Where OpenClaw <= 2026.7 keeps what: `<state>/agents/<agent>/sessions/` holds `sessions.json`, `<...>.jsonl` and
 * `<...>.jsonl.lock`. A transcript is named by its path relative to `agents/`, always with `/`: `main/sessions/x.jsonl`.
 */

export const SESSION_INDEX = 'sessions.json';
const TRANSCRIPT_END = '.jsonl';
const LOCK_END = '.jsonl.lock';

/** One agent's folder of sessions. */
export interface SessionsFolder {
  readonly agentId: string;
  readonly directory: string;
}

export interface AgentsPlace {
  /** The real `agents/` directory; it need not exist. */
  readonly directory: string;
  /** Set when the configuration names one agent's sessions: only this agent is watched. */
  readonly onlyAgent?: string;
}

/**
 * Finds `agents/` from what a person may have configured: the state directory, `agents/` itself, or (as in the first
 * release) one agent's `sessions/`.
 */
export function agentsPlace(fs: FileSystem, configured: string): AgentsPlace {
  const directory = resolve(configured);
  const agent = dirname(directory);
  if (basename(directory) === 'sessions' && basename(dirname(agent)) === 'agents') {
    return { directory: dirname(agent), onlyAgent: basename(agent) };
  }
  if (basename(directory) === 'agents' && !isDirectory(fs, join(directory, 'agents'))) return { directory };
  return { directory: join(directory, 'agents') };
}

export function isDirectory(fs: FileSystem, path: string): boolean {
  return fs.stat(path)?.kind === 'directory';
}

export function sessionsFolder(agentsDirectory: string, agentId: string): SessionsFolder {
  return { agentId, directory: join(agentsDirectory, agentId, 'sessions') };
}

/** Only names that end exactly in `.jsonl`: not `.reset.<ts>`, `.deleted.<ts>`, `.bak.<ts>` or `.lock`. */
export function isTranscript(name: string): boolean {
  return name.endsWith(TRANSCRIPT_END) && name.length > TRANSCRIPT_END.length;
}

/** The transcript that a lock file belongs to; undefined for any other name. */
export function transcriptOfLock(name: string): string | undefined {
  return name.endsWith(LOCK_END) && name.length > LOCK_END.length ? name.slice(0, -'.lock'.length) : undefined;
}

export function transcriptPath(agentId: string, name: string): string {
  return `${agentId}/sessions/${name}`;
}

/** The parts of a transcript's relative path; undefined for anything that is not one. */
export function splitTranscriptPath(path: string): { readonly agentId: string; readonly name: string } | undefined {
  const [agentId, folder, name, ...rest] = path.split('/');
  if (agentId === undefined || name === undefined || rest.length > 0 || folder !== 'sessions') return undefined;
  return isPlainName(agentId) && isPlainName(name) && isTranscript(name) ? { agentId, name } : undefined;
}

/**
 * Maps the `sessionFile` of an index entry, an absolute path on the machine (or in the container) that wrote it, to the
 * transcript's relative path here: by its tail `agents/<agent>/sessions/<name>`, else by its name beside the index.
 */
export function mapSessionFile(sessionFile: string, agentId: string): string | undefined {
  const parts = sessionFile.split(/[\\/]/);
  const name = parts.at(-1);
  if (name === undefined || !isPlainName(name) || !isTranscript(name)) return undefined;
  const [agents, owner, folder] = parts.slice(-4);
  const elsewhere = agents === 'agents' && folder === 'sessions' && owner !== undefined && isPlainName(owner);
  return transcriptPath(elsewhere ? owner : agentId, name);
}

/** A name that cannot lead out of its directory. */
export function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[\\/\0]/.test(name);
}
