import type { RequestEvent, RowRoute } from './events.ts';
import type { Route } from './turn.ts';

/**
 * Where a turn is shown (T10). Key forms: `agent:<id>:mattermost:[<account>:]channel|group:<channelId>[:thread:<root>]`,
 * `agent:<id>:mattermost:[<account>:]direct:<userId>[:thread:<root>]`, `agent:<id>:main` (all direct messages by default,
 * and the CLI).
 */
export function routeOf(key: string, request: RequestEvent | undefined, row: RowRoute | undefined): Route {
  const parts = key.split(':');
  if (parts[2] === 'mattermost') return chatRoute(parts, request, row);
  const isAsked = request?.transport?.channel === 'mattermost';
  if (parts[2] === 'main') return isAsked ? sharedKeyRoute(request, row) : NOWHERE;
  return rowRoute(isAsked ? request : undefined, row);
}

const NOWHERE: Route = { kind: 'none' };

/** Fills in what a later row tells. A place that was shown once stays: the row of a shared key moves on to other chats. */
export function completed(known: Route, next: Route): Route {
  if (known.kind === 'none') return next.kind === 'none' ? known : next;
  if (known.userId !== next.userId) return known;
  const channelId = known.channelId ?? next.channelId;
  const accountId = known.accountId ?? next.accountId;
  if (channelId === known.channelId && accountId === known.accountId) return known;
  return { ...known, ...(channelId !== undefined && { channelId }), ...(accountId !== undefined && { accountId }) };
}

function chatRoute(parts: readonly string[], request: RequestEvent | undefined, row: RowRoute | undefined): Route {
  const at = parts.findIndex(
    (part, index) => index > 2 && (part === 'channel' || part === 'group' || part === 'direct'),
  );
  const target = at < 0 ? undefined : parts[at + 1];
  if (target === undefined || target === '') return NOWHERE;
  if (parts[at] === 'direct') return directRoute(target, request, row, threadOf(parts));
  return {
    kind: parts[at] === 'channel' ? 'public' : 'private',
    channelId: target,
    ...root(request, threadOf(parts)),
    ...account(request, row),
  };
}

/**
 * A key that is shared by all direct messages and the CLI. Its row keeps the last chat, whoever drives it now: without a
 * message it proves nothing, and if it stands at a channel, where this message came from is not known.
 */
function sharedKeyRoute(request: RequestEvent, row: RowRoute | undefined): Route {
  if (row?.chat === 'channel' || row?.chat === 'group') return NOWHERE;
  const userId = request.senderId ?? row?.userId;
  return userId === undefined ? NOWHERE : directRoute(userId, request, row, undefined);
}

/** A key of its own that names no chat. A direct message is only believed with the message: the CLI leaves no trace. */
function rowRoute(request: RequestEvent | undefined, row: RowRoute | undefined): Route {
  if (row === undefined) return NOWHERE;
  if (row.chat === 'direct' || (row.chat === undefined && row.userId !== undefined)) {
    const userId = request?.senderId ?? row.userId;
    return request === undefined || userId === undefined ? NOWHERE : directRoute(userId, request, row, row.threadId);
  }
  if (row.channelId === undefined) return NOWHERE;
  return {
    // Unless the row says that it is private, least is said of it (design §6).
    kind: row.chat === 'group' ? 'private' : 'public',
    channelId: row.channelId,
    ...root(request, row.threadId),
    ...account(request, row),
  };
}

function directRoute(
  userId: string,
  request: RequestEvent | undefined,
  row: RowRoute | undefined,
  thread: string | undefined,
): Route {
  // A shared key's row may still stand at somebody else's chat: that channel is not this person's.
  const channelId = row?.userId === undefined || row.userId === userId ? row?.channelId : undefined;
  return {
    kind: 'direct',
    userId,
    ...(channelId !== undefined && { channelId }),
    ...root(request, thread),
    ...account(request, row),
  };
}

function root(request: RequestEvent | undefined, thread: string | undefined): { rootId?: string } {
  const rootId = request?.transport?.threadId ?? request?.transport?.replyToId ?? thread;
  return rootId === undefined ? {} : { rootId };
}

function account(request: RequestEvent | undefined, row: RowRoute | undefined): { accountId?: string } {
  const accountId = request?.accountId ?? row?.accountId;
  return accountId === undefined ? {} : { accountId };
}

function threadOf(parts: readonly string[]): string | undefined {
  const at = parts.indexOf('thread');
  return at > 0 ? parts[at + 1] : undefined;
}
