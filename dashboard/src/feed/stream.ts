import type { StreamHealth, StreamHello, StreamSync, StreamUpdate } from '@livestatus/contract';
import type { FeedEvent } from './feed-state.ts';

/** The version of the stream that this page understands (`v`). */
const STREAM_VERSION = 1;

/** The part of `EventSource` that is used here. */
export interface EventSourceLike {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

export interface StreamPorts {
  openEvents(): EventSourceLike;
  /** Asks the API for anything at all; resolves to the HTTP status, rejects when there is no answer. */
  probe(): Promise<number>;
  /** Monotonic ms. */
  now(): number;
  after(ms: number, callback: () => void): () => void;
  /** 0 to 1, for the jitter. */
  random(): number;
}

const CLOSED = 2;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Keeps `/events` open and reports what it says. The browser reconnects by itself, with `Last-Event-ID`, after a cut; when
 * it gives up (an HTTP error) this asks why and tries again, more and more slowly. Returns the stop, which is final.
 */
export function followStream(ports: StreamPorts, emit: (event: FeedEvent) => void): () => void {
  let source: EventSourceLike | undefined;
  let cancelRetry: (() => void) | undefined;
  let failures = 0;
  let isStopped = false;

  const open = (): void => {
    const opened = ports.openEvents();
    source = opened;
    listen(opened, ports, (event) => {
      if (isStopped) return;
      failures = 0;
      if (event.type === 'outdated') stop();
      emit(event);
    });
    opened.addEventListener('error', () => {
      if (isStopped || source !== opened) return;
      emit({ type: 'lost', atMs: ports.now() });
      if (opened.readyState === CLOSED) void diagnose();
    });
  };

  const diagnose = async (): Promise<void> => {
    const status = await ports.probe().catch(() => 0);
    if (isStopped) return;
    if (status === 401) {
      stop();
      emit({ type: 'unauthorized' });
      return;
    }
    cancelRetry = ports.after(retryDelay(failures, ports.random()), open);
    failures += 1;
  };

  const stop = (): void => {
    isStopped = true;
    source?.close();
    cancelRetry?.();
  };

  open();
  return stop;
}

/** 1 s, 2 s, 4 s ... 30 s, each made shorter by up to half, so that many pages do not come back at once. */
export function retryDelay(failures: number, random: number): number {
  const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
  return longest * (1 - random / 2);
}

interface Messages {
  hello: StreamHello;
  sync: StreamSync;
  update: StreamUpdate;
  health: StreamHealth;
}

function listen(source: EventSourceLike, ports: StreamPorts, emit: (event: FeedEvent) => void): void {
  const on = <K extends keyof Messages>(type: K, toEvent: (message: Messages[K], atMs: number) => FeedEvent): void => {
    source.addEventListener(type, ({ data }) => {
      const atMs = ports.now();
      const message = decodeMessage<Messages[K]>(data);
      emit(message === undefined ? { type: 'outdated' } : toEvent(message, atMs));
    });
  };
  on('hello', (message, atMs) => ({ type: 'hello', message, atMs }));
  on('sync', (message, atMs) => ({ type: 'sync', message, atMs }));
  on('update', (message, atMs) => ({ type: 'update', message, atMs }));
  on('health', (message, atMs) => ({ type: 'health', message, atMs }));
}

/**
 * The daemon that serves this page speaks its contract, so only the version is checked; undefined for any other version
 * and for what is no message at all.
 */
export function decodeMessage<T extends { v: number }>(data: unknown): T | undefined {
  try {
    const message: unknown = JSON.parse(String(data));
    const isOurs = typeof message === 'object' && message !== null && 'v' in message && message.v === STREAM_VERSION;
    return isOurs ? (message as T) : undefined;
  } catch {
    return undefined;
  }
}
