import type { AgentEvent } from '../../turns/events.ts';

/** One run: from a lock's creation to its removal. */
export interface RunIdentity {
  /** `lock:<transcript>:<createdAt>`: id of the run and name of its turn (T1). */
  readonly runId: string;
  readonly key: string;
  readonly createdAt: string;
  readonly createdMs: number;
}

/** What the session's row says at the moment. */
export interface RunSurroundings {
  /** The chat that the session belongs to (`mattermost`, ...). */
  readonly channel: string | undefined;
  readonly accountId: string | undefined;
}

export interface RunPorts {
  emit(event: AgentEvent): void;
  now(): number;
  surroundings(): RunSurroundings;
}

/** T1. */
export function runIdOf(path: string, createdAt: string): string {
  return `lock:${path}:${createdAt}`;
}
