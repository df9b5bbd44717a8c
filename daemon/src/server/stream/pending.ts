import { apply, type Delta, LIMITS, type Session, type StreamUpdate } from '@livestatus/contract';
import type { FeedChange } from '../ports.ts';
import { STREAM_VERSION } from './frame.ts';
import { merge } from './merge.ts';

/** What became of one session since the last update went out. */
type Entry =
  | { readonly kind: 'snapshot'; readonly session: Session }
  | { readonly kind: 'delta'; readonly delta: Delta }
  | { readonly kind: 'removed' }
  /** Too much changed for one delta: the session as it is when the update goes out. */
  | { readonly kind: 'current' };

/** Gathers changes into one update with at most one entry a session. Bounded by the number of sessions. */
export class PendingUpdate {
  readonly #entries = new Map<string, Entry>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  add(change: FeedChange): void {
    const id = idOf(change);
    const before = this.#entries.get(id);
    const entry = combine(before, change);
    // A removed session that comes back stands where it came back.
    if (before?.kind === 'removed') this.#entries.delete(id);
    this.#entries.set(id, entry);
  }

  /** Empties it. `current` gives the session as it is now. */
  take(asOfMs: number, current: (id: string) => Session | undefined): StreamUpdate {
    const update: StreamUpdate = { v: STREAM_VERSION, as_of_ms: asOfMs, sessions: [], deltas: [], removed: [] };
    for (const [id, entry] of this.#entries) put(update, id, entry, current);
    this.#entries.clear();
    return update;
  }

  clear(): void {
    this.#entries.clear();
  }
}

function idOf(change: FeedChange): string {
  switch (change.kind) {
    case 'snapshot':
      return change.session.id;
    case 'delta':
      return change.delta.id;
    case 'removed':
      return change.id;
  }
}

function combine(before: Entry | undefined, change: FeedChange): Entry {
  if (change.kind === 'removed') return { kind: 'removed' };
  if (change.kind === 'snapshot') return { kind: 'snapshot', session: change.session };
  const { delta } = change;
  switch (before?.kind) {
    case undefined:
      return { kind: 'delta', delta };
    case 'snapshot':
      return delta.base_seq === before.session.seq
        ? { kind: 'snapshot', session: apply(before.session, delta) }
        : { kind: 'current' };
    case 'delta':
      return mergedEntry(merge(before.delta, delta));
    case 'removed':
    case 'current':
      return { kind: 'current' };
  }
}

function mergedEntry(delta: Delta | undefined): Entry {
  const fits =
    delta !== undefined &&
    delta.steps.length <= LIMITS.stepsPerSession &&
    delta.removed_steps.length <= LIMITS.stepsPerSession;
  return fits ? { kind: 'delta', delta } : { kind: 'current' };
}

function put(update: StreamUpdate, id: string, entry: Entry, current: (id: string) => Session | undefined): void {
  switch (entry.kind) {
    case 'snapshot':
      update.sessions.push(entry.session);
      return;
    case 'delta':
      update.deltas.push(entry.delta);
      return;
    case 'removed':
      update.removed.push(id);
      return;
    case 'current': {
      const session = current(id);
      if (session === undefined) update.removed.push(id);
      else update.sessions.push(session);
    }
  }
}
