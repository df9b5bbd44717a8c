import type { ChannelUpdate, Patch, UpdateRest } from './types.ts';

/** The version of the update that this code understands (D6). */
const VERSION = 1;

/** What an event tells; a list that was absent is empty. */
export type ReceivedUpdate = Required<UpdateRest> & { readonly patches: Patch[] };

/**
 * Decodes the payload of the WebSocket event (D6): JSON with `"` and `'` exchanged. undefined for what is damaged or of another
 * version: only the list can answer that. The sender is our own server, which has checked every field, so the shape is checked at
 * the top only.
 */
export function decodePayload(payload: unknown): ReceivedUpdate | undefined {
  const update = typeof payload === 'string' ? parse(exchangeQuotes(payload)) : undefined;
  if (!Array.isArray(update)) return undefined;
  const [version, patches, rest = {}] = update as readonly unknown[];
  if (version !== VERSION || typeof rest !== 'object' || rest === null) return undefined;
  const { sessions = [], daemons = [], posts = [], removed = [] } = rest as UpdateRest;
  const lists = { sessions, patches, daemons, posts, removed };
  return Object.values(lists).every(Array.isArray) ? (lists as ReceivedUpdate) : undefined;
}

/** The payload that says this; for tests and whoever else plays the plugin's server. */
export function encodePayload(update: ChannelUpdate): string {
  return exchangeQuotes(JSON.stringify(update));
}

/** Its own inverse. A NUL stands in between: JSON text has none. */
const exchangeQuotes = (text: string): string => text.replaceAll('"', '\0').replaceAll("'", '"').replaceAll('\0', "'");

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
