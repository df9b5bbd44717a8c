import type { Session } from '@livestatus/contract';
import type { DeliveryRow } from '../../state/batch.ts';
import type { Place } from '../mattermost/placement.ts';

/** What is kept of one session's way to Mattermost. */
export interface StoredDelivery {
  readonly id: string;
  /** Never changes: a box is not moved (P5). */
  readonly place: Place;
  readonly post: 'none' | 'wanted';
  readonly postId?: string;
  /** The plugin has had a state of it, so it has to hear the last one. */
  readonly knownToPlugin?: boolean;
  /** `open`: active, or its end is not told yet. `told`: the receiver has the last state. */
  readonly state: 'open' | 'told' | 'withdrawn';
  /** Why its box cannot be written (P4). */
  readonly postCode?: string;
  /** The last state, as long as it has not been acknowledged (D5). */
  readonly pending?: Session;
}

export function toRow(delivery: StoredDelivery, nowMs: number): DeliveryRow {
  const { id, pending, ...rest } = delivery;
  return {
    id,
    seenMs: nowMs,
    isOpen: delivery.state !== 'told',
    get json() {
      return JSON.stringify(pending === undefined ? rest : { ...rest, pending });
    },
  };
}

/** Undefined for what is none: the row comes from disk. */
export function fromRow(row: { readonly id: string; readonly json: string }): StoredDelivery | undefined {
  try {
    const value = JSON.parse(row.json) as Partial<StoredDelivery>;
    if (!isPlace(value.place) || !STATES.includes(value.state ?? '')) return undefined;
    return { ...(value as StoredDelivery), id: row.id };
  } catch {
    return undefined;
  }
}

const STATES: readonly string[] = ['open', 'told', 'withdrawn'];

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null) return false;
  const { account, kind } = value as Partial<Place>;
  return typeof account === 'string' && (kind === 'public' || kind === 'private' || kind === 'direct');
}
