import type { Delta, Session } from '@livestatus/contract';
import type { SourceHealth } from '../sources/source.ts';

/** One change of the published sessions, in the order it happened. */
export type FeedChange =
  | { readonly kind: 'snapshot'; readonly session: Session }
  | { readonly kind: 'delta'; readonly delta: Delta }
  /** Withdrawn (T7) or fallen out of the kept days. */
  | { readonly kind: 'removed'; readonly id: string };

/** Link to the outside that the dashboard shows as a chip: a sink's health, same states as a source's. */
export type LinkHealth = SourceHealth;

/** What the server needs from the rest of the daemon. Read-only; implementers must not block. */
export interface SessionFeed {
  /** Active sessions first (oldest start first), then ended ones, newest end first, at most `limitEnded`. */
  list(limitEnded: number): readonly Session[];
  get(id: string): Session | undefined;
  activeCount(): number;
  /** The listener is called synchronously and must not throw; the returned function unsubscribes. */
  subscribe(listener: (change: FeedChange) => void): () => void;
}

export interface HealthView {
  sources(): readonly SourceHealth[];
  sinks(): readonly LinkHealth[];
  /** Called when any of them changed; returns unsubscribe. */
  subscribe(listener: () => void): () => void;
}
