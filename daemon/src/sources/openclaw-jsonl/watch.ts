import { join } from 'node:path';
import type { Clock } from '../source.ts';
import { errorCode, type FileSystem } from './file-system.ts';
import { type AgentsPlace, isDirectory, isPlainName, sessionsFolder } from './layout.ts';

/**
 * Watches `agents/` and every `agents/<agent>/sessions/`. Watch events can be missed, so there is a slow second look: a tick
 * for what is in flight, and a stat of each watched directory, which is listed only if it has changed since. The cost of the
 * second look grows with the number of agents and of running turns, not with the number of idle sessions.
 */
const WATCH_TIMES = {
  tickMs: 2_000,
  rescanMs: 10_000,
  /** When the system refuses more watches, looking replaces them. */
  pollTickMs: 500,
  pollRescanMs: 1_000,
} as const;

export interface WatchHandlers {
  /** Something in the agent's sessions folder has changed; `name` undefined = look at all of it. */
  changed(agentId: string, name: string | undefined): void;
  /** Time to look at what is in flight. */
  tick(): void;
  /** `state()` may have changed. */
  looked(): void;
}

export interface WatchState {
  readonly place: 'ok' | 'missing' | 'unreadable';
  /** Agents with a sessions folder. */
  readonly agents: readonly string[];
  /** Folders that exist and cannot be read. */
  readonly unreadable: readonly string[];
  /** The system refused a watch (ENOSPC, EMFILE): its code. */
  readonly limit?: string;
  /** An agent's SQLite store: this OpenClaw is newer than 2026.7. */
  readonly sqlite?: string;
}

interface Seen {
  readonly inode: number;
  readonly mtimeMs: number;
}

const LIMITS: ReadonlySet<string> = new Set(['ENOSPC', 'EMFILE', 'ENFILE']);

export class SessionsWatch {
  readonly #fs: FileSystem;
  readonly #clock: Clock;
  readonly #place: AgentsPlace;
  readonly #handlers: WatchHandlers;
  readonly #watches = new Map<string, () => void>();
  readonly #folders = new Map<string, Seen | undefined>();
  #placeSeen: Seen | undefined;
  #state: WatchState = { place: 'missing', agents: [], unreadable: [] };
  #limit: string | undefined;
  #cancelTick: () => void = () => undefined;
  #cancelRescan: () => void = () => undefined;

  constructor(fs: FileSystem, clock: Clock, place: AgentsPlace, handlers: WatchHandlers) {
    this.#fs = fs;
    this.#clock = clock;
    this.#place = place;
    this.#handlers = handlers;
  }

  start(): void {
    this.#discover();
    this.#scheduleTick();
    this.#scheduleRescan();
  }

