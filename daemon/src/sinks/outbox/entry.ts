import type { Session } from '@livestatus/contract';

/**
 * What a session shall look like at the receiver. Asked when a batch is made: only what is sent is projected, however many
 * events came in between.
 */
export interface Wanted {
  readonly isActive: boolean;
  /** Since when a person is waited for, on our clock; undefined = nobody is. A box says so at once (P3). */
  readonly personSinceMs?: number | undefined;
  project(meta: { readonly seq: number; readonly asOfMs: number }): Session;
}

/** Who the receiver says writes this session (D3), and whether it takes it at all. */
export type Standing =
  | { readonly kind: 'ours' }
  /** Another daemon that is alive owns it: nothing is sent but a snapshot at each heartbeat. */
  | { readonly kind: 'foreign'; readonly sinceMs: number }
  /** Refused with this code; tried again then, or when it ends. */
  | { readonly kind: 'refused'; readonly code: string; readonly tries: number; readonly retryAtMs: number };

/** One session on its way. Mutable; owned by the outbox. */
export interface Entry {
  readonly id: string;
  wanted: Wanted;
  standing: Standing;
  /** The state that the receiver is known to have; undefined = not known, so only a snapshot will do (D5). */
  acked: Session | undefined;
  /** Greatest seq that was used here or told by the receiver: the next one is above it (D2). */
  lastSeq: number;
  /** To be deleted (T7). */
  withdrawn: boolean;
}

export const OURS: Standing = { kind: 'ours' };
