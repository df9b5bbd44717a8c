import type { AgentEvent } from '../../turns/events.ts';

/** Running counts since the decoder was made; for health and /metrics. */
export interface DecoderStats {
  /** Frames, streams or phases the decoder has no meaning for. */
  readonly unknown: number;
  /** Frames that are no JSON object, or whose needed fields have the wrong type. */
  readonly malformed: number;
}

/**
 * Turns what goes over one gateway connection into `AgentEvent`s. The live source and replay feed it the same way, in
 * the order things happened. Implementers must not block and must not throw; they may keep no frame they are given.
 */
export interface FrameDecoder {
  /** A request went out: tells which question an answer belongs to. `params` of `connect` carry no credentials. */
  request(id: string, method: string, params: unknown, at: number): void;
  /**
   * A frame came in: the parsed value, or the raw text if it was not JSON. Every frame is passed on, also those the
   * transport understands (challenge, hello, tick, shutdown).
   */
  frame(frame: unknown, at: number): void;
  /** The connection is gone: whatever was in flight is unobserved until it is read again. */
  closed(at: number): void;
  /** Rows and histories of all keys have been read after a (re)connect or a sequence gap (T9: `source.synced`). */
  synced(at: number): void;
  stats(): DecoderStats;
}

/** What a decoder tells its owner. All are called synchronously from within the methods above. */
export interface DecoderCallbacks {
  event(event: AgentEvent): void;
  /** A session key that stands somewhere inside a frame (a spawn's child, `spawnedBy`): the transport subscribes to it. */
  onUnknownKey(key: string): void;
  /** The decoder needs row and history of this key to go on (a run it never saw start, say). Asked often, read rarely. */
  onSyncNeeded(key: string): void;
}

export type DecoderFactory = (callbacks: DecoderCallbacks) => FrameDecoder;