  stop(): void {
    this.#cancelTick();
    this.#cancelRescan();
    for (const dispose of this.#watches.values()) dispose();
    this.#watches.clear();
  }

  state(): WatchState {
    return this.#state;
  }

  #scheduleTick(): void {
    const ms = this.#limit === undefined ? WATCH_TIMES.tickMs : WATCH_TIMES.pollTickMs;
    this.#cancelTick = this.#clock.after(ms, () => {
      this.#scheduleTick();
      if (this.#state.place !== 'ok') this.#discover();
      this.#handlers.tick();
    });
  }

  #scheduleRescan(): void {
    const ms = this.#limit === undefined ? WATCH_TIMES.rescanMs : WATCH_TIMES.pollRescanMs;
    this.#cancelRescan = this.#clock.after(ms, () => {
      this.#scheduleRescan();
      for (const [agentId, seen] of this.#folders) this.#lookAt(agentId, seen);
      this.#discover();
    });
  }

  /** Finds the agents and their folders, and watches what can be watched. */
  #discover(): void {
    this.#limit = undefined;
    const unreadable: string[] = [];
    const place = this.#listAgents();
    const agents = place.agents.filter((agentId) => this.#adopt(agentId, unreadable));
    for (const agentId of this.#folders.keys()) if (!agents.includes(agentId)) this.#forget(agentId);
    const limit = this.#limit as string | undefined;
    const sqlite = place.agents.flatMap((agentId) => this.#sqliteOf(agentId) ?? [])[0];
    this.#state = {
      place: place.state,
      agents,
      unreadable,
      ...(limit !== undefined && { limit }),
      ...(sqlite !== undefined && { sqlite }),
    };
    this.#handlers.looked();
  }

  #listAgents(): { readonly state: WatchState['place']; readonly agents: readonly string[] } {
    const { directory, onlyAgent } = this.#place;
    try {
      const stat = this.#fs.stat(directory);
      if (stat?.kind !== 'directory') return this.#lose('missing');
      if (this.#placeSeen !== undefined && this.#placeSeen.inode !== stat.inode) this.#unwatch(directory);
      this.#placeSeen = stat;
      this.#watch(directory, () => this.#discover());
      const agents = this.#fs.list(directory).filter((name) => isPlainName(name) && (onlyAgent ?? name) === name);
      return { state: 'ok', agents };
    } catch (error) {
      return this.#lose(errorCode(error) === 'ENOENT' ? 'missing' : 'unreadable');
    }
  }

  #lose(state: 'missing' | 'unreadable'): { readonly state: WatchState['place']; readonly agents: readonly string[] } {
    this.#unwatch(this.#place.directory);
    this.#placeSeen = undefined;
    return { state, agents: [] };
  }

  /** True if the agent has a sessions folder; until then its own directory is watched for it. */
  #adopt(agentId: string, unreadable: string[]): boolean {
    const agent = join(this.#place.directory, agentId);
    const { directory } = sessionsFolder(this.#place.directory, agentId);
    try {
      if (!isDirectory(this.#fs, agent)) return false;
      if (!isDirectory(this.#fs, directory)) {
        this.#watch(agent, () => this.#discover());
        return false;
      }
      this.#unwatch(agent);
      this.#watch(directory, (name) => this.#handlers.changed(agentId, name));
      if (!this.#folders.has(agentId)) {
        this.#folders.set(agentId, this.#fs.stat(directory));
        this.#handlers.changed(agentId, undefined);
      }
      return true;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') unreadable.push(directory);
      return false;
    }
  }

  #forget(agentId: string): void {
    this.#folders.delete(agentId);
    this.#unwatch(sessionsFolder(this.#place.directory, agentId).directory);
  }

  /** Another directory in its place needs a watch of its own; a changed one may hold something that no event told of. */
  #lookAt(agentId: string, seen: Seen | undefined): void {
    const { directory } = sessionsFolder(this.#place.directory, agentId);
    const stat = this.#statOf(directory);
    if (stat === undefined) return;
    if (stat.inode === seen?.inode && stat.mtimeMs === seen.mtimeMs) return;
    // `#discover` watches it again.
    if (stat.inode !== seen?.inode) this.#unwatch(directory);
    this.#folders.set(agentId, stat);
    this.#handlers.changed(agentId, undefined);
  }

  /** undefined also when it cannot be looked at: `#discover` has said so already. */
  #statOf(directory: string): Seen | undefined {
    try {
      return this.#fs.stat(directory);
    } catch {
      return undefined;
    }
  }

  #watch(directory: string, onChange: (name: string | undefined) => void): void {
    if (this.#watches.has(directory)) return;
    try {
      const dispose = this.#fs.watch(directory, onChange, (error) => this.#watchFailed(directory, error));
      this.#watches.set(directory, dispose);
    } catch (error) {
      const code = errorCode(error);
      if (code === undefined || !LIMITS.has(code)) throw error;
      this.#limit = code;
    }
  }

  /** Reported later by the system, on a watch that stood. It is tried again at the next look. */
  #watchFailed(directory: string, error: Error): void {
    this.#unwatch(directory);
    const code = errorCode(error);
    if (code === undefined || !LIMITS.has(code)) return;
    this.#limit = code;
    this.#state = { ...this.#state, limit: code };
    this.#handlers.looked();
  }

  #unwatch(directory: string): void {
    this.#watches.get(directory)?.();
    this.#watches.delete(directory);
  }

  #sqliteOf(agentId: string): string | undefined {
    const directory = join(this.#place.directory, agentId, 'agent');
    try {
      const name = this.#fs.list(directory).find((file) => file.endsWith('.sqlite'));
      return name === undefined ? undefined : join(directory, name);
    } catch {
      return undefined;
    }
  }
}
