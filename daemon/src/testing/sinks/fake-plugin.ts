import {
  accept,
  type BatchAnswer,
  type BatchRequest,
  type Change,
  type ChangeResult,
  LIMITS,
  type ResyncEntry,
  type Session,
} from '@livestatus/contract';

interface Stored {
  session: Session;
  readonly bot: string;
}

/**
 * The plugin's side of D1-D5, in memory: acceptance by the contract's own `accept`, leases, `held`, `complete`. No HTTP, no
 * timers; the caller says what time it is.
 */
export class FakePlugin {
  readonly sessions = new Map<string, Stored>();
  readonly posts = new Map<string, string>();
  /** Why no box can be written (P4); undefined = it can. */
  postCode: string | undefined;
  /** Channels that refuse sessions. */
  readonly forbidden = new Set<string>();
  /** Every accepted state of a session, in order: what browsers were told. */
  readonly seen = new Map<string, Session[]>();
  readonly batches: BatchRequest[] = [];
  readonly #leases = new Map<string, number>();

  session(id: string): Session | undefined {
    return this.sessions.get(id)?.session;
  }

  active(): readonly string[] {
    return [...this.sessions.values()]
      .filter(({ session }) => session.status === 'active')
      .map(({ session }) => session.id);
  }

  batch(bot: string, request: BatchRequest, now: number): BatchAnswer {
    this.batches.push(request);
    this.#leases.set(request.daemon_id, now + LIMITS.leaseMs);
    const results = request.changes.map((change) => this.#change(bot, request.daemon_id, change, now));
    const resync = this.#check(bot, request);
    const posts = results.flatMap(({ id, post_id }) => (post_id === undefined ? [] : [{ id, post_id }]));
    return { results, resync, posts };
  }

  remove(id: string): boolean {
    this.seen.delete(id);
    return this.sessions.delete(id);
  }

  /** The process died: what KV keeps (lifecycle, posts) stays, running steps are gone. */
  restart(): void {
    for (const stored of this.sessions.values()) {
      if (stored.session.status === 'active')
        stored.session = { ...stored.session, steps: [], seq: stored.session.seq - 1 };
    }
  }

  /** Everything is gone but the boxes. */
  forgetSessions(): void {
    this.sessions.clear();
  }

  #change(bot: string, daemonId: string, change: Change, now: number): ChangeResult {
    const stored = this.sessions.get(change.id);
    const channel = 'steps_dropped' in change && 'status' in change ? change.channel_id : stored?.session.channel_id;
    if (channel !== undefined && this.forbidden.has(channel))
      return { id: change.id, status: 'error', code: 'channel_forbidden' };
    const ownerAlive = stored !== undefined && (this.#leases.get(stored.session.daemon_id) ?? 0) > now;
    const accepted = accept(stored?.session, change, { daemonId, ownerAlive });
    if (!accepted.ok) return { id: change.id, status: accepted.reason, seq: accepted.seq };
    const session = this.#withPost(accepted.session);
    this.sessions.set(change.id, { session, bot });
    if (accepted.changed) this.seen.set(change.id, [...(this.seen.get(change.id) ?? []), session]);
    const { post_id } = session;
    const code = this.postCode === undefined ? {} : { code: this.postCode };
    return { id: change.id, status: 'ok', seq: session.seq, ...(post_id !== undefined && { post_id }), ...code };
  }

  #withPost(session: Session): Session {
    if (session.post !== 'wanted') return session;
    const postId = this.posts.get(session.id) ?? session.post_id ?? `post-${this.posts.size + 1}`;
    this.posts.set(session.id, postId);
    return { ...session, post_id: postId };
  }

  #check(bot: string, { daemon_id, held, complete }: BatchRequest): ResyncEntry[] {
    if (held === undefined) return [];
    const resync: ResyncEntry[] = [];
    const ids = new Set<string>();
    for (const [id, seq] of held) {
      ids.add(id);
      const stored = this.sessions.get(id)?.session;
      if (stored === undefined || stored.seq !== seq) resync.push({ id, seq: stored?.seq ?? 0 });
    }
    if (complete) this.#endUnheld(bot, daemon_id, ids);
    return resync;
  }

  #endUnheld(bot: string, daemonId: string, held: ReadonlySet<string>): void {
    for (const stored of this.sessions.values()) {
      const { session } = stored;
      if (session.status !== 'active' || session.daemon_id !== daemonId || stored.bot !== bot || held.has(session.id))
        continue;
      const { activity: _, ...rest } = session;
      const error = { code: 'lost', message: '' };
      stored.session = { ...rest, status: 'interrupted', error, ended_ms: session.as_of_ms, seq: session.seq + 1 };
      this.seen.set(session.id, [...(this.seen.get(session.id) ?? []), stored.session]);
    }
  }
}
