import { diff, type Routing, type Session } from '@livestatus/contract';
import type { FeedChange, SessionFeed } from '../server/ports.ts';
import type { TurnChange } from '../turns/tracker.ts';
import type { Turn } from '../turns/turn.ts';

/** Turn -> Session at one privacy level; see `publish/project.ts`. */
export type Project = (turn: Turn, meta: { readonly seq: number; readonly asOfMs: number }) => Session;

export interface LiveSessionsOptions {
  readonly project: Project;
  readonly now: () => number;
  /** Ended sessions of earlier days, newest end first. */
  readonly recent: (limit: number) => readonly Session[];
  readonly endedById: (id: string) => Session | undefined;
  /** Why a turn is not shown elsewhere as it should be; null = it is; undefined = nothing is known of it (any more). */
  readonly routing?: (id: string) => Routing | null | undefined;
}

/** What a change means for the state file. */
export type Kept =
  | { readonly kind: 'ended'; readonly session: Session }
  | { readonly kind: 'reopened' | 'removed'; readonly id: string };

/** Ended sessions held in memory for the first page; older ones are read from the state file. */
const HELD_ENDED = 500;

/**
 * The published state of every turn: what the dashboard and the sinks see. Gives each change a sequence number (D2) and
 * turns it into the smallest change for the listeners.
 */
export class LiveSessions implements SessionFeed {
  readonly #options: LiveSessionsOptions;
  readonly #active = new Map<string, Session>();
  /** In order of their end, oldest first. */
  readonly #ended = new Map<string, Session>();
  readonly #listeners = new Set<(change: FeedChange) => void>();

  constructor(options: LiveSessionsOptions) {
    this.#options = options;
    for (const session of options.recent(HELD_ENDED).toReversed()) this.#ended.set(session.id, session);
  }

  list(limitEnded: number): readonly Session[] {
    const active = [...this.#active.values()]
      .sort((a, b) => a.started_ms - b.started_ms || (a.id < b.id ? -1 : 1))
      .map((session) => this.#asOfNow(session));
    if (limitEnded > this.#ended.size && this.#ended.size >= HELD_ENDED) {
      return [...active, ...this.#options.recent(limitEnded)];
    }
    const ended = [...this.#ended.values()].sort((a, b) => endOf(b) - endOf(a) || (a.id < b.id ? -1 : 1));
    return [...active, ...ended.slice(0, limitEnded)];
  }

  get(id: string): Session | undefined {
    const active = this.#active.get(id);
    return active === undefined ? (this.#ended.get(id) ?? this.#options.endedById(id)) : this.#asOfNow(active);
  }

  activeCount(): number {
    return this.#active.size;
  }

  subscribe(listener: (change: FeedChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Publishes one change of the turn machine; the result is for the state file. */
  apply(change: TurnChange): Kept | undefined {
    return change.after === undefined ? this.#remove(change.before) : this.#put(change.after);
  }

  /** `routing` of this turn may say something else now, although nothing happened in the turn. */
  reroute(id: string): Kept | undefined {
    const before = this.#active.get(id) ?? this.#ended.get(id);
    return before === undefined ? undefined : this.#publish(before, { ...before, ...this.#next(before) });
  }

  /** What is read now is true now, however long ago it last changed: readers count the elapsed time from `as_of_ms`. */
  #asOfNow(session: Session): Session {
    return { ...session, as_of_ms: Math.max(session.as_of_ms, this.#options.now()) };
  }

  #remove(turn: Turn | undefined): Kept | undefined {
    if (turn === undefined) return undefined;
    const known = this.#active.delete(turn.id) || this.#ended.delete(turn.id);
    if (known) this.#tell({ kind: 'removed', id: turn.id });
    return { kind: 'removed', id: turn.id };
  }

  #put(turn: Turn): Kept | undefined {
    const before = this.#active.get(turn.id) ?? this.#ended.get(turn.id) ?? this.#options.endedById(turn.id);
    const { seq, as_of_ms: asOfMs } = this.#next(before);
    return this.#publish(before, this.#options.project(turn, { seq, asOfMs }));
  }

  #publish(before: Session | undefined, projected: Session): Kept | undefined {
    const after = this.#routed(projected, before);
    const wasEnded = before !== undefined && before.status !== 'active';
    const changed = before === undefined ? undefined : diff({ ...before, seq: after.seq }, after);
    // The same but for `seq`: nothing to tell.
    if (changed === null) return undefined;
    this.#store(after);
    if (before === undefined || changed === undefined) this.#tell({ kind: 'snapshot', session: after });
    else this.#tell({ kind: 'delta', delta: { ...changed, base_seq: before.seq } });
    if (after.status !== 'active') return { kind: 'ended', session: after };
    return wasEnded ? { kind: 'reopened', id: after.id } : undefined;
  }

  /** D2. */
  #next(before: Session | undefined): Pick<Session, 'seq' | 'as_of_ms'> {
    const now = this.#options.now();
    return { seq: Math.max((before?.seq ?? 0) + 1, now), as_of_ms: now };
  }

  /** An ended turn keeps the reason that it had: what is known of its way elsewhere is forgotten soon. */
  #routed(session: Session, before: Session | undefined): Session {
    const known = this.#options.routing?.(session.id);
    const kept = session.status === 'active' ? undefined : before?.routing;
    const routing = known === undefined ? kept : (known ?? undefined);
    if (routing === session.routing) return session;
    const { routing: _, ...rest } = session;
    return routing === undefined ? rest : { ...rest, routing };
  }

  #store(session: Session): void {
    this.#active.delete(session.id);
    this.#ended.delete(session.id);
    if (session.status === 'active') {
      this.#active.set(session.id, session);
      return;
    }
    this.#ended.set(session.id, session);
    if (this.#ended.size <= HELD_ENDED) return;
    for (const oldest of this.#ended.keys()) {
      this.#ended.delete(oldest);
      return;
    }
  }

  #tell(change: FeedChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function endOf(session: Session): number {
  return session.ended_ms ?? session.last_event_ms;
}
