import type { RequestEvent, RowRoute } from './events.ts';
import type { Route } from './turn.ts';

/**
 * Where a turn is shown (T10). Key forms: `agent:<id>:mattermost:channel|group:<channelId>[:thread:<root>]`,
 * `agent:<id>:mattermost:direct:<userId>[:thread:<root>]`, `agent:<id>:main`.
 */
export function routeOf(key: string, request: RequestEvent | undefined, row: RowRoute | undefined): Route {
  const parts = key.split(':');
  const transport = request?.transport;
  if (parts[2] === 'mattermost') return chatRoute(parts, request, row);
  if (parts[2] === 'main' && transport?.channel === 'mattermost') return directRoute(request, row, undefined);
  return { kind: 'none' };
}

function chatRoute(parts: readonly string[], request: RequestEvent | undefined, row: RowRoute | undefined): Route {
  const [, , , chat, target] = parts;
  if (target === undefined || target === '') return { kind: 'none' };
  if (chat === 'direct') return directRoute(request, row, target, threadOf(parts));
  if (chat !== 'channel' && chat !== 'group') return { kind: 'none' };
  return {
    kind: chat === 'channel' ? 'public' : 'private',
    channelId: target,
    ...root(request, threadOf(parts)),
    ...account(request, row),
  };
}

function directRoute(
  request: RequestEvent | undefined,
  row: RowRoute | undefined,
  keyUserId: string | undefined,
  keyThread?: string,
): Route {
  const userId = keyUserId ?? request?.senderId ?? row?.userId;
  if (userId === undefined) return { kind: 'none' };
  return {
    kind: 'direct',
    userId,
    ...(row?.channelId !== undefined && { channelId: row.channelId }),
    ...root(request, keyThread),
    ...account(request, row),
  };
}

function root(request: RequestEvent | undefined, keyThread: string | undefined): { rootId?: string } {
  const rootId = request?.transport?.threadId ?? request?.transport?.replyToId ?? keyThread;
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
