import { apply, type Delta, type Session } from '@livestatus/contract';

interface StreamUpdate {
  readonly sessions: readonly Session[];
  readonly deltas: readonly Delta[];
  readonly removed: readonly string[];
}

/**
 * Follows GET /events as the page does and keeps every state that it was told, in order: what a person could have seen.
 * Reconnects for as long as it is not closed, so that it outlives a restart of the daemon.
 */
export class StreamFollower {
  /** Every state of every session, in the order received. */
  readonly history: Session[] = [];
  #url: string;
  #current = new Map<string, Session>();
  #abort = new AbortController();
  #done: Promise<void>;

  constructor(baseUrl: string) {
    this.#url = `${baseUrl}/events`;
    this.#done = this.#follow();
  }

  /** What the page would show now. */
  sessions(): readonly Session[] {
    return [...this.#current.values()];
  }

  statesOf(sessionKey: string): readonly Session[] {
    return this.history.filter((session) => session.session_key === sessionKey);
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }

  async #follow(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      try {
        await this.#readOnce();
      } catch {
        // The daemon is down or restarting; the page tries again too.
      }
      if (!this.#abort.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async #readOnce(): Promise<void> {
    const response = await fetch(this.#url, { signal: this.#abort.signal });
    if (response.body === null) return;
    let buffered = '';
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (buffered + text).split('\n\n');
      buffered = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 2)]));
    const data = fields.get('data');
    if (data === undefined) return;
    if (fields.get('event') === 'sync') this.#sync(JSON.parse(data) as { readonly sessions: readonly Session[] });
    else if (fields.get('event') === 'update') this.#update(JSON.parse(data) as StreamUpdate);
  }

  #sync(sync: { readonly sessions: readonly Session[] }): void {
    this.#current = new Map(sync.sessions.map((session) => [session.id, session]));
    this.history.push(...sync.sessions);
  }

  #update(update: StreamUpdate): void {
    for (const id of update.removed) this.#current.delete(id);
    for (const session of update.sessions) this.#keep(session);
    for (const delta of update.deltas) {
      const base = this.#current.get(delta.id);
      if (base !== undefined) this.#keep(apply(base, delta));
    }
  }

  #keep(session: Session): void {
    this.#current.set(session.id, session);
    this.history.push(session);
  }
}
