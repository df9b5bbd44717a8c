import { LIMITS, type StreamSync } from '@livestatus/contract';
import type { Clock } from '../../sources/source.ts';
import { type DaemonIdentity, daemonHealth, toLink } from '../health.ts';
import type { HealthView, SessionFeed } from '../ports.ts';
import { StreamClient, type StreamTarget } from './client.ts';
import { encodeFrame, KEEP_ALIVE, parseEventId, STREAM_VERSION, type StreamEvent, toEventId } from './frame.ts';
import { PendingUpdate } from './pending.ts';
import { FrameRing } from './ring.ts';

/** Why a whole `sync` was sent. */
export type SyncReason = 'new' | 'gap' | 'slow';

export interface HubCounters {
  /** One encoded message, and to how many readers it went. */
  sent(event: StreamEvent, chars: number, readers: number): void;
  synced(reason: SyncReason): void;
}

export interface HubOptions {
  readonly identity: DaemonIdentity;
  readonly feed: SessionFeed;
  readonly health: HealthView;
  readonly clock: Clock;
  readonly counters: HubCounters;
  /** Names this life of the stream in event ids: letters and digits. */
  readonly streamName: string;
  /** The page may allow and deny. */
  readonly mayDecide?: boolean;
}

/** Least time between two updates. The first change after a quiet time goes out at once. */
const UPDATE_INTERVAL_MS = 50;
const RING_FRAMES = 2048;
/** Some 3 s of a thousand busy sessions: longer than a browser waits before it connects again. */
const RING_CHARS = 2 * 1024 * 1024;
/** Without any reader for this long nothing is encoded: nobody can resume. */
const RESUME_WINDOW_MS = 60_000;
/** A connection that has taken nothing for this long is dead. */
const STALL_MS = 30_000;

/**
 * Everybody who watches `/events`. Each message is encoded once, whatever the number of readers. Changes are gathered: the
 * first goes out at the end of the current turn of the event loop, further ones at most every 50 ms.
 */
