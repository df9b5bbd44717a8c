import type { Session } from '@livestatus/contract';

/** Where a turn is shown (T10), for people: a channel, a direct message, or nowhere but here. */
export type RouteKind =
  | { readonly kind: 'channel'; readonly channelId: string; readonly inThread: boolean }
  | { readonly kind: 'direct' }
  | { readonly kind: 'none' };

/** A DM may know its channel too (T10); the person counts. */
export function describeRoute(session: Session): RouteKind {
  if (session.user_id !== undefined) return { kind: 'direct' };
  if (session.channel_id === undefined) return { kind: 'none' };
  return { kind: 'channel', channelId: session.channel_id, inThread: session.root_id !== undefined };
}
