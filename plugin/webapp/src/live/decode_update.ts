import type { ChannelUpdate } from '@livestatus/contract';

/** The version of the update that this page understands (D6). */
const VERSION = 1;

/** What a WebSocket message holds: an update, or something that only the list can answer (newer, damaged). */
export type Decoded = { readonly kind: 'update'; readonly update: ChannelUpdate } | { readonly kind: 'refetch' };

const REFETCH: Decoded = { kind: 'refetch' };

/**
 * Decodes the event of the plugin's server: `data.payload` is one JSON string. The sender is our own server, which has
 * checked every field, so the shape is checked at the top only.
 */
export function decodeUpdate(message: unknown): Decoded {
  const payload = payloadOf(message);
  if (payload === undefined) return REFETCH;
  const parsed = parseObject(payload);
  if (parsed === undefined || typeof parsed.v !== 'number' || parsed.v > VERSION) return REFETCH;
  const lists = { sessions: [], deltas: [], daemons: [], posts: [], removed: [], ...parsed };
  const isWhole = [lists.sessions, lists.deltas, lists.daemons, lists.posts, lists.removed].every(Array.isArray);
  return isWhole ? { kind: 'update', update: lists as unknown as ChannelUpdate } : REFETCH;
}

function payloadOf(message: unknown): string | undefined {
  const { data } = (message ?? {}) as { data?: { payload?: unknown } };
  const payload = data?.payload;
  return typeof payload === 'string' ? payload : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