export class EventHub {
  readonly #options: HubOptions;
  readonly #clients = new Set<StreamClient>();
  readonly #pending = new PendingUpdate();
  readonly #ring = new FrameRing(RING_FRAMES, RING_CHARS);
  readonly #unsubscribe: (() => void)[];
  #state: 'idle' | 'queued' | 'waiting' | 'stopped' = 'idle';
  #cancelWait: (() => void) | undefined;
  #cancelKeepAlive: (() => void) | undefined;
  #emptySinceMs: number;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#emptySinceMs = options.clock.now() - RESUME_WINDOW_MS;
    this.#unsubscribe = [
      options.feed.subscribe((change) => {
        this.#pending.add(change);
        if (this.#state !== 'idle') return;
        this.#state = 'queued';
        // Several changes of one event come one after the other: they belong into one update.
        queueMicrotask(() => this.#flushQueued());
      }),
      options.health.subscribe(() => this.#sendHealth()),
    ];
  }

  get size(): number {
    return this.#clients.size;
  }

  /** False when as many as allowed are connected. */
  get hasRoom(): boolean {
    return this.#clients.size < LIMITS.streamClients;
  }

  /**
   * Adds a reader: `hello`, `health`, then what it missed since `lastEventId`, or everything. Call `drained` and `remove` of
   * the result when its connection says so.
   */
  connect(target: StreamTarget, lastEventId?: string): { drained(): void; remove(): void } {
    this.#sendPending();
    const client = new StreamClient(target);
    const missed = this.#missed(lastEventId);
    const now = this.#options.clock.now();
    client.send(this.#hello(missed !== undefined) + this.#encodeHealth(), now);
    if (missed === undefined) client.send(this.#sync(lastEventId === undefined ? 'new' : 'gap'), now);
    else client.send(missed.join('') + this.#emptyUpdate(), now);
    this.#clients.add(client);
    this.#armKeepAlive();
    return {
      drained: () => client.drained(this.#options.clock.now(), () => this.#catchUp()),
      remove: () => this.#remove(client),
    };
  }

  /** Ends every connection. Idempotent. */
  stop(): void {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#cancelWait?.();
    this.#cancelKeepAlive?.();
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  #remove(client: StreamClient): void {
    if (!this.#clients.delete(client) || this.#clients.size > 0) return;
    this.#emptySinceMs = this.#options.clock.now();
    this.#cancelKeepAlive?.();
    this.#cancelKeepAlive = undefined;
  }

  #flushQueued(): void {
    if (this.#state !== 'queued') return;
    this.#sendPending();
    this.#state = 'waiting';
    this.#cancelWait = this.#options.clock.after(UPDATE_INTERVAL_MS, () => {
      this.#state = this.#pending.isEmpty ? 'idle' : 'queued';
      this.#flushQueued();
    });
  }

  #sendPending(): void {
    if (this.#pending.isEmpty) return;
    const { clock, feed } = this.#options;
    const now = clock.now();
    if (this.#clients.size === 0 && now - this.#emptySinceMs >= RESUME_WINDOW_MS) {
      this.#pending.clear();
      this.#ring.skip();
      return;
    }
    const update = this.#pending.take(now, (id) => feed.get(id));
    this.#broadcast(
      'update',
      this.#ring.push((n) => encodeFrame('update', update, this.#id(n))),
    );
  }

  #sendHealth(): void {
    if (this.#clients.size > 0) this.#broadcast('health', this.#encodeHealth());
  }

  #broadcast(event: StreamEvent, text: string): void {
    const now = this.#options.clock.now();
    this.#options.counters.sent(event, text.length, this.#clients.size);
    for (const client of this.#clients) client.send(text, now);
  }

  #missed(lastEventId: string | undefined): readonly string[] | undefined {
    const position = parseEventId(lastEventId);
    return position?.stream === this.#options.streamName ? this.#ring.after(position.n) : undefined;
  }

  /** What a reader gets that fell behind and reads again. */
  #catchUp(): string {
    this.#sendPending();
    return this.#sync('slow') + this.#encodeHealth();
  }

  #sync(reason: SyncReason): string {
    const { identity, feed, health, clock, counters } = this.#options;
    const message: StreamSync = {
      v: STREAM_VERSION,
      version: identity.version,
      daemon_id: identity.daemonId,
      as_of_ms: clock.now(),
      sessions: [...feed.list(LIMITS.listEndedDefault)],
      sources: health.sources().map(toLink),
      sinks: health.sinks().map(toLink),
    };
    const text = encodeFrame('sync', message, this.#id(this.#ring.last));
    counters.synced(reason);
    counters.sent('sync', text.length, 1);
    return text;
  }

  #hello(resumed: boolean): string {
    const { identity, clock, mayDecide } = this.#options;
    return encodeFrame('hello', {
      v: STREAM_VERSION,
      version: identity.version,
      daemon_id: identity.daemonId,
      as_of_ms: clock.now(),
      resumed,
      ...(mayDecide === true && { may_decide: true }),
    });
  }

  /** Missed updates carry the time at which they were sent; this one tells the time of now. */
  #emptyUpdate(): string {
    const update = { v: STREAM_VERSION, as_of_ms: this.#options.clock.now(), sessions: [], deltas: [], removed: [] };
    return encodeFrame('update', update, this.#id(this.#ring.last));
  }

  #encodeHealth(): string {
    const { identity, health, feed, clock } = this.#options;
    return encodeFrame('health', { v: STREAM_VERSION, ...daemonHealth(identity, health, feed, clock.now()) });
  }

  #id(n: number): string {
    return toEventId({ stream: this.#options.streamName, n });
  }

  #armKeepAlive(): void {
    if (this.#cancelKeepAlive !== undefined) return;
    this.#cancelKeepAlive = this.#options.clock.after(LIMITS.streamKeepAliveMs, () => {
      this.#cancelKeepAlive = undefined;
      const now = this.#options.clock.now();
      for (const client of [...this.#clients]) {
        if (client.blockedMs(now) < STALL_MS) client.keepAlive(KEEP_ALIVE, now);
        else {
          client.destroy();
          this.#remove(client);
        }
      }
      if (this.#clients.size > 0) this.#armKeepAlive();
    });
  }
}
