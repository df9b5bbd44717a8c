import { join } from 'node:path';
import type { Clock } from '../source.ts';
import { errorCode, type FileSystem } from './file-system.ts';
import { isPlainName, SESSION_INDEX, sessionsFolder } from './layout.ts';
import { SessionIndex } from './session-index.ts';

/** Rows of running sessions follow the index at this pace: it is rewritten several times at the beginning of a run. */
const ROWS_PACE_MS = 100;
/** At most one tenth of the time goes into parsing an index, however large it is and however often it is written. */
const COST_FACTOR = 10;
/** A damaged index is usually whole again a moment later. */
const DAMAGED_MS = 5_000;

interface Slot {
  readonly index: SessionIndex;
  readonly path: string;
  stale: boolean;
  readAtMs: number;
  costMs: number;
  damagedSinceMs: number | undefined;
  cancel: (() => void) | undefined;
}

export interface IndexesPorts {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly agentsDirectory: string;
  /** An index has new content. */
  changed(): void;
}

/** The `sessions.json` of every agent, read only when somebody needs it. */
export class Indexes {
  readonly #ports: IndexesPorts;
  readonly #slots = new Map<string, Slot>();

  constructor(ports: IndexesPorts) {
    this.#ports = ports;
  }

  /** The file was written. `need`: who waits for it; without a need it is read when one arises. */
  changed(agentId: string, need: 'key' | 'rows' | 'nothing'): void {
    const slot = this.#slot(agentId);
    slot.stale = true;
    if (need === 'nothing' || slot.cancel !== undefined) return;
    const paceMs = Math.max(need === 'rows' ? ROWS_PACE_MS : 0, slot.costMs * COST_FACTOR);
    const waitMs = Math.max(0, slot.readAtMs + paceMs - this.#ports.clock.now());
    slot.cancel = this.#ports.clock.after(waitMs, () => this.#read(slot));
  }

  /** Newest content, even if no event told of it: a run must never be shown by an old route. */
  fresh(agentId: string): SessionIndex {
    const slot = this.#slot(agentId);
    if (slot.stale || slot.index.isOutdated()) this.#read(slot);
    return slot.index;
  }

  /** The index that holds this session key. */
  ofKey(key: string): SessionIndex | undefined {
    const [kind, agentId] = key.split(':');
    if (kind !== 'agent' || agentId === undefined || !isPlainName(agentId)) return undefined;
    const slot = this.#slot(agentId);
    if (slot.stale) this.#read(slot);
    return slot.index;
  }

  /** Path of an index that has been damaged for longer than a moment. */
  damaged(): string | undefined {
    const before = this.#ports.clock.now() - DAMAGED_MS;
    for (const slot of this.#slots.values()) {
      if (slot.damagedSinceMs !== undefined && slot.damagedSinceMs < before) return slot.path;
    }
    return undefined;
  }

  stop(): void {
    for (const slot of this.#slots.values()) slot.cancel?.();
  }

  #slot(agentId: string): Slot {
    const known = this.#slots.get(agentId);
    if (known !== undefined) return known;
    const path = join(sessionsFolder(this.#ports.agentsDirectory, agentId).directory, SESSION_INDEX);
    const slot: Slot = {
      index: new SessionIndex(this.#ports.fs, path, agentId),
      path,
      stale: true,
      readAtMs: Number.NEGATIVE_INFINITY,
      costMs: 0,
      damagedSinceMs: undefined,
      cancel: undefined,
    };
    this.#slots.set(agentId, slot);
    return slot;
  }

  #read(slot: Slot): void {
    const { clock } = this.#ports;
    slot.cancel?.();
    slot.cancel = undefined;
    const startMs = clock.now();
    const state = this.#tryRead(slot);
    slot.stale = false;
    slot.readAtMs = clock.now();
    if (state === 'same') return;
    slot.costMs = slot.readAtMs - startMs;
    slot.damagedSinceMs = state === 'unreadable' ? (slot.damagedSinceMs ?? startMs) : undefined;
    if (state === 'changed') this.#ports.changed();
  }

  #tryRead(slot: Slot): ReturnType<SessionIndex['read']> {
    try {
      return slot.index.read();
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      return 'unreadable';
    }
  }
}
