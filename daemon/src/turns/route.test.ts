import { describe, expect, it } from 'vitest';
import type { RequestEvent, RowRoute } from './events.ts';
import { completed, routeOf } from './route.ts';

const CHANNEL = 'agent:main:mattermost:channel:c1';
const GROUP = 'agent:main:mattermost:group:g1';
const DIRECT = 'agent:main:mattermost:direct:ann';
const MAIN = 'agent:main:main';
const OTHER = 'agent:main:custom';

type Transport = Partial<NonNullable<RequestEvent['transport']>>;

function asked(transport: Transport = {}, over: Partial<RequestEvent> = {}): RequestEvent {
  return {
    type: 'request',
    key: CHANNEL,
    at: 0,
    recordedMs: 0,
    transport: { channel: 'mattermost', messageId: 'm1', ...transport },
    senderId: 'ann',
    accountId: 'default',
    ...over,
  };
}

const dm: RowRoute = { chat: 'direct', userId: 'ann', channelId: 'dm1', accountId: 'default' };
const channel: RowRoute = { chat: 'channel', channelId: 'c9', threadId: 't9', accountId: 'default' };

describe('T10: where a turn is shown', () => {
  it.each([
    [
      'a thread',
      CHANNEL,
      asked({ threadId: 't1', replyToId: 'p1' }),
      undefined,
      { kind: 'public', channelId: 'c1', rootId: 't1' },
    ],
    ['a reply', CHANNEL, asked({ replyToId: 'p1' }), undefined, { kind: 'public', channelId: 'c1', rootId: 'p1' }],
    ['the key’s thread', `${CHANNEL}:thread:k1`, asked(), undefined, { kind: 'public', channelId: 'c1', rootId: 'k1' }],
    ['a private channel or group', GROUP, asked(), undefined, { kind: 'private', channelId: 'g1' }],
    [
      'an account in the key',
      'agent:main:mattermost:bot2:channel:c1',
      asked(),
      undefined,
      { kind: 'public', channelId: 'c1' },
    ],
    ['a direct message with a key of its own', DIRECT, asked(), undefined, { kind: 'direct', userId: 'ann' }],
    ['and its channel, if the row knows it', DIRECT, asked(), dm, { kind: 'direct', userId: 'ann', channelId: 'dm1' }],
    ['a direct message on the shared key', MAIN, asked(), dm, { kind: 'direct', userId: 'ann', channelId: 'dm1' }],
    [
      'and its thread',
      MAIN,
      asked({ threadId: 't1' }),
      dm,
      { kind: 'direct', userId: 'ann', channelId: 'dm1', rootId: 't1' },
    ],
    ['a channel that only the row names', OTHER, asked(), channel, { kind: 'public', channelId: 'c9', rootId: 't9' }],
    [
      'a private one',
      OTHER,
      asked(),
      { ...channel, chat: 'group' },
      { kind: 'private', channelId: 'c9', rootId: 't9' },
    ],
    [
      'a direct message that only the row names',
      OTHER,
      asked(),
      dm,
      { kind: 'direct', userId: 'ann', channelId: 'dm1' },
    ],
  ] as const)('%s', (_what, key, request, row, expected) => {
    expect(routeOf(key, request, row)).toEqual({ ...expected, accountId: 'default' });
  });

  it('at top level without any of thread, reply and key', () => {
    expect(routeOf(CHANNEL, asked(), channel)).not.toHaveProperty('rootId');
  });

  it('a cron job where its row delivers', () => {
    expect(routeOf('agent:main:cron:j', undefined, channel)).toMatchObject({ kind: 'public', channelId: 'c9' });
  });

  it.each([
    ['the main session driven from elsewhere', MAIN, undefined, dm],
    ['driven by another chat', MAIN, asked({ channel: 'telegram' }), dm],
    ['the main session whose row stands at a channel: whose message it is nobody knows', MAIN, asked(), channel],
    ['a direct message without the message: the CLI leaves no trace', OTHER, undefined, dm],
    ['the same from a row that only names the person', OTHER, undefined, { userId: 'ann' }],
    ['a key of another chat', 'agent:main:telegram:direct:ann', undefined, undefined],
    ['a key that stops short', 'agent:main:mattermost:channel', asked(), undefined],
    ['an empty channel', 'agent:main:mattermost:channel:', asked(), undefined],
    ['nothing known', 'global', undefined, undefined],
  ] as const)('nowhere: %s', (_what, key, request, row) => {
    expect(routeOf(key, request, row)).toEqual({ kind: 'none' });
  });

  it('never in the direct channel of somebody else, whose chat the shared key’s row still shows', () => {
    expect(routeOf(MAIN, asked({}, { senderId: 'bob' }), dm)).toEqual({
      kind: 'direct',
      userId: 'bob',
      accountId: 'default',
    });
  });

  it('what a row does not say is private counts as public: least is said of it', () => {
    expect(routeOf('agent:main:subagent:s', undefined, { channelId: 'c9' })).toEqual({
      kind: 'public',
      channelId: 'c9',
    });
  });
});

describe('T10: a row that comes later', () => {
  const known = { kind: 'direct', userId: 'ann' } as const;

  it('completes a route, and is no change if it brings nothing', () => {
    expect(completed(known, { ...known, channelId: 'dm1' })).toEqual({ ...known, channelId: 'dm1' });
    expect(completed(known, { ...known })).toBe(known);
    expect(completed({ kind: 'none' }, known)).toBe(known);
  });

  it('moves nothing that was shown', () => {
    const shown = { ...known, channelId: 'dm1' };
    expect(completed(shown, known)).toBe(shown);
    expect(completed(shown, { kind: 'none' })).toBe(shown);
    expect(completed(shown, { ...known, channelId: 'dm2' })).toBe(shown);
    expect(completed(shown, { kind: 'direct', userId: 'bob', channelId: 'dm9' })).toBe(shown);
  });
});
