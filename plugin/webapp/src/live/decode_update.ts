import { decodePayload, type ReceivedUpdate } from '@livestatus/contract';

/** What a WebSocket message holds: an update, or something that only the list can answer (newer, damaged). */
export type Decoded = { readonly kind: 'update'; readonly update: ReceivedUpdate } | { readonly kind: 'refetch' };

/** Decodes the event of the plugin's server (D6). */
export function decodeUpdate(message: unknown): Decoded {
  const { data } = (message ?? {}) as { data?: { p?: unknown } };
  const update = decodePayload(data?.p);
  return update === undefined ? { kind: 'refetch' } : { kind: 'update', update };
}
